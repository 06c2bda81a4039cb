//! [`Graph`]: a crate's modules and the imports between them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::source;

/// A module's path inside the crate. The root's path is empty.
pub type Module = Vec<String>;

/// A crate's modules and the imports between them.
#[derive(Default)]
pub struct Graph {
    /// The paths that each module's file mentions.
    modules: BTreeMap<Module, Vec<source::Path>>,
    /// For a module and a name that it re-exports: the descendant that the name comes from.
    reexports: BTreeMap<(Module, String), Module>,
}

/// One import, with its path for messages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    pub from: Module,
    pub to: Module,
    pub path: String,
}

impl Graph {
    /// Reads the sources of a crate.
    pub fn read(src: &Path) -> Self {
        let mut files = Vec::new();
        collect(src, &mut Module::new(), &mut files);
        Graph::of(files.into_iter())
    }

    /// Makes a graph of modules and their source texts.
    pub fn of(files: impl Iterator<Item = (Module, String)>) -> Self {
        let mut graph = Graph::default();
        for (module, text) in files {
            let paths = graph.modules.entry(module).or_default();
            paths.extend(source::paths(&text));
        }
        graph.reexports = graph.find_reexports();
        graph
    }

    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.keys()
    }

    /// Finds the names that a module imports from its descendants. Siblings may import them from the parent, which
    /// would hide a dependency.
    fn find_reexports(&self) -> BTreeMap<(Module, String), Module> {
        let mut reexports = BTreeMap::new();
        for (module, paths) in &self.modules {
            for path in paths {
                let Some((target, Some(name))) = self.locate(module, path) else {
                    continue;
                };
                if target.len() > module.len() && target.starts_with(module) {
                    reexports.insert((module.clone(), name), target);
                }
            }
        }
        reexports
    }

    /// Finds the module that a path leads to and the first name after it. `None` for paths into other crates.
    fn locate(&self, from: &Module, path: &source::Path) -> Option<(Module, Option<String>)> {
        let mut segments = path.iter().peekable();
        let mut module = match segments.peek()?.as_str() {
            "crate" => {
                segments.next();
                Module::new()
            }
            "self" => {
                segments.next();
                from.clone()
            }
            "super" => from.clone(),
            first => {
                let child = child(from, first);
                self.modules.contains_key(&child).then(|| from.clone())?
            }
        };
        while segments.peek().is_some_and(|it| *it == "super") {
            segments.next();
            module.pop();
        }
        while let Some(segment) = segments.peek() {
            let next = child(&module, segment);
            if !self.modules.contains_key(&next) {
                break;
            }
            module = next;
            segments.next();
        }
        let name = segments.next().filter(|name| *name != "self");
        Some((module, name.cloned()))
    }

    /// All imports from one module to another.
    pub fn imports(&self) -> BTreeSet<Import> {
        let mut imports = BTreeSet::new();
        for (from, paths) in &self.modules {
            for path in paths {
                let Some((mut to, mut name)) = self.locate(from, path) else {
                    continue;
                };
                while let Some(known) = &name
                    && let Some(target) = self.reexports.get(&(to.clone(), known.clone()))
                    && target != from
                    && to != *from
                {
                    to = target.clone();
                    name = None;
                }
                if to != *from {
                    let path = path.join("::");
                    let from = from.clone();
                    imports.insert(Import { from, to, path });
                }
            }
        }
        imports
    }

    /// Imports of names that the crate's root re-exports.
    pub fn through_the_root(&self) -> Vec<String> {
        let mut through = Vec::new();
        for (from, paths) in &self.modules {
            for path in paths.iter().filter(|_| !from.is_empty()) {
                if let Some((to, Some(name))) = self.locate(from, path)
                    && to.is_empty()
                    && path[0] != "self"
                {
                    through.push(format!("{} imports `{name}` through the root", show(from)));
                }
            }
        }
        through
    }

    /// The imports between the children of one module. Deeper modules count as the child they are in.
    pub fn siblings(&self, parent: &Module) -> BTreeMap<String, BTreeSet<String>> {
        let depth = parent.len();
        let mut siblings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for module in self.modules.keys() {
            if module.len() > depth && module.starts_with(parent) {
                siblings.entry(module[depth].clone()).or_default();
            }
        }
        for Import { from, to, .. } in self.imports() {
            let below = |it: &Module| it.len() > depth && it.starts_with(parent);
            if below(&from) && below(&to) && from[depth] != to[depth] {
                let targets = siblings.entry(from[depth].clone()).or_default();
                targets.insert(to[depth].clone());
            }
        }
        siblings
    }

    /// All siblings in the crate that import each other in a circle.
    pub fn cycles(&self) -> Vec<String> {
        let mut cycles = Vec::new();
        for parent in self.modules.keys() {
            for knot in knots(&self.siblings(parent)) {
                let names: Vec<&str> = knot.iter().map(String::as_str).collect();
                cycles.push(format!("in {}: {}", show(parent), names.join(", ")));
            }
        }
        cycles
    }
}

/// Sets of two or more nodes that can all reach each other.
pub fn knots(edges: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<BTreeSet<String>> {
    let reach = |start: &String| {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&String> = edges.get(start).into_iter().flatten().collect();
        while let Some(node) = open.pop() {
            if reached.insert(node.clone()) {
                open.extend(edges.get(node).into_iter().flatten());
            }
        }
        reached
    };
    let reached: BTreeMap<&String, BTreeSet<String>> =
        edges.keys().map(|node| (node, reach(node))).collect();
    let knot = |node: &&String| -> BTreeSet<String> {
        let both =
            |other: &&String| reached[*node].contains(*other) && reached[*other].contains(*node);
        edges.keys().filter(both).cloned().collect()
    };
    let knots = edges.keys().map(|node| knot(&node));
    knots.filter(|knot| knot.len() > 1).collect()
}

pub fn show(module: &Module) -> String {
    match module.is_empty() {
        true => "the root".to_owned(),
        false => format!("`{}`", module.join("::")),
    }
}

fn child(parent: &Module, name: &str) -> Module {
    let mut module = parent.clone();
    module.push(name.to_owned());
    module
}

fn collect(folder: &Path, module: &mut Module, files: &mut Vec<(Module, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            module.push(name);
            collect(&path, module, files);
            module.pop();
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "rs") || name == "tests" {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let module = match name.as_str() {
            "lib" | "main" | "mod" => module.clone(),
            name => child(module, name),
        };
        files.push((module, text));
    }
}

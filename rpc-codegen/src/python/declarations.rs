//! `types.py` and `_decode.py`: the declarations that a model needs, each before those that need it.

use std::collections::{HashMap, HashSet};

use crate::python::convert::Converter;
use crate::python::declaration::{Body, Declaration, Function};
use crate::python::pretty::{WIDTH, alternatives, broken};
use crate::python::text::{docstring, identifiers, import};

/// The names that `_primitives.py` has.
const PRIMITIVES: &[&str] = &[
    "Decoder",
    "OneOf",
    "anything",
    "array",
    "base64_bytes",
    "boolean",
    "closed_members",
    "elements",
    "first_of",
    "has_member",
    "integer",
    "is_any_of",
    "is_kind",
    "item",
    "items_from",
    "mapping",
    "maybe",
    "members",
    "nothing",
    "null",
    "nullable",
    "number",
    "optional",
    "other_members",
    "renamed",
    "required",
    "string",
    "tag",
    "unexpected",
];

impl Converter<'_> {
    /// The names in `types.py`, in its order.
    pub(super) fn type_names(&self) -> impl Iterator<Item = &str> {
        self.declarations
            .iter()
            .map(|declaration| &*declaration.name)
    }

    /// `types.py`.
    pub(super) fn types(&self) -> String {
        let mut order = Order::of(&self.declarations);
        for index in 0..self.declarations.len() {
            order.add(index);
        }
        let body = order.text;
        let mut used: HashSet<&str> = identifiers(&body).into_iter().collect();
        used.extend(order.in_quotes);
        let pick = |names: &[&str]| -> Vec<String> {
            let used = names.iter().filter(|name| used.contains(**name));
            used.map(|name| (*name).to_owned()).collect()
        };
        let standard = import("collections.abc", pick(&["Mapping"]))
            + &import("dataclasses", pick(&["dataclass", "field"]))
            + &import("typing", pick(&["Literal", "Never", "TypeAlias"]));
        let own = import("._json", pick(&["UNSET", "Json", "Unset", "no_members"]));
        let header = self.writer.header("The types of the contract.");
        let parts = [header, standard, own]
            .into_iter()
            .filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join("\n") + &body
    }

    /// `_decode.py`, with the decoders that others use.
    pub(super) fn decoders(&self, used_by: &str) -> String {
        let body = self.used_functions(used_by);
        let used: HashSet<&str> = identifiers(&body).into_iter().collect();
        let pick = |names: &mut dyn Iterator<Item = &str>| -> Vec<String> {
            names
                .filter(|name| used.contains(name))
                .map(str::to_owned)
                .collect()
        };
        let standard = import("typing", pick(&mut ["Literal", "Never"].into_iter()));
        let own = import("._json", pick(&mut ["Json"].into_iter()))
            + &import("._primitives", pick(&mut PRIMITIVES.iter().copied()))
            + &import(".types", pick(&mut self.type_names()));
        let header = self.writer.header("Decoders of what the server sends.");
        let parts = [header, standard, own]
            .into_iter()
            .filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join("\n") + &body
    }

    fn used_functions(&self, used_by: &str) -> String {
        let known: HashMap<&str, &Function> = self
            .functions
            .iter()
            .map(|function| (&*function.name, function))
            .collect();
        let mut wanted = identifiers(used_by);
        let mut used = HashSet::new();
        while let Some(name) = wanted.pop() {
            if let Some(function) = known.get(name)
                && used.insert(name)
            {
                wanted.extend(identifiers(&function.text));
            }
        }
        let functions = self
            .functions
            .iter()
            .filter(|function| used.contains(&*function.name));
        let mut text = String::new();
        let mut was_constant = false;
        for function in functions {
            let gap = if was_constant && function.is_constant {
                ""
            } else {
                "\n\n"
            };
            text += &format!("{gap}{}", function.text);
            was_constant = function.is_constant;
        }
        // One blank line follows the imports if a constant comes first.
        match text
            .strip_prefix("\n\n")
            .filter(|rest| !rest.starts_with("def "))
        {
            Some(rest) => format!("\n{rest}"),
            None => text,
        }
    }
}

/// What is left to do in an [`Order`].
enum Step {
    Start(usize),
    /// What it needs is written.
    Write(usize),
}

/// Writes declarations after those that they need when they are run.
struct Order<'a> {
    declarations: &'a [Declaration],
    by_name: HashMap<&'a str, usize>,
    started: HashSet<usize>,
    /// Aliases in quotes. Python can't combine a string with `|`.
    quoted: HashSet<usize>,
    finished: HashSet<usize>,
    /// The names inside of quoted aliases.
    in_quotes: Vec<&'a str>,
    text: String,
    was_alias: bool,
}

impl<'a> Order<'a> {
    fn of(declarations: &'a [Declaration]) -> Order<'a> {
        let names = declarations.iter().enumerate();
        Order {
            declarations,
            by_name: names.map(|(index, it)| (&*it.name, index)).collect(),
            started: HashSet::new(),
            quoted: HashSet::new(),
            finished: HashSet::new(),
            in_quotes: Vec::new(),
            text: String::new(),
            was_alias: false,
        }
    }

    /// Writes a declaration after those that it needs. Chains of aliases may be longer than a stack is deep.
    fn add(&mut self, index: usize) {
        let mut steps = vec![Step::Start(index)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Start(index) if self.started.insert(index) => {
                    steps.push(Step::Write(index));
                    steps.extend(self.needed(index).into_iter().rev().map(Step::Start));
                }
                Step::Start(_) => {}
                Step::Write(index) => self.write(index),
            }
        }
    }

    /// The declarations that an alias names. Annotations of classes are not run.
    fn needed(&self, index: usize) -> Vec<usize> {
        match &self.declarations[index].body {
            Body::Class(_) => Vec::new(),
            Body::Alias(annotation) => identifiers(annotation)
                .iter()
                .filter_map(|name| self.by_name.get(name).copied())
                .collect(),
        }
    }

    fn write(&mut self, index: usize) {
        let declaration = &self.declarations[index];
        match &declaration.body {
            Body::Class(lines) => self.class(declaration, lines),
            Body::Alias(annotation) => {
                let is_open = |needed: &usize| {
                    !self.finished.contains(needed) || self.quoted.contains(needed)
                };
                let is_quoted = identifiers(annotation).contains(&"Json")
                    || self.needed(index).iter().any(is_open);
                if is_quoted {
                    self.quoted.insert(index);
                    self.in_quotes.extend(identifiers(annotation));
                }
                self.alias(declaration, annotation, is_quoted);
            }
        }
        self.finished.insert(index);
    }

    fn class(&mut self, declaration: &Declaration, lines: &str) {
        let docs = docstring(&declaration.docs, "    ");
        let gap = if docs.is_empty() { "" } else { "\n" };
        self.text += &format!(
            "\n\n@dataclass(frozen=True, slots=True, kw_only=True)\nclass {}:\n{docs}{gap}{lines}",
            declaration.name
        );
        self.was_alias = false;
    }

    fn alias(&mut self, declaration: &Declaration, annotation: &str, is_quoted: bool) {
        let start = format!("{}: TypeAlias = ", declaration.name);
        let value = match is_quoted {
            true => format!(
                "\"{}\"",
                annotation.replace('\\', "\\\\").replace('"', "\\\"")
            ),
            false => broken_union(annotation, start.len()),
        };
        let value = match is_quoted && annotation.contains('"') && !annotation.contains('\'') {
            true => format!("'{annotation}'"),
            false => value,
        };
        let length = value.chars().count();
        let value = match is_quoted && start.len() + length > WIDTH && length + 4 <= WIDTH {
            true => format!("(\n    {value}\n)"),
            false => value,
        };
        let gap = if self.was_alias || self.text.is_empty() {
            "\n"
        } else {
            "\n\n"
        };
        self.text += &format!("{gap}{start}{value}\n{}", docstring(&declaration.docs, ""));
        self.was_alias = true;
    }
}

/// A union with each part on a line of its own if it is too long.
fn broken_union(annotation: &str, before: usize) -> String {
    let parts = alternatives(annotation);
    if before + annotation.chars().count() <= WIDTH {
        return annotation.to_owned();
    }
    if parts.len() == 1 {
        return broken(annotation, 0, before, 0);
    }
    if annotation.chars().count() + 4 <= WIDTH {
        return format!("(\n    {annotation}\n)");
    }
    let parts: Vec<String> = parts.iter().map(|part| broken(part, 4, 6, 0)).collect();
    format!("(\n    {}\n)", parts.join("\n    | "))
}

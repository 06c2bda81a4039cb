//! Modules form layers: imports only go down, never in a circle, and never through a crate's root, which is for users.
//! ARCHITECTURE.md draws the layers.

mod graph;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use graph::{Graph, Module, show};

/// The layers of rpc-core, from the bottom up. A module may import from those listed before it.
const CORE: &[&str] = &[
    "deadline",
    "in_flight",
    "limits",
    "excerpt",
    "runtime",
    "json",
    "binary",
    "bounds",
    "tracked",
    "probe",
    "lookup",
    "kind",
    "schema",
    "contract",
    "shown",
    "secret",
    "params",
    "error",
    "publish",
    "wire",
    "duplex",
    "service",
    "openrpc",
    "message_log",
    "client",
    "peer",
    "relay",
    "reflection",
    "dispatcher",
    "server",
    "session",
    "memory",
    "examples",
    "introspection",
];

/// Which of the project's crates each crate may import.
const CRATES: &[(&str, &[&str])] = &[
    ("rpc-macros", &[]),
    ("rpc-core", &["rpc_macros"]),
    ("rpc-tokio", &["rpc_core"]),
    ("rpc-explorer", &[]),
    ("rpc-http", &["rpc_core", "rpc_explorer", "rpc_tokio"]),
    ("rpc-zmq", &["rpc_core", "rpc_tokio"]),
    ("rpc-stream", &["rpc_core", "rpc_tokio"]),
    ("rpc-nats", &["rpc_core", "rpc_tokio"]),
    ("rpc-codegen", &["rpc_core"]),
    (
        "rpc-cli",
        &[
            "rpc_codegen",
            "rpc_core",
            "rpc_http",
            "rpc_nats",
            "rpc_stream",
            "rpc_zmq",
        ],
    ),
];

fn sources(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(name)
        .join("src")
}

fn graph_of(name: &str) -> Graph {
    Graph::read(&sources(name))
}

/// The imports from a higher layer.
fn upward(graph: &Graph, layers: &[&str]) -> Vec<String> {
    let height = |module: &Module| {
        let name = module.first()?;
        let height = layers.iter().position(|layer| layer == name);
        Some(height.unwrap_or_else(|| panic!("`{name}` is missing from the list of layers")))
    };
    let mut upward = Vec::new();
    for import in graph.imports() {
        if let (Some(from), Some(to)) = (height(&import.from), height(&import.to))
            && to > from
        {
            upward.push(format!("{} imports `{}`", show(&import.from), import.path));
        }
    }
    upward
}

#[test]
fn imports_in_the_core_go_down() {
    assert_eq!(upward(&graph_of("rpc-core"), CORE), [""; 0]);
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let cycles = CRATES.iter().flat_map(|(name, _)| {
        let cycles = graph_of(name).cycles();
        cycles
            .into_iter()
            .map(move |cycle| format!("{name}: {cycle}"))
    });
    assert_eq!(cycles.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn nothing_is_imported_through_a_crates_root() {
    for (name, _) in CRATES {
        assert_eq!(graph_of(name).through_the_root(), [""; 0], "{name}");
    }
}

#[test]
fn crates_import_only_the_crates_below_them() {
    for (name, allowed) in CRATES {
        let mut texts = Vec::new();
        collect_texts(&sources(name), &mut texts);
        for path in texts.iter().flat_map(|text| source::paths(text)) {
            let own = CRATES
                .iter()
                .any(|(name, _)| name.replace('-', "_") == path[0]);
            assert!(
                !own || allowed.contains(&&*path[0]),
                "{name} names {path:?}"
            );
        }
    }
}

fn collect_texts(folder: &Path, texts: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_texts(&path, texts);
        } else {
            texts.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// Shows that each check can fail: a small crate breaks one rule at a time.
#[test]
fn an_upward_import_a_circle_and_the_root_are_found() {
    let graph = |low: &str, high: &str| {
        let files = [
            (vec![], "pub use high::High; mod low; mod high;"),
            (vec!["low"], low),
            (vec!["high"], high),
            (vec!["high", "one"], "use super::two::Two;"),
            (vec!["high", "two"], "use super::One;"),
        ];
        let files = files.map(|(module, text)| {
            let module = module.into_iter().map(str::to_owned).collect();
            (module, text.to_owned())
        });
        Graph::of(files.into_iter())
    };
    let layers = ["low", "high"];
    let good = graph("", "use crate::low::Low; mod one; mod two;");
    assert_eq!(upward(&good, &layers), [""; 0]);
    assert_eq!(good.cycles(), [""; 0]);
    assert_eq!(good.through_the_root(), [""; 0]);

    let wrong = graph("use crate::high::High;", "");
    assert_eq!(
        upward(&wrong, &layers),
        ["`low` imports `crate::high::High`"]
    );
    let wrong = graph("use crate::High;", "");
    assert_eq!(
        wrong.through_the_root(),
        ["`low` imports `High` through the root"]
    );
    assert_eq!(upward(&wrong, &layers), ["`low` imports `crate::High`"]);
    let wrong = graph("fn f() { super::high::f() }", "use crate::low::Low;");
    assert_eq!(wrong.cycles(), ["in the root: high, low"]);
    // The parent re-exports `One` to `two`, and `one` imports `two`: a circle.
    let wrong = graph("", "pub use self::one::One;");
    assert_eq!(wrong.cycles(), ["in `high`: one, two"]);
}

/// Prints how many imports and knots there are between the modules of each crate. To see it:
/// `cargo test --test it layers -- --nocapture`.
#[test]
fn the_graph_is_shown() {
    for (name, _) in CRATES {
        let graph = graph_of(name);
        let edges: BTreeMap<_, _> = graph.siblings(&Module::new());
        let count: usize = edges.values().map(|targets| targets.len()).sum();
        let knots: Vec<usize> = graph::knots(&edges).iter().map(|knot| knot.len()).collect();
        println!(
            "{name}: {} modules at the top, {count} edges, knots of {knots:?}; {} files",
            edges.len(),
            graph.modules().count()
        );
        let is_one_file = graph.modules().count() == 1;
        assert!(!edges.is_empty() || is_one_file, "{name}");
    }
}

/// `rpc_core::__private` has the names that expanded code uses, and no others.
#[test]
fn the_private_module_has_what_the_macros_name() {
    let lib = std::fs::read_to_string(sources("rpc-core").join("lib.rs")).unwrap();
    let (_, private) = lib.split_once("pub mod __private {").unwrap();
    let (private, _) = private.split_once("\n}\n").unwrap();
    let listed: BTreeSet<String> = source::paths(private)
        .into_iter()
        .filter_map(|mut path| path.pop())
        .collect();

    let mut texts = Vec::new();
    collect_texts(&sources("rpc-macros"), &mut texts);
    let named = |text: &str| -> Vec<String> {
        let after_root = text.split("#root::").skip(1);
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let name = |rest: &str| rest.split(|c: char| !is_word(c)).next().map(str::to_owned);
        after_root.filter_map(name).collect()
    };
    let named: BTreeSet<String> = texts.iter().flat_map(|text| named(text)).collect();
    assert!(named.len() > 20, "{named:?}");
    assert_eq!(listed, named);
}

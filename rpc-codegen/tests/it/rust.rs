//! Generated Rust: what it looks like, and that rustfmt leaves it as it is. `tests/generated` compiles and uses it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use rpc_codegen::rust::{Dependency, Options, generate};
use rpc_codegen::{File, Model};

use crate::documents::{model, read};

/// The documents, and the methods of them that Rust can't express.
const RECORDED: &[(&str, &[&str])] = &[
    ("all.json", &[]),
    ("callbacks.yaml", &[]),
    ("ethereum.json", &[]),
    ("forest.json", &[]),
    ("hostile.yaml", &["tokens"]),
    ("links.json", &[]),
    ("lotus.json", &[]),
    ("mirror.json", &[]),
    ("names.yaml", &[]),
    ("near.json", &[]),
    ("petstore.json", &[]),
    ("shop.yaml", &["search"]),
];

fn files(model: &Model, opaque: &[&str]) -> Vec<File> {
    let mut options = Options::default();
    options.opaque = opaque.iter().map(|it| (*it).to_owned()).collect();
    let path = "../../../rpc-core".to_owned();
    options.rpc_core = Dependency::Path(path);
    generate(model, &options).unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

fn recorded(document: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/generated");
    folder.join(document.split('.').next().unwrap())
}

fn text<'a>(files: &'a [File], name: &str) -> &'a str {
    let file = files.iter().find(|file| file.name == name);
    &file.unwrap_or_else(|| panic!("no {name}")).text
}

#[test]
fn the_output_is_as_recorded() {
    for (document, opaque) in RECORDED {
        for file in files(&read(document), opaque) {
            let path = recorded(document).join(file.name);
            if env::var_os("UPDATE_SNAPSHOTS").is_some() {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, &file.text).unwrap();
            }
            let expected = fs::read_to_string(&path).unwrap_or_default();
            let hint = "run UPDATE_SNAPSHOTS=1 cargo test -p rpc-codegen rust, and read the diff";
            assert!(file.text == expected, "{} differs: {hint}", path.display());
        }
    }
}

#[test]
fn rustfmt_leaves_it_as_it_is() {
    let libraries = RECORDED
        .iter()
        .map(|(document, _)| recorded(document).join("src/lib.rs"));
    let output = Command::new("rustfmt")
        .args(["--check", "--edition", "2024"])
        .args(libraries)
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{out}{err}");
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    for (document, opaque) in RECORDED {
        let [one, two] = [
            files(&read(document), opaque),
            files(&read(document), opaque),
        ];
        assert!(one == two, "{document}");
    }
}

//! Checks that the tests that the documentation names exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The tests of a folder: `module::name`, as this binary calls them.
fn tests(folder: &Path, module: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let inner = match name {
            "mod" | "main" => module.to_owned(),
            name => format!("{module}{name}::"),
        };
        if path.is_dir() {
            tests(&path, &inner, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with("#[") {
                is_test |= line == "#[test]" || line.starts_with("#[tokio::test");
                continue;
            }
            let function = line
                .strip_prefix("async ")
                .unwrap_or(line)
                .strip_prefix("fn ");
            if let Some((name, _)) = function.and_then(|it| it.split_once('('))
                && is_test
            {
                found.insert(format!("{inner}{name}"));
            }
            is_test = false;
        }
    }
}

#[test]
fn each_feature_of_the_python_packages_has_a_test() {
    let mut known = BTreeSet::new();
    tests(&root().join("tests/it"), "", &mut known);
    assert!(
        known.contains("docs::each_feature_of_the_python_packages_has_a_test"),
        "{known:?}"
    );
    let text = fs::read_to_string(root().join("docs/python-packages.md")).unwrap();
    let mut rows = 0;
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let [_feature, _here, shown_by] = cells[..] else {
            panic!("a row has three cells: {row}")
        };
        if ["test", "---"].contains(&shown_by.trim()) {
            continue;
        }
        rows += 1;
        for test in shown_by.split(", ") {
            let test = test.trim().trim_matches('`');
            assert!(known.contains(test), "no test `{test}`: {row}");
        }
    }
    assert!(rows > 30, "{rows}");
}

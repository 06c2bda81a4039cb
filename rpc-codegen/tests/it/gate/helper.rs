//! `gate::check`: a document in the repository against what the contract says.

use std::fs;
use std::path::{Path, PathBuf};

use rpc_codegen::gate::{self, Failure, Mode, Outcome};

/// A path in an empty folder.
fn file(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("gate")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    folder.join("openrpc.json")
}

fn document(params: &str) -> String {
    format!(
        r#"{{"openrpc": "1.4.1", "info": {{"title": "Shop", "version": "1"}}, "methods": [{{"name": "find", "summary": "Finds.", "params": [{params}]}}]}}"#
    )
}

const REQUIRED: &str = r#"{"name": "id", "required": true, "schema": {"type": "integer"}}"#;
const OPTIONAL: &str = r#"{"name": "id", "schema": {"type": "integer"}}"#;

fn failure(mode: Mode, path: &Path, document: &str) -> String {
    gate::check_as(mode, path, document)
        .unwrap_err()
        .to_string()
}

#[test]
fn the_first_run_writes_the_file_and_the_second_finds_it_unchanged() {
    let path = file("first");
    let document = document(REQUIRED);
    assert_eq!(
        gate::check_as(Mode::Create, &path, &document).unwrap(),
        Outcome::Created
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), document.clone() + "\n");
    assert_eq!(
        gate::check_as(Mode::Create, &path, &document).unwrap(),
        Outcome::Unchanged
    );
    assert_eq!(
        gate::check_as(Mode::Strict, &path, &document).unwrap(),
        Outcome::Unchanged
    );
    // Line breaks say nothing.
    fs::write(&path, document.replace(", ", ",\n  ")).unwrap();
    assert_eq!(
        gate::check_as(Mode::Strict, &path, &document).unwrap(),
        Outcome::Unchanged
    );
}

#[test]
fn a_missing_file_is_a_failure_in_ci() {
    let path = file("missing");
    let failure = failure(Mode::Strict, &path, &document(REQUIRED));
    let expected = "openrpc.json: missing, and `CI` is set; run this test where you develop, and commit the file";
    assert!(failure.ends_with(expected), "{failure}");
    assert!(!path.exists());
}

#[test]
fn a_breaking_change_fails_and_says_what_to_do() {
    let path = file("breaking");
    let _ = gate::check_as(Mode::Create, &path, &document(OPTIONAL)).unwrap();
    for mode in [Mode::Create, Mode::Strict] {
        let failure = failure(mode, &path, &document(REQUIRED));
        let expected = r#": out of date: 1 breaking, 0 risky

find: the parameter `id` is now required [param-became-required]
  old clients of a new server: breaking; new clients of an old server: fine
  an old client sends {"jsonrpc":"2.0","method":"find","params":{}}
  the parameter `id` is missing
  advice: keep the default

follow the advice, or if the change is meant, run the test with UPDATE=1 to write the file anew, and commit it"#;
        assert!(failure.ends_with(expected), "{failure}");
    }
    assert!(fs::read_to_string(&path).unwrap().contains(OPTIONAL));
}

#[test]
fn a_risky_change_and_one_that_breaks_nothing_fail_too() {
    let path = file("stale");
    let _ = gate::check_as(Mode::Create, &path, &document(REQUIRED)).unwrap();
    let risky = failure(Mode::Create, &path, &document(OPTIONAL));
    assert!(
        risky.contains(": out of date: 0 breaking, 1 risky\n"),
        "{risky}"
    );
    assert!(
        risky.ends_with("\n\nrun the test with UPDATE=1 to write the file anew, and commit it"),
        "{risky}"
    );
    let other_words = document(REQUIRED).replace("Finds.", "Looks it up.");
    let fine = failure(Mode::Create, &path, &other_words);
    assert!(fine.contains(": out of date: nothing breaks\n"), "{fine}");
    assert!(fine.contains("[docs-changed]"), "{fine}");
}

#[test]
fn an_update_writes_the_file_anew() {
    let path = file("update");
    assert_eq!(
        gate::check_as(Mode::Update, &path, &document(REQUIRED)).unwrap(),
        Outcome::Created
    );
    assert_eq!(
        gate::check_as(Mode::Update, &path, &document(REQUIRED)).unwrap(),
        Outcome::Unchanged
    );
    assert_eq!(
        gate::check_as(Mode::Update, &path, &document(OPTIONAL)).unwrap(),
        Outcome::Updated
    );
    assert_eq!(
        gate::check_as(Mode::Strict, &path, &document(OPTIONAL)).unwrap(),
        Outcome::Unchanged
    );
}

#[test]
fn a_corrupt_file_is_a_failure_until_it_is_renewed() {
    let path = file("corrupt");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    for text in ["<<<<<<< HEAD", "{\"openrpc\": \"1.4.1\"}", "\"text\"", ""] {
        fs::write(&path, text).unwrap();
        let found = gate::check_as(Mode::Create, &path, &document(REQUIRED)).unwrap_err();
        assert!(matches!(found, Failure::Corrupt(..)), "{found}");
        assert!(
            found
                .to_string()
                .ends_with("run the test with UPDATE=1 to write the file anew, and commit it"),
            "{found}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    // Bytes that are not text.
    fs::write(&path, [0xff, 0xfe]).unwrap();
    let found = gate::check_as(Mode::Create, &path, &document(REQUIRED)).unwrap_err();
    assert!(matches!(found, Failure::File(..)), "{found}");
    assert_eq!(
        gate::check_as(Mode::Update, &path, &document(REQUIRED)).unwrap(),
        Outcome::Updated
    );
}

#[test]
fn a_contract_that_gives_no_document_is_a_failure() {
    let path = file("no-document");
    let failure = failure(Mode::Update, &path, "{}");
    assert!(
        failure.starts_with("the contract gives no OpenRPC document: "),
        "{failure}"
    );
    assert!(!path.exists());
}

//! `rpc lint` and `rpc generate`: OpenRPC documents, and clients that are generated from them.

use std::fs;

use super::introspection::that_says;
use super::*;

const DOCUMENT: &str = r#"{
    "openrpc": "1.4.1",
    "info": {"title": "Shop", "version": "2.0.0"},
    "methods": [{
        "name": "orders.place",
        "params": [{"name": "item", "required": true, "schema": {"type": "string"}}],
        "result": {"name": "number", "schema": {"type": "integer", "format": "uint64"}}
    }]
}"#;

/// It has two methods with one name.
const WRONG: &str = r#"{
    "openrpc": "1.4.1",
    "info": {"title": "Shop", "version": "2.0.0"},
    "methods": [{"name": "place", "params": []}, {"name": "place", "params": []}]
}"#;

/// A method of it returns a constant that no number of TypeScript is.
const BEYOND: &str = r#"{
    "openrpc": "1.4.1",
    "info": {"title": "Shop", "version": "2.0.0"},
    "methods": [{"name": "place", "params": [], "result": {"name": "r", "schema": {"const": 9007199254740993}}}]
}"#;

/// A folder with a document.
fn folder(document: &str) -> (Folder, String) {
    let folder = Folder::new();
    let path = folder.write("openrpc.json", document);
    (folder, path)
}

#[tokio::test]
async fn lint_says_nothing_about_a_good_document() {
    let (_folder, path) = folder(DOCUMENT);
    assert_eq!(run(rpc(&["lint", &path])).await.printed(), "");
    let server = that_says(&[("rpc.discover", DOCUMENT)]).await;
    assert_eq!(run(rpc(&["lint", &server.url])).await.printed(), "");
}

#[tokio::test]
async fn lint_names_the_place_and_the_rule_of_a_mistake() {
    let (_folder, path) = folder(WRONG);
    let mistake =
        "#/methods/1/name: duplicate method \"place\": see #/methods/0/name [unique-method-names]";
    let ran = run(rpc(&["lint", &path])).await;
    assert_eq!(ran.out, format!("{path}{mistake}\n"));
    assert_eq!((ran.code, &*ran.err), (Some(1), "error: 1 mistake\n"));
    let ran = run_with(rpc(&["lint", "-"]), WRONG).await;
    assert_eq!(ran.out, format!("stdin{mistake}\n"));
    let server = that_says(&[("rpc.discover", WRONG)]).await;
    let ran = run(rpc(&["lint", &server.url])).await;
    assert_eq!(ran.out, format!("{}{mistake}\n", server.url));
}

#[tokio::test]
async fn a_document_that_is_not_there_is_an_error() {
    let ran = run(rpc(&["lint", "nothing.json"])).await;
    assert_eq!(ran.failed(6), "error: nothing.json: no such file");
    let (_folder, path) = folder("[]");
    let ran = run(rpc(&["lint", &path])).await;
    assert!(
        ran.failed(2).contains("the document is not an object"),
        "{ran:?}"
    );
    let server = that_says(&[]).await;
    let ran = run(rpc(&[
        "generate",
        "typescript",
        &server.url,
        "-o",
        "nowhere",
    ]))
    .await;
    assert!(
        ran.failed(1).contains("this server has no document"),
        "{ran:?}"
    );
}

#[tokio::test]
async fn generated_files_are_written_and_checked() {
    let (folder, path) = folder(DOCUMENT);
    let output = folder.path("client");
    let generate = ["generate", "typescript", &path, "-o", &output];
    let check: Vec<&str> = generate.iter().copied().chain(["--check"]).collect();

    let missing = run(rpc(&check)).await;
    let missing = missing.failed(1);
    assert!(missing.contains("client.ts: missing"), "{missing}");
    assert!(!fs::exists(&output).unwrap(), "--check writes nothing");

    assert_eq!(run(rpc(&generate)).await.printed(), "");
    let client = format!("{output}/client.ts");
    let text = fs::read_to_string(&client).unwrap();
    assert!(text.contains("Shop 2.0.0 (OpenRPC 1.4.1)"), "{text}");
    assert!(text.contains("Call<bigint, never>"), "{text}");
    assert_eq!(run(rpc(&check)).await.printed(), "");

    fs::write(&client, format!("{text}// changed\n")).unwrap();
    let stale = run(rpc(&check)).await;
    let stale = stale.failed(1);
    assert!(
        stale.starts_with(&format!("error: {client}: out of date\n")),
        "{stale}"
    );
    assert_eq!(run(rpc(&generate)).await.printed(), "");
    assert_eq!(fs::read_to_string(&client).unwrap(), text);
}

#[tokio::test]
async fn what_was_not_generated_is_not_overwritten() {
    let (folder, path) = folder(DOCUMENT);
    let output = folder.path("src");
    fs::create_dir_all(&output).unwrap();
    let own = format!("{output}/client.ts");
    fs::write(&own, "export const mine = 1;\n").unwrap();
    let ran = run(rpc(&["generate", "typescript", &path, "-o", &output])).await;
    let failed = ran.failed(6);
    assert!(
        failed.contains("client.ts: not a generated file; it is not overwritten"),
        "{failed}"
    );
    assert_eq!(
        fs::read_to_string(&own).unwrap(),
        "export const mine = 1;\n"
    );
    assert_eq!(
        fs::read_dir(&output).unwrap().count(),
        1,
        "nothing else is written either"
    );
}

#[tokio::test]
async fn what_cannot_be_expressed_is_an_error_or_untyped() {
    let (folder, path) = folder(BEYOND);
    let output = folder.path("client");
    let generate = ["generate", "typescript", &path, "-o", &output];
    let ran = run(rpc(&generate)).await;
    let failed = ran.failed(1);
    let place = format!("error: {path}#/methods/0/result/schema");
    assert!(failed.starts_with(&place), "{failed}");
    assert!(
        failed.ends_with("(method `place`)\nhint: --opaque METHOD makes a method untyped"),
        "{failed}"
    );

    let opaque = |name| rpc(&[&generate[..], &["--opaque", name]].concat());
    assert_eq!(run(opaque("place")).await.printed(), "");
    let client = fs::read_to_string(format!("{output}/client.ts")).unwrap();
    assert!(client.contains("Call<unknown, never>"), "{client}");
    let ran = run(opaque("plaice")).await;
    assert_eq!(ran.failed(2), "error: --opaque: no method `plaice`");
}

#[tokio::test]
async fn options_of_a_language_change_what_is_generated() {
    let (folder, path) = folder(DOCUMENT);
    let output = folder.path("client");
    let generate = ["generate", "typescript", &path, "-o", &output];
    let options = ["--integers", "number", "--imports", "ts"];
    assert_eq!(
        run(rpc(&[&generate[..], &options].concat()))
            .await
            .printed(),
        ""
    );
    let client = fs::read_to_string(format!("{output}/client.ts")).unwrap();
    assert!(client.contains("Call<number, never>"), "{client}");
    assert!(client.contains("\"./runtime.ts\""), "{client}");

    let generate = ["generate", "python", &path, "-o", &output];
    let ran = run(rpc(&[&generate[..], &options[..2]].concat())).await;
    assert_eq!(ran.failed(2), "error: --integers: only for TypeScript");
}

#[tokio::test]
async fn python_is_generated_too() {
    let (folder, path) = folder(DOCUMENT);
    let output = folder.path("shop");
    let generate = ["generate", "python", &path, "-o", &output];
    assert_eq!(run(rpc(&generate)).await.printed(), "");
    let client = fs::read_to_string(format!("{output}/client.py")).unwrap();
    assert!(client.contains("        item: str,\n"), "{client}");
    assert!(fs::exists(format!("{output}/py.typed")).unwrap());
    let check = run(rpc(&[&generate[..], &["--check"]].concat())).await;
    assert_eq!(check.printed(), "");
}

#[tokio::test]
async fn rust_is_generated_too() {
    let (folder, path) = folder(DOCUMENT);
    let output = folder.path("shop");
    let generate = ["generate", "rust", &path, "-o", &output];
    let with = |options: &[&str]| rpc(&[&generate[..], options].concat());
    let missing = run(with(&["--check"])).await;
    let missing = missing.failed(1);
    assert!(missing.contains("Cargo.toml: missing"), "{missing}");
    assert_eq!(run(with(&[])).await.printed(), "");
    let methods = fs::read_to_string(format!("{output}/src/methods.rs")).unwrap();
    assert!(
        methods.contains("    async fn place(&self, item: &str) -> u64;\n"),
        "{methods}"
    );
    assert_eq!(run(with(&["--check"])).await.printed(), "");
    let manifest = || fs::read_to_string(format!("{output}/Cargo.toml")).unwrap();
    assert!(manifest().contains("name = \"shop\"\n"), "{}", manifest());

    for (place, expected) in [
        ("^0.1", "version = \"^0.1\""),
        ("../rpc-core", "path = \"../rpc-core\""),
        ("https://a.example/rpc", "git = \"https://a.example/rpc\""),
    ] {
        let options = ["--rpc-core", place, "--crate-name", "tea-shop"];
        assert_eq!(run(with(&options)).await.printed(), "");
        let expected = format!("rpc-core = {{ {expected}, features = [\"schema\"] }}\n");
        assert!(manifest().contains(&expected), "{}", manifest());
        assert!(
            manifest().contains("name = \"tea-shop\"\n"),
            "{}",
            manifest()
        );
    }
    let stale = run(with(&["--check"])).await;
    let stale = stale.failed(1);
    assert!(stale.contains("Cargo.toml: out of date"), "{stale}");
}

#[tokio::test]
async fn options_of_another_language_are_refused() {
    let (folder, path) = folder(DOCUMENT);
    let output = folder.path("client");
    for (language, option, value, expected) in [
        (
            "rust",
            "--imports",
            "ts",
            "error: --imports: only for TypeScript",
        ),
        (
            "rust",
            "--integers",
            "number",
            "error: --integers: only for TypeScript",
        ),
        (
            "python",
            "--crate-name",
            "shop",
            "error: --crate-name: only for Rust",
        ),
        (
            "typescript",
            "--rpc-core",
            "0.1",
            "error: --rpc-core: only for Rust",
        ),
    ] {
        let arguments = ["generate", language, &path, "-o", &output, option, value];
        assert_eq!(run(rpc(&arguments)).await.failed(2), expected);
    }
    let arguments = [
        "generate",
        "rust",
        &path,
        "-o",
        &output,
        "--crate-name",
        "1st",
    ];
    let ran = run(rpc(&arguments)).await;
    assert!(ran.failed(2).contains("begins with a letter"), "{ran:?}");
    assert!(!fs::exists(&output).unwrap());
}

/// The document without its method.
fn without_method() -> String {
    let (start, rest) = DOCUMENT.split_once("[{").unwrap();
    let (_, end) = rest.rsplit_once("}]").unwrap();
    format!("{start}[]{end}")
}

#[tokio::test]
async fn diff_says_what_breaks_and_shows_it() {
    let (folder, old) = folder(DOCUMENT);
    assert_eq!(run(rpc(&["diff", &old, &old])).await.printed(), "");
    let new = folder.write("new.json", &without_method());
    let ran = run(rpc(&["diff", &old, &new])).await;
    assert_eq!(
        (ran.code, &*ran.err),
        (Some(1), "error: 1 breaking, 0 risky\n")
    );
    let expected = format!(
        "orders.place: the method is gone [method-removed-without-deprecation]
  old clients of a new server: breaking; new clients of an old server: fine
  {old}#/methods/0
  an old client sends {{\"jsonrpc\":\"2.0\",\"method\":\"orders.place\",\"params\":{{\"item\":\"a\"}},\"id\":1}}
  no method `orders.place`
  advice: deprecate the method first, and remove it once no client calls it
"
    );
    assert_eq!(ran.out, expected);
}

#[tokio::test]
async fn diff_fails_on_what_it_is_told_to() {
    let (folder, old) = folder(DOCUMENT);
    let optional = DOCUMENT.replace("\"required\": true, ", "");
    assert_ne!(optional, DOCUMENT);
    let new = folder.write("new.json", &optional);
    let ran = run(rpc(&["diff", &old, &new])).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("[param-became-optional]"), "{ran:?}");
    let ran = run(rpc(&["diff", &old, &new, "--fail-on", "risky"])).await;
    assert_eq!(
        (ran.code, &*ran.err),
        (Some(1), "error: 0 breaking, 1 risky\n")
    );

    let docs = DOCUMENT.replace("\"params\"", "\"summary\": \"Other words.\", \"params\"");
    let new = folder.write("new.json", &docs);
    assert_eq!(run(rpc(&["diff", &old, &new])).await.printed(), "");
    let ran = run(rpc(&["diff", &old, &new, "--all", "--fail-on", "risky"])).await;
    assert!(ran.printed().contains("[docs-changed]"), "{ran:?}");
}

#[tokio::test]
async fn diff_speaks_to_programs() {
    let (folder, old) = folder(DOCUMENT);
    let new = folder.write("new.json", &without_method());
    let ran = run(rpc(&["diff", &old, &new, "--format", "json"])).await;
    let change: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(change["rule"], "method-removed-without-deprecation");
    assert_eq!(change["old"], "#/methods/0");
    assert_eq!(change["oldClients"], "breaking");
    assert_eq!(change["witnesses"][0]["message"]["method"], "orders.place");

    let ran = run(rpc(&["diff", &old, &new, "--format", "github"])).await;
    let start = format!(
        "::error file={new},title=method-removed-without-deprecation::orders.place #/methods/0: "
    );
    assert!(ran.out.starts_with(&start), "{ran:?}");
    assert_eq!(ran.out.lines().count(), 1, "{ran:?}");
}

#[tokio::test]
async fn annotations_stand_beside_the_lines_that_have_changed() {
    let document = |schema: &str| {
        format!(
            "openrpc: 1.3.2\ninfo: {{title: T, version: '1'}}\nmethods:\n- name: f\n  params:\n  \
             - name: a\n    required: true\n    schema: {schema}\n  result: {{name: r, schema: {{}}}}\n"
        )
    };
    let folder = Folder::new();
    let old = folder.write("old.yaml", &document("{type: string}"));
    let new = folder.write("new.yaml", &document("{type: string, maxLength: 3}"));
    let ran = run(rpc(&["diff", &old, &new, "--format", "github"])).await;
    assert!(
        ran.out.contains(&format!(" file={new},line=8,title=")),
        "{ran:?}"
    );

    // What another file says is shown there.
    folder.write("types.yaml", "Other: {}\nName: {type: integer}\n");
    let new = document("{$ref: 'types.yaml#/Name'}");
    let new = folder.write("new.yaml", &new);
    let ran = run(rpc(&["diff", &old, &new, "--format", "github"])).await;
    let types = folder.path("types.yaml");
    assert!(
        ran.out.contains(&format!(" file={types},line=2,title=")),
        "{ran:?}"
    );
}

/// Reads a JUnit report with Python's parser: the tests, the failures, and each case with its class, and its failure's type and text.
const READ_JUNIT: &str = r#"
import sys, json, xml.etree.ElementTree as tree
suites = tree.parse(sys.stdin).getroot()
suite = suites.find("testsuite")
cases = [[case.get("classname"), case.get("name"), *[(it.get("type"), it.text) for it in case.findall("failure")]] for case in suite]
print(json.dumps([suites.tag, suite.get("tests"), suite.get("failures"), cases]))
"#;

async fn junit(arguments: &[&str]) -> (Option<i32>, serde_json::Value) {
    let ran = run(rpc(&[&["diff"], arguments, &["--format", "junit"]].concat())).await;
    let mut python = tokio::process::Command::new("python3");
    python.args(["-c", READ_JUNIT]);
    let read = run_with(python, &ran.out).await;
    (ran.code, serde_json::from_str(read.printed()).unwrap())
}

#[tokio::test]
async fn diff_reports_to_tools_that_read_junit() {
    let (folder, old) = folder(DOCUMENT);
    let optional = DOCUMENT.replace("\"required\": true, ", "");
    let new = folder.write("new.json", &optional);
    let rule = "the parameter `item` may now be left out [param-became-optional]";
    let (code, report) = junit(&[&old, &new]).await;
    assert_eq!(code, Some(0));
    let passed = serde_json::json!([["orders.place", rule]]);
    assert_eq!(report, serde_json::json!(["testsuites", "1", "0", passed]));
    let (code, report) = junit(&[&old, &new, "--fail-on", "risky"]).await;
    assert_eq!(code, Some(1));
    assert_eq!((&report[1], &report[2]), (&"1".into(), &"1".into()));
    assert_eq!(report[3][0][2][0], "risky");
    let text = report[3][0][2][1].as_str().unwrap();
    assert!(
        text.contains("advice: replace all servers before the clients"),
        "{text}"
    );

    let (code, report) = junit(&[&old, &old]).await;
    assert_eq!(
        (code, report),
        (Some(0), serde_json::json!(["testsuites", "0", "0", []]))
    );
}

/// Names come from documents, which anybody may have written.
#[tokio::test]
async fn junit_reports_stay_xml_whatever_the_names_are() {
    let folder = Folder::new();
    let document = |methods: &str| {
        format!(
            r#"{{"openrpc": "1.4.1", "info": {{"title": "t", "version": "1"}}, "methods": [{methods}]}}"#
        )
    };
    let name = r#"]]>\u0000\u001b[31m</testcase>\"&amp;\uffff\n"#;
    let old = folder.write(
        "old.json",
        &document(&format!(r#"{{"name": "{name}", "params": []}}"#)),
    );
    let new = folder.write("new.json", &document(""));
    let (code, report) = junit(&[&old, &new]).await;
    assert_eq!(code, Some(1));
    let class = report[3][0][0].as_str().unwrap();
    assert_eq!(class, "]]>\u{fffd}\u{fffd}[31m</testcase>\"&amp;\u{fffd}\n");
}

#[tokio::test]
async fn diff_compares_with_a_revision_and_with_a_server() {
    let (folder, _) = folder(DOCUMENT);
    let git = |arguments: &'static [&'static str]| {
        let mut git = tokio::process::Command::new("git");
        let who = ["-c", "user.name=n", "-c", "user.email=e@example.com"];
        git.args(who).args(arguments).current_dir(folder.path(""));
        git
    };
    for arguments in [
        &["init", "-q"] as &[&str],
        &["add", "."],
        &["commit", "-qm", "m"],
    ] {
        let output = git(arguments).output().await.unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    folder.write("openrpc.json", &without_method());
    let here = |arguments: &[&str]| {
        let mut command = rpc(arguments);
        command.current_dir(folder.path(""));
        command
    };
    let ran = run(here(&["diff", "HEAD:openrpc.json", "openrpc.json"])).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.out.contains("HEAD:openrpc.json#/methods/0"), "{ran:?}");
    let ran = run(here(&["diff", "nothing:openrpc.json", "openrpc.json"])).await;
    assert!(
        ran.failed(6).starts_with("error: nothing:openrpc.json: "),
        "{ran:?}"
    );

    let server = that_says(&[("rpc.discover", DOCUMENT)]).await;
    let ran = run(here(&["diff", &server.url, "HEAD:openrpc.json"])).await;
    assert_eq!(ran.printed(), "");
}

#[tokio::test]
async fn diff_accepts_a_change_of_a_shared_type_for_one_method_only() {
    let document = |required: &str| {
        let result = r##""result": {"name": "r", "schema": {"$ref": "#/components/schemas/O"}}"##;
        format!(
            r#"{{"openrpc": "1.4.1", "info": {{"title": "t", "version": "1"}}, "methods": [
                {{"name": "a", "params": [], {result}}}, {{"name": "b", "params": [], {result}}}
            ], "components": {{"schemas": {{"O": {{"properties": {{"t": {{}}}}, "required": [{required}]}}}}}}}}"#
        )
    };
    let (folder, old) = folder(&document("\"t\""));
    let new = folder.write("new.json", &document(""));
    let accept = |method: &str| {
        format!(
            "[[accept]]\nrule = \"result-field-became-optional\"\nmethod = \"{method}\"\nreason = \"r\"\n"
        )
    };
    let accepting = |text: String| {
        let file = folder.write("accepted.toml", &text);
        run(rpc(&["diff", &old, &new, "--accept", &file]))
    };
    for (accepted, left) in [("a", "b: result"), ("b", "a: result")] {
        let ran = accepting(accept(accepted)).await;
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.out.starts_with(left), "{ran:?}");
    }
    assert_eq!(accepting(accept("a") + &accept("b")).await.printed(), "");
}

#[tokio::test]
async fn diff_accepts_what_somebody_has_looked_at() {
    let (folder, old) = folder(DOCUMENT);
    let new = folder.write("new.json", &without_method());
    let accepting = |text: &str| {
        let file = folder.write("accepted.toml", text);
        run(rpc(&["diff", &old, &new, "--accept", &file]))
    };
    let rule = "rule = \"method-removed-without-deprecation\"";
    let reason = "reason = \"nobody called it\"";
    let ran = accepting(&format!(
        "[[accept]]\n{rule}\nmethod = \"orders.place\"\n{reason}\nuntil = \"9999-12-31\""
    ))
    .await;
    assert_eq!(ran.printed(), "");
    let ran = accepting(&format!(
        "[[accept]]\n{rule}\n{reason}\nuntil = \"2020-01-01\""
    ))
    .await;
    assert_eq!(ran.code, Some(1), "it was accepted until then: {ran:?}");
    let ran = accepting(&format!(
        "[[accept]]\n{rule}\npath = \"#/methods/0\"\n{reason}"
    ))
    .await;
    assert_eq!(ran.printed(), "");
    let ran = accepting("[severity]\nmethod-removed-without-deprecation = \"risky\"").await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.out.contains("old clients of a new server: risky"),
        "{ran:?}"
    );

    for (text, mistake) in [
        (
            format!("[[accept]]\n{rule}\nmethod = \"orders.find\"\n{reason}"),
            "the entry for `method-removed-without-deprecation` of `orders.find` accepts no change",
        ),
        (
            format!("[[accept]]\n{rule}\npath = \"#/methods/01\"\n{reason}"),
            "the entry for `method-removed-without-deprecation` at `#/methods/01` accepts no change",
        ),
        (
            "[[accept]]\nrule = \"anything\"\nreason = \"r\"".to_owned(),
            "unknown rule `anything`",
        ),
        (
            format!("[[accept]]\n{rule}\nreason = \" \""),
            "the reason for `method-removed-without-deprecation` is empty",
        ),
        (format!("[[accept]]\n{rule}"), "missing field `reason`"),
        (
            format!("[[accept]]\n{rule}\n{reason}\nuntil = \"soon\""),
            "`soon` is not a day such as 2027-01-31",
        ),
    ] {
        let ran = accepting(&text).await;
        assert!(ran.failed(2).contains(mistake), "{text}\n{ran:?}");
    }
}

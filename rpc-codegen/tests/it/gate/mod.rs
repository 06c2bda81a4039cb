//! The gate's verdicts, shown: programs of one version get messages of the other, and what happens must agree with the verdict.
//!
//! [`rows`] is the table of all cases: what Rust clients and servers do (`pairs`), and what the model reads and refuses (`schemas`,
//! and the tables in `diff`).

mod clients;
mod guide;
mod helper;
mod limits;
mod mutations;
mod pairs;
mod random;
mod rulings;
mod schemas;
mod wire;

use std::collections::BTreeSet;

use rpc_codegen::diff::{Change, Party, RULES, Verdict, Witness, diff};
use rpc_codegen::model::Reply;
use rpc_codegen::{Model, Value};

use crate::diff::{CASES, DOCUMENTS, model, shown};

/// A case.
struct Row {
    what: String,
    /// The rules and verdicts that it must have.
    expected: Vec<String>,
    changes: Vec<Change>,
    /// Whether a test shows by messages what the verdicts say.
    is_shown: bool,
}

fn rows() -> Vec<Row> {
    let mut rows = pairs::rows();
    rows.extend(schemas::rows());
    for (old, new, expected) in documents() {
        rows.push(Row {
            what: format!("{old} -> {new}"),
            expected: expected.iter().map(ToString::to_string).collect(),
            changes: diff(&model(&old, ""), &model(&new, "")),
            is_shown: true,
        });
    }
    rows
}

/// The methods of two documents, and the changes.
fn documents() -> Vec<(String, String, &'static [&'static str])> {
    let method = |members: &str| format!("{{name: m, {members}}}");
    let single = CASES
        .iter()
        .map(|(old, new, expected)| (method(old), method(new), *expected));
    let several = DOCUMENTS.iter();
    let several = several.map(|(old, new, expected)| (old.to_string(), new.to_string(), *expected));
    single.chain(several).collect()
}

/// The witnesses of breaking changes do harm: the other side refuses them, or takes them for something else.
#[test]
fn witnesses_do_harm() {
    for (old, new, _) in documents() {
        let (old, new) = (model(&old, ""), model(&new, ""));
        for change in diff(&old, &new) {
            if change.verdict() == Verdict::Breaking && !is_excused(change.rule) {
                for witness in &change.witnesses {
                    assert!(
                        does_harm(&change, witness, &old, &new),
                        "{change}: {witness:?}"
                    );
                }
            }
        }
    }
}

/// Whether the other side does something else than the sender means.
fn does_harm(change: &Change, witness: &Witness, old: &Model, new: &Model) -> bool {
    let (sender, receiver) = match witness.sender {
        Party::OldClient | Party::OldServer => (old, new),
        Party::NewClient | Party::NewServer => (new, old),
    };
    // An optional member is lost in silence.
    if change.rule.ends_with("field-renamed-with-alias") {
        return true;
    }
    let is_reply = matches!(witness.sender, Party::OldServer | Party::NewServer);
    if is_reply {
        let method = wire::method(&receiver.methods, &change.method).unwrap();
        return wire::refusal(receiver, method, &witness.message).is_some();
    }
    // A promise: the call is sent twice.
    if let Value::Array(calls) = &witness.message {
        let call = calls
            .first()
            .and_then(|it| it.get("method"))
            .and_then(Value::as_str);
        let call = call.unwrap();
        let is_idempotent = |model: &Model| wire::method(&model.methods, call).unwrap().idempotent;
        return is_idempotent(sender) && !is_idempotent(receiver);
    }
    let message = &witness.message;
    if wire::understand(sender, message).is_err() {
        return false;
    }
    kind(sender, message) != kind(receiver, message)
        || wire::harm(message, sender, receiver).is_some()
}

/// What a server answers the request with.
fn kind(model: &Model, request: &Value) -> Option<String> {
    let name = request.get("method").and_then(Value::as_str)?;
    let method = wire::method(&model.methods, name)?;
    Some(match &method.reply {
        Reply::None => "nothing".to_owned(),
        Reply::Result(_) => "a result".to_owned(),
        Reply::Stream(it) => format!("items as {}, {:?}", it.notification, it.unsubscribe),
    })
}

/// Rules whose harm can't be seen in single messages, and why.
const NOT_SHOWN: &[(&str, &str)] = &[
    ("error-kind-changed", "the kind is not sent"),
    ("read-only-added", "answers don't tell what a call changes"),
    (
        "read-only-dropped",
        "answers don't tell what a call changes",
    ),
    (
        "stream-cursor-renamed",
        "only a stream that goes on shows it",
    ),
    ("stream-resume-added", "only a stream that goes on shows it"),
    (
        "stream-resume-dropped",
        "only a stream that goes on shows it",
    ),
    ("method-described", "what was not described is not known"),
    (
        "method-no-longer-described",
        "what is not described is not known",
    ),
    ("unclassified", "nobody knows what it does"),
];

fn is_excused(name: &str) -> bool {
    NOT_SHOWN.iter().any(|(rule, _)| *rule == name)
}

#[test]
fn every_case_has_the_rules_and_verdicts_of_the_table() {
    let rows = rows();
    assert!(rows.len() >= 80, "{}", rows.len());
    for row in &rows {
        assert_eq!(shown(&row.changes), row.expected, "{}", row.what);
    }
}

/// A rule that can do harm is shown by messages in at least one case.
#[test]
fn every_rule_is_covered() {
    let mut seen = BTreeSet::new();
    let mut proven = BTreeSet::new();
    for row in rows() {
        for change in &row.changes {
            seen.insert(change.rule);
            if row.is_shown || change.verdict() == Verdict::Fine {
                proven.insert(change.rule);
            }
        }
    }
    let apart = [
        "info-changed",
        "method-described",
        "method-no-longer-described",
    ];
    let is_known = |name: &&str| seen.contains(name) || apart.contains(name);
    let missing: Vec<&str> = RULES
        .iter()
        .map(|it| it.name)
        .filter(|it| !is_known(it))
        .collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
    let asserted: Vec<&&str> = seen
        .iter()
        .filter(|name| !proven.contains(**name) && !is_excused(name))
        .collect();
    assert!(asserted.is_empty(), "no messages show {asserted:?}");
}

#[test]
fn breaking_changes_have_a_witness_for_each_verdict_and_all_have_advice() {
    for row in rows() {
        for change in &row.changes {
            let verdicts = [change.old_clients, change.new_clients];
            let breaking = verdicts
                .iter()
                .filter(|it| **it == Verdict::Breaking)
                .count();
            let count = change.witnesses.len();
            let is_right = match breaking {
                0 => count <= 1,
                breaking => count == breaking,
            };
            assert!(is_right, "{}: {change}: {count} witnesses", row.what);
            assert!(!change.advice.is_empty(), "{change}");
        }
    }
}

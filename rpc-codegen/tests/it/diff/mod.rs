//! The gate: which rule a change has, and what it does to both sides.

mod cases;
mod components;
mod random;

pub(crate) use cases::{CASES, DOCUMENTS};
use rpc_codegen::diff::{Change, RULES, Verdict, diff};
use rpc_codegen::{Document, Model};

pub(crate) fn model(methods: &str, rest: &str) -> Model {
    let text =
        format!("openrpc: 1.4.1\ninfo: {{title: t, version: '1'}}\nmethods: [{methods}]\n{rest}\n");
    Model::read(&Document::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"))).unwrap()
}

/// The changes of a method `m` with these members.
pub(crate) fn changes(old: &str, new: &str) -> Vec<Change> {
    let method = |members: &str| model(&format!("{{name: m, {members}}}"), "");
    diff(&method(old), &method(new))
}

fn mark(verdict: Verdict) -> char {
    match verdict {
        Verdict::Fine => '+',
        Verdict::Risky => '!',
        Verdict::Breaking => 'x',
    }
}

/// `rule old-clients new-clients`
pub(crate) fn shown(changes: &[Change]) -> Vec<String> {
    let line = |it: &Change| {
        format!(
            "{} {}{}",
            it.rule,
            mark(it.old_clients),
            mark(it.new_clients)
        )
    };
    changes.iter().map(line).collect()
}

#[test]
fn changes_have_rules_and_verdicts() {
    for (old, new, expected) in CASES {
        assert_eq!(shown(&changes(old, new)), *expected, "{old}\n{new}");
    }
}

/// They are in alphabetical order, and each is there once.
#[test]
fn the_rules_are_listed_once() {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert!(names.is_sorted_by(|one, two| one < two), "{names:?}");
}

#[test]
fn methods_are_known_by_their_names_and_aliases() {
    for (old, new, expected) in DOCUMENTS {
        let found = diff(&model(old, ""), &model(new, ""));
        assert_eq!(shown(&found), *expected, "{old}\n{new}");
    }
}

#[test]
fn what_the_server_calls_is_judged_the_other_way_round() {
    let document = |methods: &str| model("{name: a}", &format!("x-client-methods: [{methods}]"));
    let found = diff(&document("{name: u}"), &document("{name: u}, {name: v}"));
    assert_eq!(shown(&found), ["method-added x+"]);
    let witness = found[0].witnesses.first().unwrap();
    assert_eq!(witness.sender.to_string(), "a new server");
}

/// What the document leaves out may have changed or not.
#[test]
fn what_is_no_longer_described_is_not_gone() {
    let described = model("{name: a}, {name: b}", "");
    let left_out = model("{name: a}", "x-undescribed: [b]");
    assert_eq!(
        shown(&diff(&described, &left_out)),
        ["method-no-longer-described xx"]
    );
    assert_eq!(shown(&diff(&left_out, &described)), ["method-described +!"]);
}

#[test]
fn changes_of_the_document_itself_are_seen() {
    let document = |rest: &str| model("{name: a}", rest);
    let found = diff(&document("x-plan: a"), &document("x-plan: b"));
    assert_eq!(shown(&found), ["unclassified xx"]);
    assert_eq!(
        found[0].to_string(),
        "the document: `x-plan` has changed, and no rule covers that [unclassified; old clients: breaking, new clients: breaking]"
    );
    let servers = "servers: [{name: s, url: 'https://example.com/'}]";
    let found = diff(&document(""), &document(servers));
    assert_eq!(shown(&found), ["info-changed ++"]);
}

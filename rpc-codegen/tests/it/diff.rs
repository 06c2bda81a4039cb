//! The gate: which rule a change has, and what it does to both sides.

use proptest::prelude::*;
use rpc_codegen::diff::{Change, Party, RULES, Verdict, diff};
use rpc_codegen::model::Reply;
use rpc_codegen::{Document, Model, Value};

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

/// What `m` is before and after, and its changes.
pub(crate) const CASES: &[(&str, &str, &[&str])] = &[
    // Promises, and what people read.
    ("", "x-idempotent: true", &["idempotent-added +!"]),
    ("x-idempotent: true", "", &["idempotent-dropped x+"]),
    (
        "",
        "x-read-only: true, x-idempotent: true",
        &["idempotent-added +!", "read-only-added +!"],
    ),
    (
        "x-read-only: true, x-idempotent: true",
        "x-idempotent: true",
        &["read-only-dropped !+"],
    ),
    ("", "x-lenient: true", &["lenient-added ++"]),
    ("x-lenient: true", "", &["lenient-dropped !+"]),
    ("", "deprecated: true", &["method-deprecated ++"]),
    ("deprecated: true", "", &["deprecation-dropped ++"]),
    ("", "tags: [{name: a}]", &["tags-changed ++"]),
    ("", "summary: Other words.", &["docs-changed ++"]),
    ("", "x-aliases: [n]", &["alias-added +!"]),
    ("x-aliases: [n]", "", &["alias-removed x+"]),
    // Calls, notifications and streams.
    (
        "",
        "result: {name: r, schema: {type: string}}",
        &["notification-became-call +!"],
    ),
    (
        "result: {name: r, schema: {type: string}}",
        "",
        &["call-became-notification x!"],
    ),
    (
        "result: {name: r, schema: {type: 'null'}}",
        "result: {name: r, schema: {type: 'null'}}, x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress}",
        &["call-became-stream xx"],
    ),
    (
        "result: {name: r, schema: {type: 'null'}}, x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress}",
        "result: {name: r, schema: {type: 'null'}}",
        &["stream-became-call xx"],
    ),
    (
        "params: [{name: after, schema: {type: string}}], x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress, cursor: after}",
        "params: [{name: after, schema: {type: string}}], x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress}",
        &["stream-resume-dropped !+"],
    ),
    (
        "x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress}",
        "x-stream: {item: {type: [string, 'null']}, end: {type: 'null'}, notification: $/progress}",
        &["stream-item-became-nullable x+"],
    ),
    (
        "x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress}",
        "x-stream: {item: {type: string}, end: {type: string}, notification: $/progress}",
        &["result-type-changed xx"],
    ),
    // Params.
    (
        "params: []",
        "params: [{name: a, schema: {type: string}}]",
        &["param-added-optional +!"],
    ),
    (
        "params: []",
        "params: [{name: a, required: true, schema: {type: string}}]",
        &["param-added-required xx"],
    ),
    (
        "x-lenient: true, params: []",
        "x-lenient: true, params: [{name: a, required: true, schema: {type: string}}]",
        &["param-added-required x!"],
    ),
    (
        "params: [{name: a, schema: {type: string}}]",
        "params: []",
        &["param-removed x+"],
    ),
    (
        "params: [{name: a, required: true, schema: {type: string}}]",
        "params: []",
        &["param-removed xx"],
    ),
    (
        "x-lenient: true, params: [{name: a, schema: {type: string}}]",
        "x-lenient: true, params: []",
        &["param-removed !+"],
    ),
    (
        "params: [{name: a, required: true, schema: {type: string}}]",
        "params: [{name: a, schema: {type: string}}]",
        &["param-became-optional +!"],
    ),
    (
        "params: [{name: a, schema: {type: string}}]",
        "params: [{name: a, required: true, schema: {type: string}}]",
        &["param-became-required x+"],
    ),
    (
        "params: [{name: a, required: true, schema: {type: string}}]",
        "params: [{name: b, required: true, schema: {type: string}}]",
        &["param-renamed xx"],
    ),
    (
        "paramStructure: by-position, params: [{name: a, required: true, schema: {type: string}}]",
        "paramStructure: by-position, params: [{name: b, required: true, schema: {type: string}}]",
        &["param-renamed ++"],
    ),
    (
        "params: [{name: a, schema: {type: integer, default: 1}}]",
        "params: [{name: a, schema: {type: integer, default: 2}}]",
        &["param-default-changed !!"],
    ),
    (
        "params: [{name: a, required: true, schema: {type: string}}, {name: b, required: true, schema: {type: string}}]",
        "params: [{name: b, required: true, schema: {type: string}}, {name: a, required: true, schema: {type: string}}]",
        &["params-reordered xx"],
    ),
    (
        "paramStructure: by-name, params: [{name: a, required: true, schema: {type: string}}, {name: b, required: true, schema: {type: string}}]",
        "paramStructure: by-name, params: [{name: b, required: true, schema: {type: string}}, {name: a, required: true, schema: {type: string}}]",
        &[],
    ),
    (
        "params: [{name: a, schema: {type: string}}]",
        "params: [{name: b, schema: {type: string}}, {name: a, schema: {type: string}}]",
        &["param-added-optional +!", "param-inserted-before xx"],
    ),
    (
        "params: [{name: a, schema: {type: string}}, {name: b, schema: {type: string}}]",
        "params: [{name: b, schema: {type: string}}]",
        &["param-removed x+", "param-removed-before xx"],
    ),
    (
        "params: [{name: a, required: true, schema: {type: string}}]",
        "paramStructure: by-name, params: [{name: a, required: true, schema: {type: string}}]",
        &["params-by-position-dropped x+"],
    ),
    (
        "paramStructure: by-name, params: [{name: a, required: true, schema: {type: string}}]",
        "params: [{name: a, required: true, schema: {type: string}}]",
        &["params-by-position-added +x"],
    ),
    (
        "paramStructure: by-position, params: [{name: a, required: true, schema: {type: string}}]",
        "params: [{name: a, required: true, schema: {type: string}}]",
        &["params-by-name-added +x"],
    ),
    (
        "params: [{name: a, required: true, schema: {type: string}}]",
        "paramStructure: by-position, params: [{name: a, required: true, schema: {type: string}}]",
        &["params-by-name-dropped x+"],
    ),
    // Errors.
    (
        "errors: []",
        "errors: [{code: 1, message: m}]",
        &["error-added !+"],
    ),
    (
        "errors: [{code: 1, message: m}]",
        "errors: []",
        &["error-removed +!"],
    ),
    (
        "errors: [{code: 1, message: m}]",
        "errors: [{code: 2, message: m}]",
        &["error-code-changed xx"],
    ),
    (
        "errors: [{code: 1, message: m, data: {type: string}}]",
        "errors: [{code: 1, message: m, data: {type: integer}}]",
        &["error-data-type-changed !!"],
    ),
    (
        "errors: [{code: 1, message: m}]",
        "errors: [{code: 1, message: m, data: {type: integer}}]",
        &["error-data-added +!"],
    ),
    (
        "errors: [{code: 1, message: m}], x-error-kinds: {'1': conflict}",
        "errors: [{code: 1, message: m}], x-error-kinds: {'1': not_found}",
        &["error-kind-changed !!"],
    ),
    ("x-rate: 1", "x-rate: 2", &["unclassified xx"]),
    ("x-since: '1'", "x-since: '2'", &["docs-changed ++"]),
    (
        "params: [{name: a, schema: {type: string}}]",
        "params: [{name: a, x-cost: 1, schema: {type: string}}]",
        &["unclassified xx"],
    ),
    (
        "params: [{name: a, schema: {type: string}}]",
        "params: [{name: a, x-secret: true, schema: {type: string}}]",
        &["docs-changed ++"],
    ),
    (
        "params: [{name: a, schema: {type: string}}, {name: b, schema: {type: string}}], x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress, cursor: a}",
        "params: [{name: a, schema: {type: string}}, {name: b, schema: {type: string}}], x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress, cursor: b}",
        &["stream-cursor-renamed !!"],
    ),
    (
        "params: [{name: after, schema: {type: string}}], x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress}",
        "params: [{name: after, schema: {type: string}}], x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress, cursor: after}",
        &["stream-resume-added +!"],
    ),
    (
        "params: [{name: a, schema: {type: [string, 'null']}}]",
        "params: [{name: a, schema: {type: string}}]",
        &["param-no-longer-nullable !+"],
    ),
    (
        "errors: [{code: 1, message: a}, {code: 2, message: b}]",
        "errors: [{code: 2, message: a}, {code: 1, message: b}]",
        &["error-code-changed xx", "error-code-changed xx"],
    ),
    (
        "errors: [{code: 1, message: a}, {code: 2, message: a}]",
        "errors: [{code: 1, message: a}, {code: 3, message: a}]",
        &["error-removed +!", "error-added !+"],
    ),
];

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

/// Two documents with several methods, and the changes.
pub(crate) const DOCUMENTS: &[(&str, &str, &[&str])] = &[
    ("{name: a}", "{name: a}, {name: b}", &["method-added +x"]),
    (
        "{name: a}, {name: b}",
        "{name: a}",
        &["method-removed-without-deprecation x+"],
    ),
    (
        "{name: a}, {name: b, deprecated: true}",
        "{name: a}",
        &["method-removed x+"],
    ),
    (
        "{name: a}",
        "{name: b, x-aliases: [a]}",
        &["method-renamed-with-alias +x"],
    ),
    (
        "{name: a, x-aliases: [b]}",
        "{name: b, x-aliases: [a]}",
        &["method-renamed-with-alias ++"],
    ),
    (
        "{name: a, x-aliases: [c]}, {name: b}",
        "{name: a}, {name: b, x-aliases: [c]}",
        &["alias-moved xx"],
    ),
    ("{name: a}", "{name: b}", &["method-renamed xx"]),
];

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

/// Moving a schema into a component changes no message.
#[test]
fn only_messages_count() {
    let old = model(
        "{name: m, result: {name: r, schema: {type: object, properties: {a: {type: string}}}}}",
        "",
    );
    let new = model(
        "{name: m, result: {name: r, schema: {$ref: '#/components/schemas/A'}}}",
        "components: {schemas: {A: {type: object, properties: {a: {type: string}}}}}",
    );
    assert_eq!(shown(&diff(&old, &new)), [""; 0]);
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

#[test]
fn recursive_types_are_compared() {
    let tree = |leaf: &str| {
        model(
            "{name: m, result: {name: r, schema: {$ref: '#/components/schemas/T'}}}",
            &format!(
                "components: {{schemas: {{T: {{type: object, properties: {{leaf: {{type: {leaf}}}, next: {{$ref: '#/components/schemas/T'}}}}}}}}}}"
            ),
        )
    };
    assert_eq!(shown(&diff(&tree("string"), &tree("string"))), [""; 0]);
    assert_eq!(
        shown(&diff(&tree("string"), &tree("integer"))),
        ["result-type-changed xx"]
    );
}

#[test]
fn a_change_of_a_component_is_told_once() {
    let document = |ty: &str| {
        model(
            "{name: a, result: {name: r, schema: {$ref: '#/components/schemas/A'}}}, {name: b, result: {name: r, schema: {$ref: '#/components/schemas/A'}}}",
            &format!("components: {{schemas: {{A: {{type: {ty}}}}}}}"),
        )
    };
    assert_eq!(
        shown(&diff(&document("string"), &document("integer"))),
        ["result-type-changed xx"]
    );
}

/// An optional parameter may still be left out, but a required one can't. The first must not hide the second.
#[test]
fn a_change_of_a_component_is_told_again_if_it_breaks_more() {
    let document = |ty: &str| {
        let param = "name: p, schema: {$ref: '#/components/schemas/A'}";
        model(
            &format!(
                "{{name: a, params: [{{{param}}}]}}, {{name: b, params: [{{{param}, required: true}}]}}"
            ),
            &format!("components: {{schemas: {{A: {{type: {ty}}}}}}}"),
        )
    };
    assert_eq!(
        shown(&diff(&document("[string, 'null']"), &document("string"))),
        ["param-no-longer-nullable !+", "param-no-longer-nullable x+"]
    );
}

/// A schema from a number: a few kinds, nested a little.
fn schema(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        Just("{type: string}".to_owned()),
        Just("{type: [string, 'null']}".to_owned()),
        Just("{type: boolean}".to_owned()),
        Just("{type: number}".to_owned()),
        Just("{}".to_owned()),
        (0..4u8).prop_map(|least| format!("{{type: integer, minimum: {least}}}")),
        prop_oneof![Just("int32"), Just("uint8"), Just("int64")]
            .prop_map(|format| format!("{{type: integer, format: {format}}}")),
        proptest::sample::subsequence(vec!["a", "b", "c"], 1..=3)
            .prop_map(|values| format!("{{enum: [{}]}}", values.join(", "))),
        (0..3u8, 3..5u8).prop_map(|(least, most)| format!(
            "{{type: string, minLength: {least}, maxLength: {most}}}"
        )),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = || schema(depth - 1);
    let field = |name: &'static str| {
        (any::<bool>(), any::<bool>(), inner())
            .prop_map(move |(there, required, schema)| there.then_some((name, required, schema)))
    };
    let object =
        (field("f"), field("g"), field("h"), any::<bool>()).prop_map(|(f, g, h, closed)| {
            let fields: Vec<_> = [f, g, h].into_iter().flatten().collect();
            let properties: Vec<String> = fields
                .iter()
                .map(|(name, _, schema)| format!("{name}: {schema}"))
                .collect();
            let required = fields.iter().filter(|(_, required, _)| *required);
            let required: Vec<&str> = required.map(|(name, ..)| *name).collect();
            format!(
                "{{type: object, properties: {{{}}}, required: [{}], additionalProperties: {}}}",
                properties.join(", "),
                required.join(", "),
                !closed
            )
        });
    prop_oneof![
        2 => leaf,
        2 => object,
        1 => (inner(), 0..2u8).prop_map(|(items, least)| format!("{{type: array, items: {items}, minItems: {least}}}")),
        1 => (inner(), inner()).prop_map(|(one, two)| format!("{{type: array, items: [{one}, {two}], minItems: 2, maxItems: 2}}")),
        1 => inner().prop_map(|values| format!("{{type: object, additionalProperties: {values}}}")),
        1 => (inner(), inner()).prop_map(|(one, two)| format!("{{anyOf: [{one}, {two}]}}")),
    ]
    .boxed()
}

/// Any JSON, made of what the schemas are about.
fn value() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|it| it.to_string()),
        prop_oneof![Just(-1i64), 0..5i64, Just(200), Just(300), Just(1 << 40)]
            .prop_map(|it| it.to_string()),
        Just("0.5".to_owned()),
        prop_oneof![
            Just(""),
            Just("a"),
            Just("b"),
            Just("c"),
            Just("abcd"),
            Just("abcdefgh")
        ]
        .prop_map(|it| format!("\"{it}\"")),
    ];
    let text = leaf.prop_recursive(3, 12, 3, |inner| {
        let member = |name: &'static str| {
            proptest::option::of(inner.clone())
                .prop_map(move |value| value.map(|it| format!("\"{name}\":{it}")))
        };
        let members = (member("f"), member("g"), member("h"), member("other"));
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|it| format!("[{}]", it.join(","))),
            members.prop_map(|(f, g, h, other)| {
                let members: Vec<String> = [f, g, h, other].into_iter().flatten().collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    });
    text.prop_map(|text| Value::from_json(&text).unwrap())
        .boxed()
}

fn result_of(schema: &str) -> Model {
    model(
        &format!("{{name: m, result: {{name: r, schema: {schema}}}}}"),
        "",
    )
}

fn fits(model: &Model, value: &Value) -> bool {
    let Reply::Result(ty) = &model.methods[0].reply else {
        panic!("m has a result")
    };
    model.check(value, ty).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// What the gate calls fine is fine: a result that the new server may send, an old client reads, and the reverse.
    #[test]
    fn what_is_fine_is_fine(old in schema(2), new in schema(2), values in proptest::collection::vec(value(), 40)) {
        // A writer sends no members that its schema does not name.
        let written = |schema: &str| result_of(&schema.replace("Properties: true", "Properties: false").replace("Properties: {}", "Properties: false"));
        let (old_writer, new_writer) = (written(&old), written(&new));
        let (old, new) = (result_of(&old), result_of(&new));
        let changes = diff(&old, &new);
        let old_clients = changes.iter().map(|it| it.old_clients).max().unwrap_or(Verdict::Fine);
        let new_clients = changes.iter().map(|it| it.new_clients).max().unwrap_or(Verdict::Fine);
        for value in &values {
            if fits(&new_writer, value) && !fits(&old, value) {
                prop_assert_ne!(old_clients, Verdict::Fine, "{}", value);
            }
            if fits(&old_writer, value) && !fits(&new, value) {
                prop_assert_ne!(new_clients, Verdict::Fine, "{}", value);
            }
        }
    }

    /// What the gate calls breaking is broken: its witness is what one side may send, and the other side refuses.
    #[test]
    fn witnesses_are_refused(old in schema(2), new in schema(2)) {
        let (old, new) = (result_of(&old), result_of(&new));
        for change in diff(&old, &new) {
            if change.verdict() != Verdict::Breaking || change.rule == "unclassified" {
                continue;
            }
            let witness = change.witnesses.first().unwrap();
            let value = witness.message.get("result").unwrap();
            let (writer, reader) = match witness.sender {
                Party::NewServer => (&new, &old),
                Party::OldServer => (&old, &new),
                other => panic!("{other} sends no results"),
            };
            prop_assert!(fits(writer, value), "{change}: {value} is not what {} sends", witness.sender);
            prop_assert!(!fits(reader, value), "{change}: {value} is read");
        }
    }
}

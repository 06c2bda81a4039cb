//! Random schemas: what the gate calls fine is fine, and what it calls breaking is broken.

use proptest::prelude::*;
use rpc_codegen::diff::{Party, Verdict, diff};
use rpc_codegen::model::Reply;
use rpc_codegen::{Model, Value};

use super::model;

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

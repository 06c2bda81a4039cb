//! Documents that are made to be hard to compare: they end in an error or in a verdict, and soon.

use std::time::{Duration, Instant};

use rpc_codegen::diff::{Change, Verdict, diff};
use rpc_codegen::{Document, Model};

use crate::diff::{model, shown};

/// A method with the first type as a parameter, and the types.
fn document(types: &[String]) -> Model {
    let method =
        "{name: m, params: [{name: p, required: true, schema: {$ref: '#/components/schemas/T0'}}]}";
    model(
        method,
        &format!("components: {{schemas: {{{}}}}}", types.join(", ")),
    )
}

fn reference(index: usize) -> String {
    format!("{{$ref: '#/components/schemas/T{index}'}}")
}

/// So many types, each made from the reference to the next, and what the last is.
fn chain(count: usize, last: &str, schema: impl Fn(String) -> String) -> Vec<String> {
    let of = |index: usize| format!("T{index}: {}", schema(reference(index + 1)));
    let types = (0..count).map(of);
    types
        .chain([format!("T{count}: {{type: {last}}}")])
        .collect()
}

/// The changes, which must be found in a time that only exponential work takes.
fn in_time(old: &Model, new: &Model) -> Vec<Change> {
    let start = Instant::now();
    let changes = diff(old, new);
    assert!(start.elapsed() < Duration::from_secs(300));
    changes
}

#[test]
fn a_type_that_is_a_variant_of_itself_is_refused() {
    let direct = "A: {anyOf: [{$ref: '#/components/schemas/A'}, {type: string}]}";
    let mutual = "A: {anyOf: [{$ref: '#/components/schemas/B'}, {type: string}]}, B: {anyOf: [{$ref: '#/components/schemas/A'}, {type: integer}]}";
    for types in [direct, mutual] {
        let text = format!(
            "openrpc: 1.4.1\ninfo: {{title: t, version: '1'}}\nmethods: []\ncomponents: {{schemas: {{{types}}}}}\n"
        );
        let error = Model::read(&Document::parse(&text).unwrap()).unwrap_err();
        assert!(
            error.to_string().contains("the type stands for itself"),
            "{error}"
        );
    }
}

#[test]
fn a_type_that_contains_itself_in_a_list_is_read() {
    let types = [
        "T0: {anyOf: [{type: string}, {type: array, items: {$ref: '#/components/schemas/T0'}}]}"
            .to_owned(),
    ];
    assert!(diff(&document(&types), &document(&types)).is_empty());
}

#[test]
fn a_long_chain_of_types_is_compared() {
    let with = |last| {
        document(&chain(1500, last, |next| {
            format!("{{properties: {{a: {next}}}}}")
        }))
    };
    assert!(in_time(&with("string"), &with("string")).is_empty());
    assert_eq!(
        shown(&in_time(&with("string"), &with("integer"))),
        ["unclassified xx"]
    );
}

#[test]
fn types_with_two_members_of_the_next_are_compared() {
    let schema =
        |next: String| format!("{{properties: {{a: {next}, b: {next}}}, required: [a, b]}}");
    let with = |last| document(&chain(20, last, schema));
    let changes = in_time(&with("string"), &with("integer"));
    assert_eq!(shown(&changes), ["param-type-changed xx"]);
}

#[test]
fn unions_within_unions_are_compared() {
    let by_key = |next: String| {
        let variant = |key: &str| {
            format!(
                "{{type: object, properties: {{x: {next}, {key}: {{type: integer}}}}, required: [x, {key}]}}"
            )
        };
        format!("{{anyOf: [{}, {}]}}", variant("k"), variant("l"))
    };
    let by_name = |next: String| {
        let variant = |name: &str| {
            format!("{{type: object, properties: {{{name}: {next}}}, required: [{name}]}}")
        };
        format!(
            "{{anyOf: [{}, {}, {}]}}",
            variant("x"),
            variant("y"),
            variant("z")
        )
    };
    for schema in [&by_key as &dyn Fn(String) -> String, &by_name] {
        let with = |last| document(&chain(16, last, schema));
        assert!(in_time(&with("integer"), &with("integer")).is_empty());
        let changes = in_time(&with("integer"), &with("string"));
        let worst = changes.iter().map(Change::verdict).max();
        assert_eq!(worst, Some(Verdict::Breaking));
    }
}

#[test]
fn a_service_that_moves_to_another_namespace_is_compared() {
    let with = |namespace: &str| {
        let method = |index: usize| {
            format!(
                "{{name: {namespace}.m{index}, params: [{{name: p, required: true, schema: {{properties: {{a: {{type: integer}}, b: {{type: string}}}}}}}}], result: {{name: r, schema: {{type: string}}}}}}"
            )
        };
        let methods: Vec<String> = (0..100).map(method).collect();
        model(&methods.join(", "), "")
    };
    let changes = in_time(&with("old"), &with("new"));
    assert_eq!(changes.len(), 100);
    for change in &changes {
        let end = change.method.rsplit('.').next().unwrap_or_default();
        assert_eq!(change.rule, "method-renamed", "{change}");
        assert!(change.message.contains(&format!("new.{end}`")), "{change}");
    }
}

//! Types that several methods share, and types that contain themselves.

use rpc_codegen::diff::diff;

use super::{model, shown};

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

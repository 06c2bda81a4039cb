//! Decisions about changes on which people may disagree, one case each.

use rpc_codegen::Value;
use rpc_codegen::diff::diff;

use crate::diff::{changes, model, shown};

/// What was decided, a method before and after, and its changes.
#[rustfmt::skip] // One decision is a line or two.
const RULINGS: &[(&str, &str, &str, &[&str])] = &[
    ("two changes can cancel out: by position, another parameter in the same place",
        "paramStructure: by-position, params: [{name: a, required: true, schema: {type: string}}]",
        "paramStructure: by-position, params: [{name: b, required: true, schema: {type: string}}]",
        &["param-renamed ++"]),
    ("two changes can cancel out: a narrower format with a wider range",
        "params: [{name: a, required: true, schema: {type: integer, format: int64, minimum: 0, maximum: 9}}]",
        "params: [{name: a, required: true, schema: {type: integer, format: uint8, maximum: 9}}]",
        &[]),
    ("a side is only at risk if some messages still work",
        "params: [{name: a, required: true, schema: {type: integer}}]",
        "params: [{name: a, required: true, schema: {type: number}}]",
        &["param-widened +!"]),
    ("a parameter that is gone breaks a new server for old clients, and an old server only if it was required",
        "params: [{name: a, schema: {type: string}}]", "params: []",
        &["param-removed x+"]),
    ("the same, required",
        "params: [{name: a, required: true, schema: {type: string}}]", "params: []",
        &["param-removed xx"]),
    ("in the middle, it shifts values in silence",
        "params: [{name: a, schema: {type: string}}, {name: b, schema: {type: string}}]",
        "params: [{name: b, schema: {type: string}}]",
        &["param-removed x+", "param-removed-before xx"]),
    ("against a lenient server, a parameter that is gone is risky",
        "x-lenient: true, params: [{name: a, schema: {type: string}}]", "x-lenient: true, params: []",
        &["param-removed !+"]),
    ("against a lenient server, a new required one is risky for new clients",
        "x-lenient: true, params: []", "x-lenient: true, params: [{name: a, required: true, schema: {type: string}}]",
        &["param-added-required x!"]),
    ("flattening breaks only the side that loses a form",
        "params: [{name: a, required: true, schema: {type: string}}]",
        "paramStructure: by-name, params: [{name: a, required: true, schema: {type: string}}]",
        &["params-by-position-dropped x+"]),
    ("and so does the way back",
        "paramStructure: by-name, params: [{name: a, required: true, schema: {type: string}}]",
        "params: [{name: a, required: true, schema: {type: string}}]",
        &["params-by-position-added +x"]),
    ("a member of a result that is renamed with a read alias is fine for new clients",
        "result: {name: r, schema: {properties: {a: {type: string}}, required: [a]}}",
        "result: {name: r, schema: {properties: {b: {type: string, x-aliases: [a]}}, required: [b]}}",
        &["result-field-renamed-with-alias x+"]),
    ("in a closed result, a new optional member breaks old readers",
        "result: {name: r, schema: {properties: {a: {}}, additionalProperties: false}}",
        "result: {name: r, schema: {properties: {a: {}, b: {}}, additionalProperties: false}}",
        &["result-field-added x+"]),
    ("and one that is gone breaks new readers",
        "result: {name: r, schema: {properties: {a: {}, b: {}}, additionalProperties: false}}",
        "result: {name: r, schema: {properties: {a: {}}, additionalProperties: false}}",
        &["result-field-removed +x"]),
    ("null that is dropped from an optional parameter concerns foreign clients only",
        "params: [{name: a, schema: {type: [string, 'null']}}]", "params: [{name: a, schema: {type: string}}]",
        &["param-no-longer-nullable !+"]),
    ("becoming lenient is fine both ways",
        "", "x-lenient: true",
        &["lenient-added ++"]),
    ("becoming open is fine both ways, for params",
        "params: [{name: a, required: true, schema: {properties: {a: {}}, additionalProperties: false}}]",
        "params: [{name: a, required: true, schema: {properties: {a: {}}}}]",
        &["param-object-opened ++"]),
    ("and for results",
        "result: {name: r, schema: {properties: {a: {}}, additionalProperties: false}}",
        "result: {name: r, schema: {properties: {a: {}}}}",
        &["result-object-opened ++"]),
    ("an error is known by its code, so that other data is risky",
        "errors: [{code: 1, message: m, data: {type: string}}]", "errors: [{code: 1, message: m, data: {type: integer}}]",
        &["error-data-type-changed !!"]),
    ("for the reader that meets it",
        "errors: [{code: 1, message: m, data: {type: string}}]", "errors: [{code: 1, message: m}]",
        &["error-data-removed !+"]),
    ("the end of a stream counts as its result",
        "x-stream: {item: {type: string}, end: {type: integer}}", "x-stream: {item: {type: string}, end: {type: number}}",
        &["result-widened x+"]),
    ("constraints on results count",
        "result: {name: r, schema: {type: string, maxLength: 5}}", "result: {name: r, schema: {type: string, maxLength: 3}}",
        &["result-narrowed +x"]),
    ("what only people read is fine",
        "x-comment: Old words.", "x-comment: New words.",
        &[]),
    ("what nobody knows breaks until somebody says otherwise",
        "", "x-quota: 5",
        &["unclassified xx"]),
];

#[test]
fn each_ruling_holds() {
    for (ruling, old, new, expected) in RULINGS {
        assert_eq!(shown(&changes(old, new)), *expected, "{ruling}");
    }
}

#[test]
fn names_and_aliases_are_judged_together() {
    let found = |old: &str, new: &str| shown(&diff(&model(old, ""), &model(new, "")));
    let swapped = found("{name: a, x-aliases: [b]}", "{name: b, x-aliases: [a]}");
    assert_eq!(swapped, ["method-renamed-with-alias ++"]);
    let moved = found(
        "{name: a, x-aliases: [c]}, {name: b}",
        "{name: a}, {name: b, x-aliases: [c]}",
    );
    assert_eq!(moved, ["alias-moved xx"]);
}

#[test]
fn the_witness_of_a_promise_is_the_repeated_call() {
    let found = changes("x-idempotent: true", "");
    let Value::Array(calls) = &found[0].witnesses[0].message else {
        panic!("{found:?}")
    };
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0], calls[1]);
}

//! Decisions about changes on which people may disagree, one case each.

use rpc_codegen::diff::{Party, diff, diff_each, merged};
use rpc_codegen::{Document, Model, Value};

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
    ("by position only, names that change places with the same types are words",
        "paramStructure: by-position, params: [{name: a, required: true, schema: {type: integer}}, {name: b, required: true, schema: {type: string}}]",
        "paramStructure: by-position, params: [{name: b, required: true, schema: {type: integer}}, {name: a, required: true, schema: {type: string}}]",
        &["param-renamed ++", "param-renamed ++"]),
    ("an enum of both booleans is a boolean",
        "params: [{name: a, required: true, schema: {type: boolean}}]", "params: [{name: a, required: true, schema: {enum: [true, false]}}]",
        &[]),
    ("an enum of one is not",
        "params: [{name: a, required: true, schema: {type: boolean}}]", "params: [{name: a, required: true, schema: {enum: [true]}}]",
        &["param-narrowed x+"]),
    ("a number of 64 bits may be rounded by a reader of any number",
        "params: [{name: a, required: true, schema: {type: integer, format: int64}}]",
        "params: [{name: a, required: true, schema: {type: number}}]",
        &["param-widened !!"]),
    ("null that is dropped inside of an optional parameter breaks: a server of ours takes it for the parameter only",
        "params: [{name: p, schema: {properties: {a: {type: [integer, 'null']}}}}]", "params: [{name: p, schema: {properties: {a: {type: integer}}}}]",
        &["param-no-longer-nullable x+"]),
    ("and so in a list",
        "params: [{name: p, schema: {type: array, items: {type: [integer, 'null']}}}]", "params: [{name: p, schema: {type: array, items: {type: integer}}}]",
        &["param-no-longer-nullable x+"]),
    ("a bound that is excluded and not whole is next to a number",
        "params: [{name: a, required: true, schema: {type: integer, exclusiveMinimum: 2.5, exclusiveMaximum: 7.5}}]",
        "params: [{name: a, required: true, schema: {type: integer, minimum: 3, maximum: 7}}]",
        &[]),
    ("nobody knows the flags of draft-04",
        "result: {name: r, schema: {type: integer, minimum: 1}}",
        "result: {name: r, schema: {type: integer, minimum: 1, exclusiveMinimum: true}}",
        &["unclassified xx"]),
    ("two members that become one are there twice",
        "params: [{name: p, required: true, schema: {properties: {a: {type: string}, b: {type: string}}, required: [a, b]}}]",
        "params: [{name: p, required: true, schema: {properties: {b: {type: string, x-aliases: [a]}}, required: [b]}}]",
        &["param-field-removed xx", "param-field-alias-added +!"]),
    ("the form of names beside named members is not modelled",
        "result: {name: r, schema: {properties: {a: {}}, additionalProperties: {type: string}, propertyNames: {maxLength: 5}}}",
        "result: {name: r, schema: {properties: {a: {}}, additionalProperties: {type: string}, propertyNames: {maxLength: 3}}}",
        &["unclassified xx"]),
    ("and patterns neither",
        "result: {name: r, schema: {properties: {a: {}}, patternProperties: {'^b': {type: string}}}}",
        "result: {name: r, schema: {properties: {a: {}}, patternProperties: {'^c': {type: string}}}}",
        &["unclassified xx"]),
    ("the end of a stream that vanishes is missed by old clients",
        "x-stream: {item: {type: string}, end: {type: integer}, unsubscribe: u}", "x-stream: {item: {type: string}, unsubscribe: u}",
        &["result-narrowed +x"]),
    ("and one that appears is not expected by them",
        "x-stream: {item: {type: string}, unsubscribe: u}", "x-stream: {item: {type: string}, end: {type: integer}, unsubscribe: u}",
        &["result-widened x+"]),
    ("what nobody knows in an error",
        "errors: [{code: 1, message: m, x-retry: 1}]", "errors: [{code: 1, message: m, x-retry: 2}]",
        &["unclassified xx"]),
    ("in a tag, whatever the order of the tags",
        "tags: [{name: a, x-tier: 1}, {name: b, x-tier: 2}]", "tags: [{name: b, x-tier: 2}, {name: a, x-tier: 3}]",
        &["tags-changed ++", "unclassified xx"]),
    ("in an example",
        "examples: [{name: e, params: [], x-run: 1}]", "examples: [{name: e, params: [], x-run: 2}]",
        &["unclassified xx"]),
    ("in a stream",
        "x-stream: {item: {type: string}, end: {type: integer}, x-window: 1}", "x-stream: {item: {type: string}, end: {type: integer}, x-window: 2}",
        &["unclassified xx"]),
    ("in links, servers and outer docs of a method",
        "links: [{name: l, x-a: 1}], servers: [{url: 'http://a', x-b: 1}], externalDocs: {url: 'http://a', x-c: 1}",
        "links: [{name: l, x-a: 2}], servers: [{url: 'http://a', x-b: 2}], externalDocs: {url: 'http://a', x-c: 2}",
        &["unclassified xx", "unclassified xx", "unclassified xx"]),
    ("in a variant that is the only one beside null",
        "result: {name: r, schema: {anyOf: [{type: string, x-unit: 1}, {type: 'null'}]}}",
        "result: {name: r, schema: {anyOf: [{type: string, x-unit: 2}, {type: 'null'}]}}",
        &["unclassified xx"]),
    ("and what types can't say there",
        "result: {name: r, schema: {anyOf: [{type: string, not: {const: a}}, {type: 'null'}]}}",
        "result: {name: r, schema: {anyOf: [{type: string, not: {const: b}}, {type: 'null'}]}}",
        &["unclassified xx"]),
    ("in one of the constants of an enum",
        "result: {name: r, schema: {oneOf: [{const: a, x-unit: 1}, {const: b}]}}",
        "result: {name: r, schema: {oneOf: [{const: a, x-unit: 2}, {const: b}]}}",
        &["unclassified xx"]),
    ("in one of several variants, once",
        "result: {name: r, schema: {oneOf: [{type: string, x-unit: 1}, {type: integer}]}}",
        "result: {name: r, schema: {oneOf: [{type: string, x-unit: 2}, {type: integer}]}}",
        &["unclassified xx"]),
    ("a keyword of draft-07 that is added only forbids",
        "result: {name: r, schema: {type: string}}", "result: {name: r, schema: {type: string, not: {const: a}}}",
        &["unclassified +x"]),
    ("nobody knows what another one does",
        "result: {name: r, schema: {type: array}}", "result: {name: r, schema: {type: array, minContains: 0}}",
        &["unclassified xx"]),
    ("a number is the same with a fraction of zero",
        "x-quota: 1", "x-quota: 1.0",
        &[]),
    ("two errors with one code are one error",
        "errors: [{code: 1, message: a, data: {type: string}}, {code: 1, message: b, data: {type: integer}}]",
        "errors: [{code: 1, message: a, data: {type: string}}]",
        &["error-data-narrowed +!"]),
    ("a side breaks if no message works: other values of an enum",
        "params: [{name: p, required: true, schema: {enum: [a, b]}}]", "params: [{name: p, required: true, schema: {enum: [c]}}]",
        &["param-value-removed x+", "param-value-removed x+", "param-value-added +x"]),
    ("other lengths, in a member that is always there",
        "params: [{name: p, required: true, schema: {properties: {a: {type: string, maxLength: 2}}, required: [a]}}]",
        "params: [{name: p, required: true, schema: {properties: {a: {type: string, minLength: 3}}, required: [a]}}]",
        &["param-constraint-changed xx"]),
    ("and in a list that is never empty",
        "params: [{name: p, required: true, schema: {type: array, minItems: 1, items: {enum: [a]}}}]",
        "params: [{name: p, required: true, schema: {type: array, minItems: 1, items: {enum: [b]}}}]",
        &["param-value-removed x+", "param-value-added +x"]),
    ("in one that may be left out, messages without it work",
        "params: [{name: p, required: true, schema: {properties: {a: {type: string, maxLength: 2}}}}]",
        "params: [{name: p, required: true, schema: {properties: {a: {type: string, minLength: 3}}}}]",
        &["param-constraint-changed x!"]),
    ("an object that gets a variant beside it still works as it was",
        "params: [{name: p, required: true, schema: {properties: {k: {const: a}, x: {type: string}}, required: [k, x]}}]",
        "params: [{name: p, required: true, schema: {oneOf: [{properties: {k: {const: a}, x: {type: string}}, required: [k, x]}, {properties: {k: {const: b}}, required: [k]}]}}]",
        &["param-value-added +!", "param-field-became-optional +!"]),
    ("what one variant ignores, the others may refuse together with it",
        "result: {name: r, schema: {type: object, additionalProperties: {type: object}}}",
        "result: {name: r, schema: {anyOf: [{properties: {h: {type: string}}, required: [h]}, {properties: {g: {type: string}}}]}}",
        &["result-type-changed xx", "result-field-removed ++", "result-widened x+"]),
    ("an enum of constants may be extensible, too",
        "result: {name: r, schema: {x-extensible: true, oneOf: [{const: a}, {const: b}]}}",
        "result: {name: r, schema: {x-extensible: true, oneOf: [{const: a}, {const: b}, {const: c}]}}",
        &[]),
    ("and one of a single constant",
        "result: {name: r, schema: {x-extensible: true, oneOf: [{const: a}]}}",
        "result: {name: r, schema: {x-extensible: true, oneOf: [{const: a}, {const: b}]}}",
        &[]),
    ("and one of numbers",
        "result: {name: r, schema: {x-extensible: true, enum: [1, 2]}}",
        "result: {name: r, schema: {x-extensible: true, enum: [1, 2, 3]}}",
        &[]),
    ("elements of a list that is always empty are never sent",
        "result: {name: r, schema: {type: array, maxItems: 0, items: {type: string}}}",
        "result: {name: r, schema: {type: array, maxItems: 0, items: {type: integer}}}",
        &[]),
    ("what nobody knows breaks until somebody says otherwise",
        "", "x-quota: 5",
        &["unclassified xx"]),
];

#[test]
fn each_ruling_holds() {
    let wrong: Vec<String> = RULINGS
        .iter()
        .map(|(ruling, old, new, expected)| (ruling, shown(&changes(old, new)), expected))
        .filter(|(_, found, expected)| found != *expected)
        .map(|(ruling, found, expected)| format!("{ruling}: {found:?}, not {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_nobody_knows_is_seen_in_the_info_and_in_servers() {
    let document = |members: &str| {
        let text = format!("openrpc: 1.4.1\nmethods: []\n{members}\n");
        Model::read(&Document::parse(&text).unwrap()).unwrap()
    };
    let info = |tier: u8| document(&format!("info: {{title: t, version: '1', x-tier: {tier}}}"));
    let server = |tier: u8| {
        document(&format!(
            "info: {{title: t, version: '1'}}\nservers: [{{url: 'http://a', x-tier: {tier}}}]"
        ))
    };
    assert_eq!(shown(&diff(&info(1), &info(2))), ["unclassified xx"]);
    assert_eq!(shown(&diff(&server(1), &server(2))), ["unclassified xx"]);
}

#[test]
fn what_nobody_knows_is_seen_beside_the_info() {
    let document = |tier: u8| {
        let odd = format!("x-tier: {tier}");
        model(
            "{name: a}",
            &format!("externalDocs: {{url: 'http://a', {odd}}}"),
        )
    };
    assert_eq!(
        shown(&diff(&document(1), &document(2))),
        ["unclassified xx"]
    );
    let contact = |tier: u8| {
        let text = format!(
            "openrpc: 1.4.1\nmethods: []\ninfo: {{title: t, version: '1', contact: {{x-tier: {tier}}}}}\n"
        );
        Model::read(&Document::parse(&text).unwrap()).unwrap()
    };
    assert_eq!(shown(&diff(&contact(1), &contact(2))), ["unclassified xx"]);
}

/// What a reader takes for something that is missing, whether the schema says so itself or its reference leads there.
#[test]
fn defaults_count_through_references() {
    let with = |default: u8| {
        let parameter = "{name: p, schema: {$ref: '#/components/schemas/N'}}";
        let object = "{name: o, schema: {properties: {f: {$ref: '#/components/schemas/N'}}}}";
        model(
            &format!("{{name: m, params: [{parameter}, {object}]}}"),
            &format!("components: {{schemas: {{N: {{type: integer, default: {default}}}}}}}"),
        )
    };
    assert_eq!(
        shown(&diff(&with(1), &with(2))),
        ["param-default-changed !!", "param-field-default-changed !!"]
    );
}

/// A document names methods that it can't describe. Whether they are there is known.
#[test]
fn methods_without_a_description_come_and_go() {
    let with = |names: &str| model("{name: a}", &format!("x-undescribed: [{names}]"));
    let found = diff(&with("b, c"), &with("c, d"));
    assert_eq!(
        shown(&found),
        ["method-removed-without-deprecation x+", "method-added +x"]
    );
    let methods: Vec<&str> = found.iter().map(|it| it.method.as_str()).collect();
    assert_eq!(methods, ["b", "d"]);
    assert_eq!(found[0].witnesses.len(), 1);
}

/// The other reference to the same type has been compared before.
#[test]
fn what_stands_beside_each_reference_counts() {
    let with = |keyword: &str| {
        let one = "{name: a, schema: {$ref: '#/components/schemas/O'}}";
        let two = format!(
            "{{name: r, schema: {{properties: {{f: {{$ref: '#/components/schemas/O'}}, g: {{$ref: '#/components/schemas/O', {keyword}}}}}}}}}"
        );
        model(
            &format!("{{name: m, params: [{one}], result: {two}}}"),
            "components: {schemas: {O: {properties: {t: {type: string}}}}}",
        )
    };
    assert_eq!(
        shown(&diff(&with("x-unit: 1"), &with("x-unit: 2"))),
        ["unclassified xx"]
    );
}

/// An acceptance for one method must not hide the others, so the changes are merged after it.
#[test]
fn a_change_of_a_component_is_told_for_each_method_before_it_is_merged() {
    let with = |required: &str| {
        let method = |name: &str| {
            format!(
                "{{name: {name}, params: [], result: {{name: r, schema: {{$ref: '#/components/schemas/O'}}}}}}"
            )
        };
        let types = format!(
            "components: {{schemas: {{O: {{properties: {{t: {{type: string}}}}, required: [{required}]}}}}}}"
        );
        model(&format!("{}, {}", method("a"), method("b")), &types)
    };
    let all = diff_each(&with("t"), &with(""));
    let methods: Vec<&str> = all.iter().map(|it| it.method.as_str()).collect();
    assert_eq!(methods, ["a", "b"]);
    let left: Vec<_> = all.into_iter().filter(|it| it.method != "a").collect();
    assert_eq!(merged(left)[0].method, "b");
    assert_eq!(diff(&with("t"), &with("")).len(), 1);
}

/// The value that shows a clash is one that the other side refuses.
#[test]
fn witnesses_are_exact_beyond_what_is_usual() {
    let result = |schema: &str| format!("params: [{{name: p, required: true, schema: {schema}}}]");
    let value = |old: &str, new: &str| {
        let found = changes(&result(old), &result(new));
        let witness = found[0].witnesses[0].clone();
        (
            witness
                .message
                .get("params")
                .unwrap()
                .get("p")
                .unwrap()
                .clone(),
            witness.outcome,
        )
    };
    let (text, _) = value(
        "{type: string, maxLength: 5000}",
        "{type: string, maxLength: 4000}",
    );
    assert_eq!(text.as_str().map(str::len), Some(4001));
    let (number, _) = value("{type: integer}", "{type: integer, format: int64}");
    assert!(
        number.as_integer().is_some_and(|it| it < i64::MIN.into()),
        "{number}"
    );
    let (other, _) = value("{type: boolean}", "{const: true}");
    assert_eq!(other, Value::Bool(false));
    let (fraction, _) = value("{type: number, minimum: 2}", "{type: integer, minimum: 2}");
    assert!(fraction.as_integer().is_none(), "{fraction}");
    let (next, _) = value("{type: integer}", "{enum: [0, 1, a]}");
    assert_eq!(next.as_integer(), Some(2));
    let variant = |tags: &str| {
        let one = format!("{{properties: {{k: {{enum: [{tags}]}}}}, required: [k]}}");
        let two = "{properties: {k: {const: z}, x: {}}, required: [k, x]}";
        format!("{{oneOf: [{one}, {two}]}}")
    };
    let (tagged, _) = value(&variant("a, b"), &variant("a"));
    assert_eq!(tagged.get("k").and_then(Value::as_str), Some("b"));
    let (_, outcome) = value(
        "{type: string, pattern: '^.*$'}",
        "{type: string, pattern: '^[a-z ]+$'}",
    );
    assert_eq!(outcome, "the pattern may not allow the value");
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

/// A notification has no id, and what a call gets no reply to is the new client's.
#[test]
fn the_witness_of_a_notification_is_one() {
    let call = "result: {name: r, schema: {type: string}}";
    let lost = changes(call, "");
    assert!(lost[0].witnesses[0].message.get("id").is_some());
    let gained = changes("", call);
    assert_eq!(gained[0].witnesses[0].sender, Party::NewClient);
    let removed = changes("params: [{name: a, schema: {type: string}}]", "params: []");
    assert!(removed[0].witnesses[0].message.get("id").is_none());
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

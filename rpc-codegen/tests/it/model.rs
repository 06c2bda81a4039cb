//! What schemas mean.

use std::path::Path;

use rpc_codegen::model::{Kind, ParamStructure, Reply, Telling};
use rpc_codegen::{Document, Model};

use crate::show::{model, named, show};

/// A schema, and what it is read as.
const SCHEMAS: &[(&str, &str)] = &[
    ("true", "any"),
    ("false", "never"),
    ("{}", "any"),
    ("{description: what}", "any"),
    ("{type: boolean}", "boolean"),
    ("{type: 'null'}", "null"),
    // Numbers.
    ("{type: integer}", "integer"),
    ("{type: integer, format: int64}", "int64"),
    ("{type: integer, format: uint}", "uint64"),
    ("{type: integer, format: uint128}", "uint128"),
    ("{type: number}", "number"),
    ("{type: number, format: double}", "number"),
    ("{type: number, format: int64}", "int64"),
    ("{type: [integer, number]}", "number"),
    ("{minimum: 1}", "number"),
    // Strings.
    ("{type: string, format: date-time}", "datetime"),
    ("{type: string, format: byte}", "base64"),
    ("{type: string, contentEncoding: base64}", "base64"),
    ("{type: string, format: phone}", "string:phone"),
    ("{pattern: '^a'}", "string"),
    // Null.
    ("{type: [string, 'null']}", "string|null"),
    ("{type: string, nullable: true}", "string|null"),
    ("{anyOf: [{type: string}, {type: 'null'}]}", "string|null"),
    ("{oneOf: [{const: null}, {type: string}]}", "string|null"),
    ("{enum: [a, null]}", "\"a\"|null"),
    ("{enum: [null]}", "null"),
    (
        "{anyOf: [{anyOf: [{type: string}, {type: 'null'}]}, {type: integer}]}",
        "Shape(string | integer)|null",
    ),
    (
        "{type: object, oneOf: [{properties: {a: {}}}, {type: 'null'}]}",
        "{a?: any, ...}",
    ),
    // Constants.
    ("{const: 1}", "1"),
    ("{const: {a: [1]}}", "{\"a\":[1]}"),
    ("{type: string, enum: [a]}", "\"a\""),
    ("{type: string, enum: [a, 1, b]}", "enum(\"a\" \"b\")"),
    (
        "{enum: [a, b], x-extensible: true}",
        "enum(\"a\" \"b\" ...)",
    ),
    (
        "{oneOf: [{const: a, description: first}, {enum: [b, c]}]}",
        "enum(\"a\" \"b\" \"c\")",
    ),
    ("{allOf: [{enum: [a, b]}, {enum: [b, c]}]}", "\"b\""),
    ("{allOf: [{enum: [a]}, {enum: [b]}]}", "never"),
    // Arrays.
    ("{type: array}", "[any]"),
    ("{items: {type: string}}", "[string]"),
    (
        "{type: array, items: [{type: string}, {type: integer}], minItems: 2, maxItems: 2}",
        "(string, integer min 2)",
    ),
    (
        "{type: array, items: [{type: string}], additionalItems: false}",
        "(string min 0)",
    ),
    (
        "{type: array, items: [{type: string}]}",
        "(string min 0 ...any)",
    ),
    (
        "{type: array, items: [{type: string}], additionalItems: {type: integer}}",
        "(string min 0 ...integer)",
    ),
    // Objects.
    ("{type: object}", "{...}"),
    (
        "{properties: {a: {type: string}}, required: [a]}",
        "{a: string, ...}",
    ),
    (
        "{properties: {a: {type: string}}, additionalProperties: false}",
        "{a?: string}",
    ),
    ("{type: object, required: [a]}", "{a: any, ...}"),
    (
        "{type: object, additionalProperties: {type: string}}",
        "map(string)",
    ),
    ("{type: object, additionalProperties: {}}", "{...}"),
    (
        "{type: object, patternProperties: {'^x': {type: string}}}",
        "map(string)",
    ),
    (
        "{properties: {a: {}}, additionalProperties: {type: string}}",
        "{a?: any, ...string}",
    ),
    // allOf.
    (
        "{allOf: [{properties: {a: {type: string}}, required: [a]}, {properties: {b: {type: integer}}}]}",
        "{a: string, b?: integer, ...}",
    ),
    (
        "{properties: {a: {type: string}}, allOf: [{required: [a]}, {additionalProperties: false}]}",
        "{a: string}",
    ),
    (
        "{allOf: [{type: integer}, {type: number, format: int64}]}",
        "int64",
    ),
    ("{allOf: [{type: integer}, {type: string}]}", "never"),
    (
        "{allOf: [{properties: {a: {type: number}}}, {properties: {a: {minimum: 1}}}]}",
        "{a?: number, ...}",
    ),
    (
        "{allOf: [{properties: {a: {}}}], description: what}",
        "{a?: any, ...}",
    ),
    // Unions.
    ("{type: [string, integer]}", "Shape(string | integer)"),
    (
        "{oneOf: [{type: string}, {type: array}]}",
        "Shape(string | [any])",
    ),
    (
        "{anyOf: [{type: string}, {type: string, format: date}]}",
        "Order(string | date)",
    ),
    ("{oneOf: [{type: string}]}", "string"),
    (
        "{oneOf: [{required: [t], properties: {t: {const: a}}}, {required: [t], properties: {t: {enum: [b, c]}}}]}",
        "Tag({t: \"a\", ...} | {t: enum(\"b\" \"c\"), ...})",
    ),
    (
        "{oneOf: [{const: none}, {required: [A], properties: {A: {}}}, {required: [B], properties: {B: {}}}]}",
        "Shape(\"none\" | {A: any, ...} | {B: any, ...})",
    ),
    (
        "{oneOf: [{required: [A], properties: {A: {}}}, {properties: {A: {}, B: {}}}]}",
        "Order({A: any, ...} | {A?: any, B?: any, ...})",
    ),
    (
        "{properties: {id: {type: integer}}, required: [id], oneOf: [{properties: {a: {}}, required: [a]}, {properties: {b: {}}, required: [b]}]}",
        "Shape({a: any, id: integer, ...} | {b: any, id: integer, ...})",
    ),
    (
        "{allOf: [{oneOf: [{required: [a]}, {required: [b]}]}, {oneOf: [{required: [c]}, {required: [d]}]}], type: object}",
        "Order({c: any, a: any, ...} | {d: any, a: any, ...} | {c: any, b: any, ...} | {d: any, b: any, ...})",
    ),
    (
        "{properties: {a: {}, b: {}}, anyOf: [{required: [a]}, {required: [b]}]}",
        "Order({a: any, b?: any, ...} | {a?: any, b: any, ...})",
    ),
];

#[test]
fn schemas_are_read_as_types() {
    for (schema, expected) in SCHEMAS {
        let model = model(&format!("S: {schema}"));
        assert_eq!(named(&model, "S"), *expected, "{schema}");
    }
}

#[test]
fn references_are_named_types() {
    let model = model(
        "A: {properties: {b: {type: string}, 'c/d~e': {type: integer}}}
B: {$ref: '#/components/schemas/A', description: mine}
C: {$ref: '#/components/schemas/A/properties/b'}
D: {$ref: '#/components/schemas/A/properties/c~1d~0e'}
E: {allOf: [{$ref: '#/components/schemas/A'}], nullable: true}
F: {allOf: [{$ref: '#/components/schemas/A'}, {required: [b]}]}
G: {$ref: '#/components/schemas/A', required: [b]}",
    );
    assert_eq!(named(&model, "B"), "@A");
    let docs = &model.definition_named("B").unwrap().ty.docs;
    assert_eq!(docs.description.as_deref(), Some("mine"));
    assert_eq!(named(&model, "C"), "@A_b");
    assert_eq!(named(&model, "A_b"), "string");
    assert_eq!(named(&model, "A_c/d~e"), "integer");
    assert_eq!(named(&model, "E"), "@A|null");
    for merged in ["F", "G"] {
        assert_eq!(named(&model, merged), "{b: string, c/d~e?: integer, ...}");
    }
    let place = model.definition_named("A_b").unwrap().ty.place.to_string();
    assert_eq!(place, "#/components/schemas/A/properties/b");
}

#[test]
fn recursive_types_stay_references() {
    let model = model(
        "T: {properties: {a: {$ref: '#/components/schemas/T'}}}
U: {anyOf: [{type: 'null'}, {type: array, items: {$ref: '#/components/schemas/U'}}]}
V: {properties: {v: {allOf: [{$ref: '#/components/schemas/V'}, {required: [w]}]}, w: {type: string}}}
W: {type: object, properties: {w: {items: {$ref: '#/components/schemas/W/properties/w'}}}}
X: {type: object, additionalProperties: {oneOf: [{$ref: '#/components/schemas/X'}, {type: string}]}}",
    );
    assert_eq!(named(&model, "T"), "{a?: @T, ...}");
    assert_eq!(named(&model, "U"), "[@U]|null");
    // One level is spelt out. Below it, the type has a name of its own.
    assert!(
        named(&model, "V").starts_with("{v?: {v?: @"),
        "{}",
        named(&model, "V")
    );
    assert_eq!(named(&model, "W_w"), "[@W_w]");
    assert_eq!(named(&model, "X"), "map(Shape(@X | string))");
}

#[test]
fn a_union_says_how_to_tell_its_variants() {
    let model = model(
        "U: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}
A: {required: [kind, n], properties: {kind: {const: a}, n: {const: 1}}}
B: {required: [kind, n], properties: {kind: {const: b}, n: {const: 1}}}",
    );
    let Kind::Union {
        telling: Telling::Tag { field, values },
        ..
    } = &model.definition_named("U").unwrap().ty.kind
    else {
        panic!("{}", named(&model, "U"));
    };
    assert_eq!(field, "kind");
    let values: Vec<String> = values.iter().map(|values| values[0].to_string()).collect();
    assert_eq!(values, ["\"a\"", "\"b\""]);
}

/// The document that has a bit of everything.
pub(crate) fn shop() -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents/shop.yaml");
    Model::read(&Document::open(&path).unwrap()).unwrap()
}

#[test]
fn methods_are_read_with_all_their_promises() {
    let model = shop();
    assert_eq!(model.info.title, "Shop");
    let left_out: Vec<_> = model
        .undescribed
        .iter()
        .map(|left_out| (&*left_out.method, left_out.error))
        .collect();
    assert_eq!(
        left_out,
        [("debug.dump", None), ("orders.list", Some(1009))]
    );

    let place = model.method("orders.place").unwrap();
    assert_eq!(place.place.to_string(), "#/methods/0");
    assert_eq!(place.tags, ["orders"]);
    assert_eq!(place.param_structure, ParamStructure::Either);
    let required: Vec<bool> = place.params.iter().map(|param| param.required).collect();
    assert_eq!(required, [true, true, false, false]);
    assert!(place.params[3].secret);
    assert_eq!(show(&model, &place.params[3].ty), "@Card");
    let errors: Vec<(i64, Option<&str>, Option<String>)> = place
        .errors
        .iter()
        .map(|error| {
            (
                error.code,
                error.kind.as_deref(),
                error.data.as_ref().map(|data| show(&model, data)),
            )
        })
        .collect();
    let left = Some("{left: uint64, ...}".to_owned());
    assert_eq!(
        errors,
        [
            (1001, Some("conflict"), left),
            (1002, None, None),
            (1003, None, None)
        ]
    );

    let list = model.method("orders.list").unwrap();
    assert!(list.read_only && list.idempotent);
    assert_eq!(list.aliases, ["orders.all"]);
    assert_eq!(
        list.params[0].ty.default.as_ref().unwrap().to_string(),
        "20"
    );
    assert_eq!(show(&model, &list.params[1].ty), "@Order_status");

    let find = model.method("orders.find").unwrap();
    assert!(find.idempotent && find.lenient && !find.read_only);
    assert_eq!(find.param_structure, ParamStructure::ByName);
    let Reply::Result(order) = &find.reply else {
        panic!("{:?}", find.reply)
    };
    assert_eq!(show(&model, order), "@Order|null");

    assert_eq!(model.method("orders.seen").unwrap().reply, Reply::None);
    let note = model
        .method("categories")
        .unwrap()
        .deprecated
        .clone()
        .unwrap()
        .note;
    assert_eq!(note.as_deref(), Some("Use search."));

    let Reply::Stream(stream) = &model.method("prices.watch").unwrap().reply else {
        panic!("not a stream")
    };
    assert_eq!(show(&model, &stream.item), "@Price");
    assert_eq!(show(&model, &stream.end), "null");
    assert_eq!(stream.notification, "$/progress");
    let Reply::Stream(search) = &model.method("search").unwrap().reply else {
        panic!("not a stream")
    };
    assert_eq!(search.token.as_deref(), Some("partialResultToken"));
    let Reply::Stream(heads) = &model.method("chain_subscribeHeads").unwrap().reply else {
        panic!("not a stream")
    };
    assert_eq!(heads.unsubscribe.as_deref(), Some("chain_unsubscribeHeads"));
    assert_eq!(show(&model, &heads.end), "never");
    assert_eq!(
        named(&model, "Price"),
        "{symbol: string, cents: int64, volume: uint128, ...}"
    );
}

#[test]
fn external_files_are_relative_to_the_file_that_names_them() {
    let model = shop();
    assert_eq!(
        named(&model, "Card"),
        "{number: string, expires: @Month, limit?: @Amount, ...}"
    );
    let month = model.definition_named("Month").unwrap();
    assert_eq!(month.ty.place.to_string(), "shop/dates.yaml#/Month");
}

#[test]
fn the_methods_of_the_client_are_apart() {
    let text = r##"{
        "openrpc": "1.4.1",
        "info": {"title": "t", "version": "1"},
        "methods": [{"name": "ask", "params": []}],
        "x-client-methods": [{"name": "ask", "params": [], "result": {"name": "r", "schema": {"type": "boolean"}}}]
    }"##;
    let model = Model::read(&Document::parse(text).unwrap()).unwrap();
    assert_eq!(model.method("ask").unwrap().reply, Reply::None);
    assert!(matches!(model.client_methods[0].reply, Reply::Result(_)));
    assert_eq!(
        model.client_methods[0].place.to_string(),
        "#/x-client-methods/0"
    );
    assert_eq!(model.all_methods().count(), 2);
}

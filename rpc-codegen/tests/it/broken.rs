//! Broken documents fail with the place of the mistake.

use rpc_codegen::{Document, Model};

fn error(text: &str) -> String {
    match Document::parse(text).and_then(|document| Model::read(&document)) {
        Ok(_) => panic!("was read: {text}"),
        Err(error) => error.to_string(),
    }
}

/// A document with these methods and schemas, in YAML.
fn with(methods: &str, schemas: &str) -> String {
    format!(
        "openrpc: 1.4.1\ninfo: {{title: t, version: '1'}}\nmethods: [{methods}]\ncomponents: {{schemas: {{{schemas}}}}}\n"
    )
}

#[test]
fn broken_roots() {
    let cases = [
        ("", "#: not YAML: the text is empty"),
        ("[]", "#: the document is not an object"),
        ("{", "#: not JSON: "),
        (
            "{\"a\": 1, \"a\": 2}",
            "#: not JSON: duplicate member \"a\"",
        ),
        ("a: 1", "#: the member `openrpc` is missing"),
        ("openrpc: 1.4", "#/openrpc: not a string but number"),
        (
            "openrpc: 2.0.0",
            "#/openrpc: unknown version \"2.0.0\" of OpenRPC; 1.x is known",
        ),
        ("openrpc: 1.x.0", "#/openrpc: unknown version"),
        ("openrpc: 1.4.1", "#: the member `info` is missing"),
        (
            "{\"openrpc\": \"1.4.1\", \"info\": []}",
            "#/info: `info` is not an object but array",
        ),
        (
            "openrpc: 1.0.0-rc1\ninfo: {title: t}",
            "#/info: the member `version` is missing",
        ),
        (
            "openrpc: 1.4.1\ninfo: {title: t, version: v}",
            "#: the member `methods` is missing",
        ),
        (
            "openrpc: 1.4.1\ninfo: {title: t, version: v}\nmethods: {}",
            "#/methods: not an array but object",
        ),
    ];
    for (text, expected) in cases {
        let error = error(text);
        assert!(error.starts_with(expected), "{text}: {error}");
    }
}

#[test]
fn broken_methods() {
    let cases = [
        ("1", "#/methods/0: the method is not an object but number"),
        ("{}", "#/methods/0: the member `name` is missing"),
        (
            "{name: a}, {name: b}, {name: a}",
            "#/methods/2: duplicate method \"a\": #/methods/0 has the same name",
        ),
        (
            "{name: a, params: [{name: p}]}",
            "#/methods/0/params/0: the member `schema` is missing",
        ),
        (
            "{name: a, params: [{name: p, schema: {}}, {name: p, schema: {}}]}",
            "#/methods/0/params/1: duplicate parameter \"p\"",
        ),
        (
            "{name: a, paramStructure: by-hand}",
            "#/methods/0/paramStructure: unknown structure \"by-hand\" of params",
        ),
        (
            "{name: a, x-idempotent: 'yes'}",
            "#/methods/0/x-idempotent: not a boolean but string",
        ),
        (
            "{name: a, errors: [{code: x, message: m}]}",
            "#/methods/0/errors/0/code: the code is not a whole number",
        ),
        (
            "{name: a, x-stream: {item: {}, cursor: after}}",
            "#/methods/0/x-stream/cursor: the method has no parameter \"after\"",
        ),
        (
            "{name: a, x-stream: {}}",
            "#/methods/0/x-stream: the member `item` is missing",
        ),
        (
            "{name: a, tags: [{$ref: '#/tags/0'}]}",
            "#/methods/0/tags/0: the reference \"#/tags/0\" leads nowhere: # has no \"tags\"",
        ),
        (
            "{$ref: '#/methods/0'}",
            "#/methods/0: the references go in a circle",
        ),
        (
            "{$ref: 'other.json#/a'}",
            "#/methods/0: the reference \"other.json#/a\" leads to a file that can't be read: only a document",
        ),
    ];
    for (methods, expected) in cases {
        let error = error(&with(methods, ""));
        assert!(error.starts_with(expected), "{methods}: {error}");
    }
}

#[test]
fn broken_schemas() {
    let cases = [
        ("1", ": a schema is an object or a boolean, not number"),
        ("{type: text}", "/type: unknown type \"text\""),
        (
            "{type: 1}",
            "/type: a type is a string or a list of strings, not number",
        ),
        (
            "{properties: []}",
            "/properties: `properties` is not an object but array",
        ),
        (
            "{properties: {a: 1}}",
            "/properties/a: a schema is an object or a boolean, not number",
        ),
        (
            "{oneOf: []}",
            "/oneOf: a union has 1 to 2000 variants, not 0",
        ),
        ("{oneOf: {}}", "/oneOf: not an array but object"),
        ("{enum: 1}", "/enum: not an array but number"),
        (
            "{type: integer, minimum: x}",
            "/minimum: not a number but string",
        ),
        ("{$ref: 1}", "/$ref: `$ref` is not a string"),
        (
            "{$ref: '#/no'}",
            ": the reference \"#/no\" leads nowhere: # has no \"no\"",
        ),
        (
            "{$ref: '#no'}",
            ": the reference \"#no\" is not a JSON pointer: `/` must follow `#`",
        ),
        (
            "{$ref: '#/info/title'}",
            ": the reference \"#/info/title\" leads to string, which is not a schema",
        ),
        (
            "{$ref: '#/components/schemas/S'}",
            ": the type stands for itself",
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/S'}]}",
            ": the type stands for itself",
        ),
        (
            "{type: object, required: [1]}",
            "/required/0: not a string but number",
        ),
    ];
    for (schema, expected) in cases {
        let error = error(&with("", &format!("S: {schema}")));
        let expected = format!("#/components/schemas/S{expected}");
        assert!(error.starts_with(&expected), "{schema}: {error}");
    }
}

#[test]
fn circles_of_references_end() {
    let schemas = "A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/C'}, C: {$ref: '#/components/schemas/B'}";
    assert!(error(&with("", schemas)).ends_with("the type stands for itself"));
}

#[test]
fn unions_that_multiply_end() {
    // 4 to the power of 20 variants.
    let four = "{oneOf: [{required: [a]}, {required: [b]}, {required: [c]}, {required: [d]}]}";
    let schema = format!("S: {{type: object, allOf: [{}]}}", [four; 20].join(", "));
    let error = error(&with("", &schema));
    assert!(
        error.contains("2000 variants") || error.contains("types"),
        "{error}"
    );
}

#[test]
fn deep_schemas_end() {
    let deep = format!("S: {}{{}}{}", "{items: ".repeat(50), "}".repeat(50));
    // Deep, but not too deep to read.
    let document = Document::parse(&with("", &deep)).unwrap();
    Model::read(&document).unwrap();
    let deeper = format!("S: {}{{}}{}", "{items: ".repeat(110), "}".repeat(110));
    assert!(error(&with("", &deeper)).ends_with("the types nest too deeply"));
    let too_deep = format!("S: {}{{}}{}", "{items: ".repeat(300), "}".repeat(300));
    assert!(Document::parse(&with("", &too_deep)).is_err());
}

#[test]
fn unions_that_contain_each_other_many_times_end() {
    // 2 to the power of 60 ways to an answer.
    let pair = |level: u32| {
        format!(
            "{{$ref: '#/components/schemas/A{level}'}}, {{$ref: '#/components/schemas/B{level}'}}"
        )
    };
    let mut schemas = "A0: {type: string, maxLength: 1}, B0: {type: array}".to_owned();
    for level in 1..=60 {
        let below = pair(level - 1);
        schemas += &format!(
            ", A{level}: {{anyOf: [{below}]}}, B{level}: {{anyOf: [{below}, {{type: boolean}}]}}"
        );
    }
    let document = Document::parse(&with(
        "",
        &(schemas + ", S: {default: long, $ref: '#/components/schemas/A60'}"),
    ))
    .unwrap();
    Model::read(&document).unwrap();
    assert_eq!(rpc_codegen::lint(&document)[0].rule, "default-fits");
}

//! What the linter finds, rule by rule.

use rpc_codegen::{Document, lint};

use crate::documents::path;

/// What is found in a document with these methods and schemas, in YAML.
fn found(methods: &str, schemas: &str) -> Vec<String> {
    let text = format!(
        "openrpc: 1.4.1\ninfo: {{title: t, version: '1'}}\nmethods: [{methods}]\ncomponents: {{schemas: {{{schemas}}}}}\n"
    );
    lint(&Document::parse(&text).unwrap())
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// Methods, schemas, and the only thing that is found.
const CASES: &[(&str, &str, &str)] = &[
    (
        "{name: a}, {name: a}",
        "",
        "#/methods/1/name: duplicate method \"a\": see #/methods/0/name [unique-method-names]",
    ),
    (
        "{name: a}, {name: b, x-aliases: [a]}",
        "",
        "#/methods/1/x-aliases/0: duplicate method \"a\": see #/methods/0/name [unique-method-names]",
    ),
    (
        "{name: a, params: [{name: p, schema: {}}, {name: p, schema: {}}]}",
        "",
        "#/methods/0/params/1/name: duplicate parameter \"p\": see #/methods/0/params/0/name [unique-param-names]",
    ),
    (
        "{name: a, errors: [{code: 1, message: m}, {code: 1, message: n}]}",
        "",
        "#/methods/0/errors/1/code: duplicate error code 1: see #/methods/0/errors/0/code [unique-error-codes]",
    ),
    (
        "{name: a, params: [{name: p, schema: {}}, {name: q, required: true, schema: {}}]}",
        "",
        "#/methods/0/params/1: the required parameter `q` follows an optional one [required-params-first]",
    ),
    (
        "",
        "S: {$ref: '#/x'}",
        "#/components/schemas/S: the reference \"#/x\" leads nowhere: # has no \"x\" [reference-resolves]",
    ),
    (
        "",
        "S: {properties: {a: {$ref: '#/components/schemas/T', minLength: 1}}}, T: {type: string}",
        "#/components/schemas/S/properties/a: draft-07 ignores what stands beside `$ref`: minLength; put both into `allOf` [reference-siblings]",
    ),
    (
        "",
        "S: {minLength: -1}",
        "#/components/schemas/S/minLength: `minLength` is not a count [schema-keyword]",
    ),
    (
        "",
        "S: {type: string, format: 1}",
        "#/components/schemas/S/format: `format` is not a string [schema-keyword]",
    ),
    (
        "",
        "S: {type: text}",
        "#/components/schemas/S/type: `type` is not a type, or a list of types, of JSON Schema [schema-keyword]",
    ),
    (
        "",
        "S: {minimum: 1, exclusiveMinimum: true}",
        "#/components/schemas/S/exclusiveMinimum: `exclusiveMinimum` is not a number [schema-keyword]",
    ),
    (
        "",
        "S: {required: true}",
        "#/components/schemas/S/required: `required` is not an array of strings [schema-keyword]",
    ),
    (
        "",
        "S: {prefixItems: []}",
        "#/components/schemas/S/prefixItems: `prefixItems` is not a keyword of draft-07; it has a list in `items` [not-draft-07]",
    ),
    (
        "{name: a, x-stream: {item: {$defs: {}}}}",
        "",
        "#/methods/0/x-stream/item/$defs: `$defs` is not a keyword of draft-07; it has `definitions`, or `components.schemas` of the document [not-draft-07]",
    ),
    (
        "",
        "S: {type: string, default: 1}",
        "#/components/schemas/S/default: the default 1 does not fit: expected a string, not 1 [default-fits]",
    ),
    (
        "",
        "S: {type: integer, format: uint8, examples: [1, 256]}",
        "#/components/schemas/S/examples/1: the example does not fit its schema: 256 is out of range [example-fits]",
    ),
    (
        "{name: a, params: [{name: p, required: true, schema: {type: array, items: {type: string}}}], examples: [{name: e, params: [{name: p, value: [x, 1]}]}]}",
        "",
        "#/methods/0/examples/0/params/0/value: the argument does not fit the parameter `p`: /1: expected a string, not 1 [example-fits]",
    ),
    (
        "{name: a, params: [{name: p, required: true, schema: {}}], examples: [{name: e, params: []}]}",
        "",
        "#/methods/0/examples/0: the example has no argument for the parameter `p` [example-fits]",
    ),
    (
        "{name: a, result: {name: r, schema: {type: boolean}}, examples: [{name: e, params: [], result: {name: r, value: 1}}]}",
        "",
        "#/methods/0/examples/0/result/value: the result does not fit: expected a boolean, not 1 [example-fits]",
    ),
    (
        "{name: a, servers: [{url: /rpc}]}",
        "",
        "#/methods/0/servers/0/url: the URL \"/rpc\" is not absolute [absolute-server-url]",
    ),
    (
        "{name: a, paramStructure: 1}",
        "",
        "#/methods/0/paramStructure: not a string but number [unreadable]",
    ),
];

#[test]
fn each_rule_finds_what_it_is_for() {
    for (methods, schemas, expected) in CASES {
        assert_eq!(found(methods, schemas), [*expected], "{methods} {schemas}");
    }
}

/// Methods and schemas in which nothing is wrong, though it looks like it.
const FINE: &[(&str, &str)] = &[
    (
        "{name: a, paramStructure: by-name, params: [{name: p, schema: {}}, {name: q, required: true, schema: {}}]}",
        "",
    ),
    ("{name: a}, {name: b, x-aliases: [c]}", ""),
    (
        "",
        "S: {$ref: '#/components/schemas/T', description: d, default: x}, T: {type: string}",
    ),
    (
        "",
        "S: {properties: {$defs: {type: string}, type: {type: string}}, examples: [{type: a}]}",
    ),
    (
        "",
        "S: {type: object, additionalProperties: {type: integer, format: uint64}, examples: [{a: 18446744073709551615}]}",
    ),
    (
        "",
        "S: {oneOf: [{const: a}, {type: object, required: [b], properties: {b: {}}}], examples: [a, {b: 1}]}",
    ),
    ("", "S: {type: [string, 'null'], default: null}"),
    ("", "S: {enum: [a], x-extensible: true, examples: [b]}"),
    (
        "{name: a, servers: [{url: 'https://${host}/rpc'}, {url: 'unix:/run/rpc'}]}",
        "",
    ),
];

#[test]
fn what_is_fine_is_not_found() {
    for (methods, schemas) in FINE {
        assert_eq!(found(methods, schemas), [""; 0], "{methods} {schemas}");
    }
}

#[test]
fn a_whole_document_is_fine() {
    let document = Document::open(&path("shop.yaml")).unwrap();
    assert_eq!(lint(&document), []);
}

/// What the server calls is checked like what it has.
#[test]
fn the_methods_of_the_client_are_checked() {
    let text = "
openrpc: 1.4.1
info: {title: t, version: '1'}
methods: [{name: a}]
x-client-methods:
  - {name: a, params: [{name: p, schema: {type: string, default: 1}}]}
  - {name: b, params: [{name: p, schema: {}}, {name: p, schema: {$ref: '#/nowhere'}}]}
";
    let found = lint(&Document::parse(text).unwrap());
    let rules: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
    assert_eq!(
        rules,
        ["unique-param-names", "reference-resolves"],
        "{found:?}"
    );

    let text = text.replace("{name: p, schema: {$ref: '#/nowhere'}}", "");
    let found = lint(&Document::parse(&text).unwrap());
    let rules: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["default-fits"], "{found:?}");
}

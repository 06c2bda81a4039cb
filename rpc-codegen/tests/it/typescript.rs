//! Generated TypeScript: what it looks like. `compiled` has what compilers make of it, and that it works.

mod compiled;

use std::path::Path;
use std::{env, fs};

use rpc_codegen::typescript::{BigIntegers, Imports, Options, RUNTIME, generate};
use rpc_codegen::{Document, File, Model};

use crate::documents::{model, read};

fn files(model: &Model) -> Vec<File> {
    generate(model, &Options::default()).unwrap()
}

/// `types.ts` and `client.ts` for a result of this schema.
fn generated(schema: &str) -> String {
    let methods = format!("{{name: m, result: {{name: r, schema: {schema}}}}}");
    let files = files(&model(&methods, ""));
    format!("{}{}", files[0].text, files[1].text)
}

const DOCUMENTS: &[&str] = &["shop.yaml", "callbacks.yaml", "ethereum.json", "near.json"];

#[test]
fn the_output_is_as_recorded() {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/output");
    for document in DOCUMENTS {
        let folder = recorded.join(document.split('.').next().unwrap());
        // The runtime is the same for all, and is in the sources.
        for file in files(&read(document)).into_iter().take(2) {
            let path = folder.join(file.name);
            if env::var_os("UPDATE_SNAPSHOTS").is_some() {
                fs::create_dir_all(&folder).unwrap();
                fs::write(&path, &file.text).unwrap();
            }
            let expected = fs::read_to_string(&path).unwrap_or_default();
            let hint = "run UPDATE_SNAPSHOTS=1 cargo test -p rpc-codegen, and read the diff";
            assert!(file.text == expected, "{} differs: {hint}", path.display());
        }
    }
}

#[test]
fn there_is_no_any() {
    let mut sources: Vec<String> = RUNTIME.map(|(_, text)| text.to_owned()).into();
    for document in [
        "shop.yaml",
        "callbacks.yaml",
        "ethereum.json",
        "near.json",
        "forest.json",
        "lotus.json",
        "links.json",
    ] {
        sources.extend(files(&read(document)).into_iter().map(|file| file.text));
    }
    for line in sources.iter().flat_map(|source| source.lines()) {
        let code = line.trim_start();
        let is_comment = code.starts_with("//") || code.starts_with('*') || code.starts_with("/*");
        let has_any = code
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| word == "any");
        // `AbortSignal.any` is a function.
        assert!(
            is_comment || !has_any || code.contains("AbortSignal.any"),
            "{line}"
        );
    }
}

#[test]
fn schemas_become_types() {
    let cases = [
        ("{}", "Call<unknown, never>"),
        ("{type: integer, format: int64}", "Call<bigint, never>"),
        ("{type: integer, format: uint32}", "Call<number, never>"),
        (
            "{type: integer, maximum: 9007199254740992}",
            "Call<bigint, never>",
        ),
        ("{type: [string, 'null']}", "Call<string | null, never>"),
        ("{enum: [a, 1, null]}", "Call<\"a\" | 1 | null, never>"),
        (
            "{enum: [a, b], x-extensible: true}",
            "Call<\"a\" | \"b\" | (string & {}), never>",
        ),
        (
            "{type: array, items: {type: [string, 'null']}}",
            "Call<(string | null)[], never>",
        ),
        (
            "{type: array, items: [{type: string}, {type: boolean}], minItems: 1, maxItems: 2}",
            "Call<[string, boolean?], never>",
        ),
        (
            "{type: array, items: [{type: string}], minItems: 1}",
            "Call<[string, ...unknown[]], never>",
        ),
        (
            "{type: object, additionalProperties: {type: boolean}}",
            "Call<{ [name: string]: boolean }, never>",
        ),
        (
            "{type: object, additionalProperties: false}",
            "Call<{ [name: string]: never }, never>",
        ),
        (
            "{properties: {a: {type: string}}, additionalProperties: {type: number}}",
            "{\n  a?: string;\n  [name: string]: number | string | undefined;\n}",
        ),
        (
            "{properties: {'a b': {}, __proto__: {type: integer, format: int64}}}",
            "fields: { [\"__proto__\"]: \"bigint\" }",
        ),
        ("{description: 'a */ b'}", "unknown"),
    ];
    for (schema, expected) in cases {
        let generated = generated(schema);
        assert!(generated.contains(expected), "{schema}: {generated}");
    }
}

#[test]
fn names_become_identifiers_of_their_own() {
    let schemas =
        "Promise: {type: string}, 'a-b': {type: string}, a_b: {type: boolean}, '1': {type: 'null'}";
    let methods =
        "{name: class.new}, {name: class.neW}, {name: 'a/bb cc'}, {name: 'ünï'}, {name: call}";
    let files = files(&model(methods, schemas));
    for name in [
        "Promise2 = string",
        "AB = string",
        "AB2 = boolean",
        "_1 = null",
    ] {
        assert!(
            files[0].text.contains(&format!("export type {name};")),
            "{name}: {}",
            files[0].text
        );
    }
    for name in [
        "class2: {",
        "  \"new\"(rpc",
        "  neW(rpc",
        "export const a: {",
        "  bbCc(rpc",
        "  call(rpc",
    ] {
        assert!(files[1].text.contains(name), "{name}: {}", files[1].text);
    }
}

#[test]
fn errors_with_one_message_are_told_apart_by_their_codes() {
    let method = |name: &str, errors: &str| format!("{{name: {name}, errors: {errors}}}");
    let methods = [
        method(
            "a",
            "[{code: 7, message: Full}, {code: -32001, message: Full}]",
        ),
        method("b", "[{code: 7, message: Full, data: {type: string}}]"),
    ];
    let client = &files(&model(&methods.join(", "), ""))[1].text;
    for class in [
        "class Full extends RpcError<7, unknown>",
        "class Full32001 extends RpcError<-32001, unknown>",
        "class Full7 extends RpcError<7, string>",
    ] {
        assert!(client.contains(class), "{class}: {client}");
    }
}

#[test]
fn what_cannot_be_expressed_is_an_error_with_its_place() {
    let cases = [
        (
            "{name: m, result: {name: r, schema: {anyOf: [{type: integer, format: int64}, {type: number}]}}}",
            "#/methods/0/result/schema: a union of which one variant has 64-bit integers and can't be told from another (method `m`)",
        ),
        (
            "{name: m, params: [{name: p, schema: {properties: {a: {const: 9007199254740993}}}}], result: {name: r, schema: {}}}",
            "#/methods/0/params/0/schema/properties/a: a constant that is a number past 2^53 (method `m`)",
        ),
        (
            "{name: m, x-stream: {item: {}, notification: progress}}",
            "#/methods/0: items of a stream that arrive as another notification than `$/progress` (method `m`)",
        ),
    ];
    for (method, expected) in cases {
        let model = model(method, "");
        let wrong = generate(&model, &Options::default()).unwrap_err();
        let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        assert_eq!(wrong, [expected]);

        let mut options = Options::default();
        options.opaque.push("m".to_owned());
        let client = generate(&model, &options).unwrap().swap_remove(1).text;
        assert!(
            client.contains("Untyped") && client.contains("unknown"),
            "{client}"
        );
    }
}

/// A value must not be taken for an earlier variant, which has its numbers elsewhere.
#[test]
fn a_union_is_expressed_if_its_earlier_variants_need_more_than_later_ones_may_have() {
    let number = "{type: integer, format: int64}";
    let schemas = format!(
        "A: {{required: [a], properties: {{a: {number}, c: {number}}}}}, B: {{required: [b], properties: {{b: {number}}}}}, \
         C: {{required: [c], properties: {{c: {number}}}}}, AB: {{oneOf: [{{$ref: '#/components/schemas/A'}}, {{$ref: '#/components/schemas/B'}}]}}, \
         Map: {{type: object, additionalProperties: {number}}}"
    );
    let cases = [
        (["A", "C"], true),
        (["C", "A"], false),
        (["C", "AB"], false),
        (["AB", "C"], false),
        (["C", "Map"], false),
        (["B", "C"], true),
    ];
    for (variants, expected) in cases {
        let variants = variants.map(|name| format!("{{$ref: '#/components/schemas/{name}'}}"));
        let methods = format!(
            "{{name: m, result: {{name: r, schema: {{anyOf: [{}]}}}}}}",
            variants.join(", ")
        );
        let is_expressed = generate(&model(&methods, &schemas), &Options::default()).is_ok();
        assert_eq!(is_expressed, expected, "{variants:?}");
    }
}

/// Only an integer that is small by its format or bounds needs no look when it arrives.
#[test]
fn numbers_have_shapes_by_what_they_may_be() {
    let cases = [
        ("{type: number}", "result: \"double\""),
        ("{type: integer}", "result: \"number\""),
        ("{type: integer, minimum: 0}", "result: \"number\""),
        ("{type: integer, format: int64}", "result: \"bigint\""),
        ("{type: integer, format: int32}", "{ name: \"m\" }"),
        ("{type: integer, minimum: 0, maximum: 9}", "{ name: \"m\" }"),
        ("{}", "{ name: \"m\" }"),
        (
            "{anyOf: [{type: integer}, {type: number}, {type: string}]}",
            "result: { pick: [[\"number\", [], \"double\"]] }",
        ),
    ];
    for (schema, expected) in cases {
        let generated = generated(schema);
        assert!(generated.contains(expected), "{schema}: {generated}");
    }
}

#[test]
fn what_the_server_calls_is_generated_or_refused_by_the_same_rules() {
    let text = "
openrpc: 1.4.1
info: {title: t, version: '1'}
methods: []
x-client-methods:
  - {name: watch, x-stream: {item: {}, end: {}, notification: $/progress}, result: {name: r, schema: {}}}
  - {name: take, params: [{name: p, schema: {const: 9007199254740993}}]}
";
    let model = Model::read(&Document::parse(text).unwrap()).unwrap();
    let wrong = generate(&model, &Options::default()).unwrap_err();
    let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    let expected = [
        "#/x-client-methods/0: a stream that the server opens on its client (method `watch`)",
        "#/x-client-methods/1/params/0/schema: a constant that is a number past 2^53 (method `take`)",
    ];
    assert_eq!(wrong, expected);

    let mut options = Options::default();
    options.opaque = vec!["watch".to_owned(), "take".to_owned()];
    let client = generate(&model, &options).unwrap().swap_remove(1).text;
    for part in [
        "Untyped",
        "    watch(params: unknown, signal: AbortSignal): unknown;",
        "{ name: \"take\", params: [\"p\"], run: (params, signal) => methods.api.take(params, signal) },",
    ] {
        assert!(client.contains(part), "{part}: {client}");
    }
}

/// What a program gives may be `undefined` wherever it may be left out, and what it gets is what the schema says.
#[test]
fn optional_members_of_what_is_given_may_be_undefined() {
    let schemas = "In: {properties: {a: {type: [string, 'null']}, any: {}}}, Out: {properties: {a: {type: string}}}, \
                   Both: {properties: {a: {type: string}}}";
    let reference = |name: &str| format!("schema: {{$ref: '#/components/schemas/{name}'}}");
    let methods = format!(
        "{{name: m, params: [{{name: in, {}}}, {{name: both, {}}}], result: {{name: r, {}}}}}, {{name: n, result: {{name: r, {}}}}}",
        reference("In"),
        reference("Both"),
        reference("Out"),
        reference("Both"),
    );
    let files = files(&model(&methods, schemas));
    for expected in [
        "interface In {\n  a?: string | null | undefined;\n  any?: unknown;\n}",
        "interface Out {\n  a?: string;\n}",
        "interface Both {\n  a?: string | undefined;\n}",
    ] {
        assert!(files[0].text.contains(expected), "{}", files[0].text);
    }
    let param = "in?: In | undefined;";
    assert!(files[1].text.contains(param), "{}", files[1].text);
}

#[test]
fn options_change_numbers_and_imports() {
    let mut options = Options::default();
    options.big_integers = BigIntegers::Number;
    options.imports = Imports::Ts;
    let files = generate(&read("shop.yaml"), &options).unwrap();
    assert!(
        files[0].text.contains("export type OrderId = number;"),
        "{}",
        files[0].text
    );
    assert!(
        files[1]
            .text
            .contains("const orderIdShape: Shape = \"number\";"),
        "{}",
        files[1].text
    );
    for file in &files[1..] {
        let imports = file.text.lines().filter(|line| line.contains(" from \"./"));
        for import in imports {
            assert!(import.ends_with(".ts\";"), "{}: {import}", file.name);
        }
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    for document in DOCUMENTS {
        assert!(
            files(&read(document)) == files(&read(document)),
            "{document}"
        );
    }
}

//! Generated Rust: what it looks like, and that rustfmt leaves it as it is. `tests/generated` compiles and uses it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use rpc_codegen::rust::{Dependency, Options, generate};
use rpc_codegen::{File, Model};

use crate::documents::{model, read};

/// The documents, and the methods of them that Rust can't express.
const RECORDED: &[(&str, &[&str])] = &[
    ("all.json", &[]),
    ("callbacks.yaml", &[]),
    ("corners.yaml", &[]),
    ("ethereum.json", &[]),
    ("forest.json", &[]),
    ("hostile.yaml", &["tokens"]),
    ("links.json", &[]),
    ("lotus.json", &[]),
    ("mirror.json", &[]),
    ("names.yaml", &[]),
    ("near.json", &[]),
    ("petstore.json", &[]),
    ("shop.yaml", &["search"]),
];

fn files(model: &Model, opaque: &[&str]) -> Vec<File> {
    let mut options = Options::default();
    options.opaque = opaque.iter().map(|it| (*it).to_owned()).collect();
    let path = "../../../rpc-core".to_owned();
    options.rpc_core = Dependency::Path(path);
    generate(model, &options).unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

fn recorded(document: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/generated");
    folder.join(document.split('.').next().unwrap())
}

fn text<'a>(files: &'a [File], name: &str) -> &'a str {
    let file = files.iter().find(|file| file.name == name);
    &file.unwrap_or_else(|| panic!("no {name}")).text
}

#[test]
fn the_output_is_as_recorded() {
    for (document, opaque) in RECORDED {
        for file in files(&read(document), opaque) {
            let path = recorded(document).join(file.name);
            if env::var_os("UPDATE_SNAPSHOTS").is_some() {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, &file.text).unwrap();
            }
            let expected = fs::read_to_string(&path).unwrap_or_default();
            let hint = "run UPDATE_SNAPSHOTS=1 cargo test -p rpc-codegen rust, and read the diff";
            assert!(file.text == expected, "{} differs: {hint}", path.display());
        }
    }
}

#[test]
fn rustfmt_leaves_it_as_it_is() {
    let libraries = RECORDED
        .iter()
        .map(|(document, _)| recorded(document).join("src/lib.rs"));
    let output = Command::new("rustfmt")
        .args(["--check", "--edition", "2024"])
        .args(libraries)
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{out}{err}");
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    for (document, opaque) in RECORDED {
        let [one, two] = [
            files(&read(document), opaque),
            files(&read(document), opaque),
        ];
        assert!(one == two, "{document}");
    }
}

/// An empty module would make the compiler warn.
#[test]
fn a_document_without_methods_becomes_a_crate_without_modules() {
    let model = model("", "");
    let files = files(&model, &[]);
    let names: Vec<&str> = files.iter().map(|file| file.name).collect();
    assert_eq!(names, ["Cargo.toml", "src/lib.rs"]);
    assert!(text(&files, "src/lib.rs").ends_with(")]\n"));
}

/// The code that a schema of a result becomes: in the trait, or in a type.
#[test]
fn schemas_become_types() {
    let cases = [
        ("{}", "async fn m(&self) -> Value;"),
        ("{type: integer}", "async fn m(&self) -> i64;"),
        ("{type: integer, minimum: 0}", "async fn m(&self) -> u64;"),
        ("{type: integer, format: uint8}", "async fn m(&self) -> u8;"),
        (
            "{type: integer, maximum: 170141183460469231731687303715884105727}",
            "-> i128;",
        ),
        ("{type: number}", "async fn m(&self) -> f64;"),
        (
            "{type: [string, 'null']}",
            "async fn m(&self) -> Option<String>;",
        ),
        ("{type: 'null'}", "async fn m(&self);"),
        (
            "{type: string, format: byte}",
            "async fn m(&self) -> Base64;",
        ),
        (
            "{type: string, format: date-time}",
            "async fn m(&self) -> String;",
        ),
        (
            "{type: array, items: {type: boolean}, minItems: 2, maxItems: 2}",
            "-> [bool; 2];",
        ),
        (
            "{type: array, items: [{type: string}, {type: boolean}], minItems: 2, maxItems: 2}",
            "-> (String, bool);",
        ),
        ("{type: object}", "async fn m(&self) -> Map<String, Value>;"),
        (
            "{type: object, additionalProperties: {type: boolean}}",
            "-> BTreeMap<String, bool>;",
        ),
        (
            "{enum: [a-b, C]}",
            "    #[serde(rename = \"a-b\")]\n    AB,\n    C,\n",
        ),
        (
            "{enum: [FAST, SLOW]}",
            "#[serde(rename_all = \"UPPERCASE\")]",
        ),
        ("{enum: [1, 2]}", "            MResult::N1 => json!(1),\n"),
        (
            "{enum: [a], x-extensible: true}",
            "    #[serde(untagged)]\n    Unknown(String),\n",
        ),
        (
            "{properties: {type: {type: string}}, required: [type]}",
            "    pub r#type: String,\n",
        ),
        (
            "{properties: {a: {type: string}}}",
            "    #[schemars(with = \"String\")]\n    pub a: Option<String>,\n",
        ),
        (
            "{properties: {a: {type: string}}, additionalProperties: {type: number}}",
            "    pub rest: BTreeMap<String, f64>,\n",
        ),
        (
            "{properties: {a: {}}, additionalProperties: false}",
            "#[serde(deny_unknown_fields)]",
        ),
        (
            "{properties: {a: {description: 'an [x] <y>'}}}",
            "    /// an \\[x] \\<y>\n",
        ),
        (
            "{anyOf: [{type: string}, {enum: [latest]}]}",
            "    Latest(MResultLatest),\n    Text(String),\n",
        ),
        (
            "{oneOf: [{properties: {t: {const: a}}, required: [t]}, {properties: {t: {const: b}, n: {type: boolean}}, required: [t, n]}]}",
            "#[serde(tag = \"t\", content = \"n\")]",
        ),
        (
            "{$ref: '#/components/schemas/T'}",
            "    pub t: Option<Box<T>>,\n    #[serde(default, skip_serializing_if = \"Option::is_none\")]\n    #[schemars(with = \"Vec<T>\")]\n    pub u: Option<Vec<T>>,\n",
        ),
        (
            "{$ref: '#/components/schemas/Result'}",
            "async fn m(&self) -> ResultType;",
        ),
    ];
    let schemas = "T: {properties: {t: {$ref: '#/components/schemas/T'}, u: {type: array, items: {$ref: '#/components/schemas/T'}}}}, Result: {type: object, properties: {a: {}}}";
    for (schema, expected) in cases {
        let methods = format!("{{name: m, result: {{name: r, schema: {schema}}}}}");
        let files = files(&model(&methods, schemas), &[]);
        let generated = text(&files, "src/methods.rs").to_owned() + text(&files, "src/types.rs");
        assert!(generated.contains(expected), "{schema}: {generated}");
    }
}

/// schemars describes the names of a map of numbers as digits. In other documents, digits are any texts.
#[test]
fn names_are_numbers_in_documents_of_rust() {
    let map = "{type: object, patternProperties: {'^\\d+$': {type: boolean}}}";
    let method = |schema: &str| format!("{{name: m, result: {{name: r, schema: {schema}}}}}");
    let of_rust = ", {name: n, result: {name: r, schema: {type: integer, format: uint32}}}";
    let in_union = format!("{{anyOf: [{{type: string}}, {map}]}}");
    for (methods, expected) in [
        (method(map), "BTreeMap<String, bool>"),
        (method(map) + of_rust, "BTreeMap<u64, bool>"),
        (method(&in_union) + of_rust, "BTreeMap<String, bool>"),
    ] {
        let files = files(&model(&methods, ""), &[]);
        let all: String = files.iter().map(|file| &*file.text).collect();
        assert!(all.contains(expected), "{methods}: {all}");
    }
}

/// A member that may be left out and may be null.
#[test]
fn null_and_nothing_differ_in_what_programs_send() {
    let schema = "T: {properties: {a: {type: [string, 'null']}}}";
    let reference = "schema: {$ref: '#/components/schemas/T'}";
    let taken = format!("{{name: m, result: {{name: r, {reference}}}}}");
    let given = format!("{{name: m, params: [{{name: t, {reference}}}]}}");
    let of_rust = "{name: n, result: {name: r, schema: {type: integer, format: uint32}}}";
    for (methods, expected) in [
        (taken.clone(), "pub a: Option<String>"),
        (given.clone(), "pub a: Option<Option<String>>"),
        (format!("{given}, {of_rust}"), "pub a: Option<String>"),
    ] {
        let files = files(&model(&methods, schema), &[]);
        let types = text(&files, "src/types.rs");
        assert!(types.contains(expected), "{methods}: {types}");
    }
}

#[test]
fn errors_become_variants() {
    let methods = "{name: m, result: {name: r, schema: {}}, errors: [{code: 1001, message: SoldOut, data: {properties: {left: {type: integer}}, required: [left]}}, {code: -32001, message: 'too {much}'}, {code: -32602, message: wrong}], x-error-kinds: {'1001': conflict}}";
    let files = files(&model(methods, ""), &[]);
    let errors = text(&files, "src/errors.rs");
    for expected in [
        "    #[error(\"sold out\")]\n    #[rpc(code = 1001, kind = \"conflict\")]\n    SoldOut {",
        "    #[error(\"too {{much}}\")]\n    #[rpc(code = -32001, server_error)]\n    TooMuch,\n",
    ] {
        assert!(errors.contains(expected), "{errors}");
    }
    assert!(!errors.contains("-32602"), "JSON-RPC reserves it: {errors}");
    let methods = text(&files, "src/methods.rs");
    assert!(
        methods.contains("/// Error -32602 arrives as `CallError::Object`: wrong\n"),
        "{methods}"
    );
}

#[test]
fn what_rust_cannot_express_is_an_error() {
    let stream = "x-stream: {item: {}, end: {type: integer}}";
    let cases = [
        (
            format!("{{name: m, {stream}}}"),
            "#/methods/0: a stream that ends with a result (method `m`)",
        ),
        (
            "{name: m, params: [{name: p, schema: {items: [{}, {}], minItems: 1, maxItems: 2}}]}"
                .to_owned(),
            "#/methods/0/params/0/schema: a tuple whose last elements may be missing (method `m`)",
        ),
        (
            "{name: m, result: {name: r, schema: {oneOf: [{type: string}, {type: array, items: {type: integer, format: int128}}]}}}".to_owned(),
            "#/methods/0/result/schema/oneOf/1/items: an integer of 128 bits in a union, or beside members of other names (method `m`)",
        ),
        (
            "{name: m, result: {name: r, schema: {properties: {a: {type: string}}, additionalProperties: {type: integer, format: uint128}}}}".to_owned(),
            "#/methods/0/result/schema/additionalProperties: an integer of 128 bits in a union, or beside members of other names (method `m`)",
        ),
        (
            "{name: m, result: {name: r, schema: {anyOf: [{properties: {a: {}, b: {}}, required: [b]}, {properties: {b: {}, c: {}}}]}}}".to_owned(),
            "#/methods/0/result/schema: a union of objects that can't be told apart, where each may have members that another does not know (method `m`)",
        ),
        (
            "{name: 'a b'}".to_owned(),
            "#/methods/0: the name of a method is empty, or has a space or an invisible character (method `a b`)",
        ),
    ];
    for (methods, expected) in cases {
        let model = model(&methods, "");
        let wrong = generate(&model, &Options::default()).unwrap_err();
        assert_eq!(wrong[0].to_string(), expected);
    }
    // Without types, the first two work.
    let model = model(&format!("{{name: m, {stream}}}"), "");
    let files = files(&model, &["m"]);
    let expected = "async fn m(&self, #[rpc(flatten)] params: Vec<Value>) -> Value;";
    assert!(text(&files, "src/methods.rs").contains(expected));
}

#[test]
fn the_manifest_has_what_cargo_takes() {
    let mut model = model("{name: m}", "");
    let mut options = Options::default();
    let manifest = |model: &Model, options: &Options| {
        let files = generate(model, options).unwrap();
        text(&files, "Cargo.toml").to_owned()
    };
    for (title, version, name, expected) in [
        ("The Shop", "1.2.3", "the-shop", "1.2.3"),
        ("123", "2026-11", "client-123", "0.1.0"),
        ("\u{2028}\"\\", "01.2.3", "client", "0.1.0"),
        ("a", "1.0.0-2024.01.02", "a", "0.1.0"),
        ("a", "1.0.0-rc..1", "a", "0.1.0"),
        ("a", "1.0.0-2024.1.0+007", "a", "1.0.0-2024.1.0+007"),
    ] {
        (model.info.title, model.info.version) = (title.to_owned(), version.to_owned());
        let text = manifest(&model, &options);
        assert!(
            text.contains(&format!("name = \"{name}\"\nversion = \"{expected}\"\n")),
            "{text}"
        );
        assert!(
            text.contains("rpc-core = { version = \"0.1.0\", features = [\"schema\"] }"),
            "{text}"
        );
    }
    options.crate_name = Some("tea".to_owned());
    assert!(manifest(&model, &options).contains("name = \"tea\"\n"));
}

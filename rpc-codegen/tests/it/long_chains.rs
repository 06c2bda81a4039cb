//! Documents with very many types, each made of the next: their clients are generated in a time that grows with their length only.

use std::time::{Duration, Instant};

use rpc_codegen::{Document, Model, python, rust, typescript};
use serde_json::{Value, json};

/// So many types, each made from the reference to the next.
fn chain(count: usize, schema: impl Fn(Value) -> Value) -> Model {
    let reference = |index: usize| json!({"$ref": format!("#/components/schemas/T{index}")});
    let mut types: serde_json::Map<String, Value> = (1..count)
        .map(|index| (format!("T{}", index - 1), schema(reference(index))))
        .collect();
    let last =
        json!({"type": "object", "properties": {"v": {"type": "integer", "format": "uint64"}}});
    types.insert(format!("T{}", count - 1), last);
    let document = json!({
        "openrpc": "1.4.1",
        "info": {"title": "Chain", "version": "1.0.0"},
        "methods": [{
            "name": "m",
            "params": [{"name": "p", "required": true, "schema": reference(0)}],
            "result": {"name": "r", "schema": reference(0)}
        }],
        "components": {"schemas": types}
    });
    Model::read(&Document::parse(&document.to_string()).unwrap()).unwrap()
}

/// With work that grows with the square of the length, this takes many minutes.
#[test]
fn long_chains_of_objects_take_no_square_of_their_length() {
    let start = Instant::now();
    let model = chain(
        60_000,
        |next| json!({"type": "object", "properties": {"next": next}}),
    );
    let files = typescript::generate(&model, &typescript::Options::default()).unwrap();
    let client = files.iter().find(|file| file.name == "client.ts").unwrap();
    assert!(client.text.contains("const t59999Shape: Shape = "));
    rust::generate(&model, &rust::Options::default()).unwrap();
    assert!(start.elapsed() < Duration::from_secs(180));
}

/// Python runs aliases, so each comes after those that it names.
#[test]
fn long_chains_of_aliases_fit_the_stack() {
    let model = chain(20_000, |next| json!({"type": "array", "items": next}));
    let files = python::generate(&model, &python::Options::default()).unwrap();
    let types = files.iter().find(|file| file.name.ends_with("types.py"));
    let text = &types.unwrap().text;
    let place = |alias: &str| text.find(&format!("\n{alias}: TypeAlias = ")).unwrap();
    assert!(place("T19998") < place("T0"));
    typescript::generate(&model, &typescript::Options::default()).unwrap();
}

//! Documents with many types, each made of the next. The work must grow with their length, and not with its square or worse: these
//! tests would take many minutes then.

use rpc_codegen::diff::diff;
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

#[test]
fn long_chains_of_objects_become_clients() {
    let model = chain(
        20_000,
        |next| json!({"type": "object", "properties": {"next": next}}),
    );
    let files = typescript::generate(&model, &typescript::Options::default()).unwrap();
    let client = files.iter().find(|file| file.name == "client.ts").unwrap();
    assert!(client.text.contains("const t19999Shape: Shape = "));
    rust::generate(&model, &rust::Options::default()).unwrap();
}

/// All paths through them are more than anybody can count.
#[test]
fn types_with_many_members_of_the_next_type_are_compared() {
    let names: Vec<String> = (0..30).map(|number| format!("m{number}")).collect();
    let model = |last: &str| {
        chain(10, |next| {
            let members: serde_json::Map<String, Value> = names
                .iter()
                .map(|name| (name.clone(), next.clone()))
                .chain([("own".to_owned(), json!({"type": last}))])
                .collect();
            json!({"type": "object", "properties": members, "required": names})
        })
    };
    assert!(diff(&model("string"), &model("string")).is_empty());
    let rules: Vec<&str> = diff(&model("string"), &model("integer"))
        .iter()
        .map(|change| change.rule)
        .collect();
    assert!(rules.contains(&"param-type-changed"), "{rules:?}");
    assert!(rules.contains(&"result-type-changed"), "{rules:?}");
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

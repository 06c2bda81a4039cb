//! A document of several files, as one.

use rpc_codegen::model::Method;
use rpc_codegen::{Document, Model, lint};

use crate::documents::path;
use crate::show::show;

fn types(model: &Model, method: &Method) -> Vec<String> {
    method
        .types()
        .into_iter()
        .map(|ty| show(model, ty))
        .collect()
}

#[test]
fn one_file_says_what_several_said() {
    let document = Document::open(&path("shop.yaml")).unwrap();
    let bundled = Document::parse(&document.bundled().to_string()).unwrap();
    assert!(document.bundled().to_string().contains("\"x-files\""));
    assert_eq!(lint(&bundled).len(), lint(&document).len());

    let (before, after) = (
        Model::read(&document).unwrap(),
        Model::read(&bundled).unwrap(),
    );
    assert_eq!(before.methods.len(), after.methods.len());
    for (before_method, after_method) in before.methods.iter().zip(&after.methods) {
        assert_eq!(
            types(&before, before_method),
            types(&after, after_method),
            "{}",
            before_method.name
        );
    }
}

#[test]
fn a_document_of_one_file_stays_as_it_is() {
    let text = r##"{"openrpc":"1.4.1","info":{"title":"t","version":"1"},"methods":[{"$ref":"#/components/m"}],"components":{"m":{"name":"a","params":[]}}}"##;
    assert_eq!(Document::parse(text).unwrap().bundled().to_string(), text);
}

#[test]
fn locations_with_odd_characters_are_escaped() {
    let text = r#"{"openrpc":"1.4.1","info":{"title":"t","version":"1"},"methods":[
        {"name":"a","params":[],"result":{"name":"r","schema":{"$ref":"a b/c~d%.json#/x"}}},
        {"name":"b","params":[],"result":{"name":"r","schema":{"$ref":"missing.json#/x"}}}]}"#;
    let document = Document::load(text, &mut |location| match location {
        "a b/c~d%.json" => Ok(r##"{"x":{"$ref":"#/y"},"y":{"type":"integer"}}"##.to_owned()),
        _ => Err("no such file".to_owned()),
    });
    let bundled = document.unwrap().bundled();
    assert!(bundled.to_string().contains("missing.json#/x"));
    let text = bundled
        .to_string()
        .replace("missing.json#/x", "#/x-files/a%20b~1c~0d%25.json/y");
    let model = Model::read(&Document::parse(&text).unwrap()).unwrap();
    for name in ["a", "b"] {
        let method = model.method(name).unwrap();
        assert!(
            types(&model, method)[0].starts_with('@'),
            "{:?}",
            types(&model, method)
        );
    }
}

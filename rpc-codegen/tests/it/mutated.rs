//! Mutated documents never panic: they are read, or fail with a place that exists.

use std::fs;

use proptest::prelude::*;
use rpc_codegen::typescript::{Options, generate};
use rpc_codegen::{Document, Model, Value, lint};
use rpc_codegen::{python, rust};

use crate::documents::path;

/// Documents that are parsed and taken apart.
pub(crate) const DOCUMENTS: &[&str] = &[
    "shop.yaml",
    "near.json",
    "forest.json",
    "links.json",
    "lotus.json",
];

/// Small values that mean something in a document.
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1e300",
    "18446744073709551615",
    "\"\"",
    "\"object\"",
    "\"#/components/schemas\"",
    "[]",
    "{}",
    "[null]",
    "[\"string\", \"null\", \"array\"]",
    "{\"$ref\": \"#/components/schemas/Order\"}",
    "{\"$ref\": \"#\"}",
    "{\"$ref\": \"#/methods/0\"}",
    "{\"allOf\": [{\"$ref\": \"#/components/schemas/Order\"}, {\"$ref\": \"#/components/schemas/Query\"}]}",
    "{\"oneOf\": [{\"$ref\": \"#/components/schemas/Query\"}, {\"type\": \"null\"}]}",
    "{\"type\": \"array\", \"items\": [{}, {\"$ref\": \"#/components\"}]}",
    "{\"not\": {}, \"if\": 1, \"patternProperties\": {\"\": false}}",
];

const NAMES: &[&str] = &[
    "$ref",
    "allOf",
    "oneOf",
    "anyOf",
    "type",
    "properties",
    "required",
    "items",
    "enum",
    "const",
    "nullable",
    "default",
    "additionalProperties",
    "x-stream",
    "errors",
    "x-extensible",
    "examples",
    "schema",
    "params",
    "minimum",
    "data",
];

/// One change: where, counted over all values of the document, and what.
pub(crate) type Change = (prop::sample::Index, Mutation);

#[derive(Debug, Clone)]
pub(crate) enum Mutation {
    Replace(usize),
    Insert(usize, usize),
    Remove(prop::sample::Index),
    /// The value of another place.
    Copy(prop::sample::Index),
}

pub(crate) fn changes() -> impl Strategy<Value = Vec<Change>> {
    let mutation = prop_oneof![
        (0..VALUES.len()).prop_map(Mutation::Replace),
        (0..NAMES.len(), 0..VALUES.len()).prop_map(|(name, value)| Mutation::Insert(name, value)),
        any::<prop::sample::Index>().prop_map(Mutation::Remove),
        any::<prop::sample::Index>().prop_map(Mutation::Copy),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), mutation), 1..6)
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(elements) => elements.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// The value with this number, counted in the document's order.
fn nth<'a>(value: &'a mut Value, number: &mut usize) -> Option<&'a mut Value> {
    if *number == 0 {
        return Some(value);
    }
    *number -= 1;
    match value {
        Value::Array(elements) => elements.iter_mut().find_map(|element| nth(element, number)),
        Value::Object(members) => members.values_mut().find_map(|member| nth(member, number)),
        _ => None,
    }
}

fn change(document: &mut Value, (place, mutation): &Change) {
    let total = count(document);
    let copied = match mutation {
        Mutation::Copy(from) => nth(document, &mut from.index(total)).cloned(),
        _ => None,
    };
    let Some(value) = nth(document, &mut place.index(total)) else {
        return;
    };
    match mutation {
        Mutation::Replace(index) => *value = Value::from_json(VALUES[*index]).unwrap(),
        Mutation::Insert(name, index) => {
            let inserted = Value::from_json(VALUES[*index]).unwrap();
            if let Value::Object(members) = value {
                members.insert(NAMES[*name].to_owned(), inserted);
            }
        }
        Mutation::Remove(index) => match value {
            Value::Object(members) if !members.is_empty() => {
                members.shift_remove_index(index.index(members.len()));
            }
            Value::Array(elements) if !elements.is_empty() => {
                elements.remove(index.index(elements.len()));
            }
            _ => {}
        },
        Mutation::Copy(_) => *value = copied.unwrap_or(Value::Null),
    }
}

/// The documents as values.
fn originals() -> Vec<Value> {
    let read = |name: &&str| Value::from_text(&fs::read_to_string(path(name)).unwrap()).unwrap();
    DOCUMENTS.iter().map(read).collect()
}

/// A document with changes. `None` if it is no longer one, or too long.
pub(crate) fn mutated(which: usize, changes: &[Change]) -> Option<Document> {
    let mut document = originals().swap_remove(which);
    for one in changes {
        change(&mut document, one);
    }
    let is_usable = count(&document) <= 50_000 && matches!(document, Value::Object(_));
    is_usable.then(|| Document::parse(&document.to_string()).ok())?
}

proptest! {
    #[test]
    fn mutated_documents_do_not_panic(which in 0..DOCUMENTS.len(), changes in changes()) {
        let Some(document) = mutated(which, &changes) else {
            return Ok(());
        };
        match Model::read(&document) {
            Ok(model) => {
                prop_assert!(model.definitions().count() < 100_000);
                let _ = generate(&model, &Options::default());
                let _ = python::generate(&model, &python::Options::default());
                if let Ok(files) = rust::generate(&model, &rust::Options::default()) {
                    for file in files.iter().filter(|file| file.name.ends_with(".rs")) {
                        let parsed = syn::parse_file(&file.text);
                        prop_assert!(parsed.is_ok(), "{}: {:?}\n{}", file.name, parsed.err(), file.text);
                    }
                }
            }
            Err(error) => prop_assert!(!error.message().is_empty()),
        }
        lint(&document);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = Document::parse(&text).map(|document| Model::read(&document));
    }

    #[test]
    fn cut_texts_are_read_or_refused(end in any::<prop::sample::Index>()) {
        let text = fs::read_to_string(path("shop.yaml")).unwrap();
        let end = end.index(text.len());
        if let Some(cut) = text.get(..end) {
            let _ = Document::parse(cut).map(|document| Model::read(&document));
        }
    }
}

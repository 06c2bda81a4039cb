//! What a document says that the model does not understand. The gate compares it, so that no change goes unnoticed.
//!
//! All members that start with `x-` and that mean something here are listed in this file, and also those that only people read.

use std::collections::HashSet;

use crate::document::{Document, Located};
use crate::model::{ErrorCase, Extensions, Kind, Method, Model, Type};
use crate::place::Place;
use crate::read::conjunction::is_annotation;
use crate::read::plain::UNMODELLED;
use crate::value::{Object, Value};

/// Members that only people read. A change of them breaks nothing.
pub(crate) const DOCUMENTATION: &[&str] = &[
    "x-comment",
    "x-deprecated-note",
    "x-docs",
    "x-error-docs",
    "x-group",
    "x-logo",
    "x-order",
    "x-since",
    "x-tag-groups",
];

/// Members that the model has.
const MODELLED: &[&str] = &[
    "x-aliases",
    "x-client-methods",
    "x-error-kinds",
    "x-extensible",
    "x-idempotent",
    "x-lenient",
    "x-read-only",
    "x-secret",
    "x-stream",
    "x-undescribed",
];

/// Keywords of draft-07 that the model has.
const KEYWORDS: &[&str] = &[
    "$ref",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contentEncoding",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "nullable",
    "oneOf",
    "pattern",
    "patternProperties",
    "properties",
    "propertyNames",
    "required",
    "type",
    "uniqueItems",
];

/// Collects what the objects of the model have.
pub(super) fn collect(document: &Document, model: &Model) -> Extensions {
    let mut extensions = Extensions::default();
    let root = document.root();
    let mut members = unknown(&root);
    let info = own_of(document, &root.place.member("info"));
    add(&mut members, "info", info);
    for (label, server) in listed(document, &root.place, "servers", "url") {
        add(&mut members, &label, unknown(&server));
    }
    extensions.note(&root.place, members);
    let own = |place: &Place| own_of(document, place);
    let mut types: Vec<&Type> = model.definitions().map(|(_, it)| &it.ty).collect();
    for method in model.all_methods() {
        let mut members = own(&method.place);
        // What follows is not in the model as an object with a place.
        for part in ["result", "x-stream"] {
            add(&mut members, part, own(&method.place.member(part)));
        }
        for (list, key) in [("tags", "name"), ("examples", "name")] {
            for (label, element) in listed(document, &method.place, list, key) {
                add(&mut members, &label, unknown(&element));
            }
        }
        extensions.note(&method.place, members);
        for error in &method.errors {
            extensions.note(&error.place, own(&error.place));
        }
        for param in &method.params {
            extensions.note(&param.place, own(&param.place));
        }
        types.extend(
            method
                .types()
                .into_iter()
                .filter(|ty| is_written(method, ty)),
        );
    }
    while let Some(ty) = types.pop() {
        if let Some(schema) = document.at(&ty.place) {
            let mut members = of_schema(document, schema);
            if has_names(model, ty) {
                members.retain(|name, _| !NAMES.contains(&name.as_str()));
            }
            extensions.note(&ty.place, members);
        }
        types.extend(ty.children());
    }
    extensions
}

fn own_of(document: &Document, place: &Place) -> Object {
    let object = document.at(place);
    object.map(|it| unknown(&it)).unwrap_or_default()
}

/// The elements of a list, each with the name of the list and what it is known by, since the order means nothing.
fn listed<'a>(
    document: &'a Document,
    parent: &Place,
    list: &str,
    key: &str,
) -> Vec<(String, Located<'a>)> {
    let found = document.at(&parent.member(list));
    let elements = found.map(|it| it.elements().collect::<Vec<_>>());
    let elements = elements.unwrap_or_default().into_iter();
    // A reference that leads nowhere has failed before.
    let followed = elements.filter_map(|it| document.follow(it).ok());
    let label = |it: &Located<'_>| it.value.get(key).map(|name| format!("{list} {name}"));
    followed
        .map(|it| (label(&it).unwrap_or_else(|| list.to_owned()), it))
        .collect()
}

/// Adds the members of a part to those of the whole, each under the name of the part.
fn add(members: &mut Object, part: &str, more: Object) {
    for (name, value) in more {
        let own = members.shift_remove(&name);
        let mut all = match own {
            Some(Value::Object(all)) => all,
            Some(own) => Object::from_iter([(String::new(), own)]),
            None => Object::new(),
        };
        all.insert(part.to_owned(), value);
        members.insert(name, Value::Object(all));
    }
}

/// Keywords about the names of members, which only maps have in the model.
const NAMES: [&str; 2] = ["patternProperties", "propertyNames"];

/// Whether the model has what the schema says about names of members.
fn has_names(model: &Model, ty: &Type) -> bool {
    match &model.resolve(ty).0.kind {
        Kind::Map { keys, .. } => keys.is_some(),
        Kind::Object { .. } => false,
        // The objects among the variants have notes of their own, unless their place is the same.
        Kind::Union { variants, .. } => variants
            .iter()
            .filter(|it| it.place == ty.place)
            .all(|it| has_names(model, it)),
        _ => true,
    }
}

/// Whether the document has a schema for the type. Some streams have no end in it, and the data of some errors is an example.
fn is_written(method: &Method, ty: &Type) -> bool {
    let is_data = |error: &ErrorCase| error.data.as_ref().is_some_and(|it| std::ptr::eq(it, ty));
    let is_stream = ty.place == method.place.member("x-stream");
    let is_example = matches!(ty.kind, Kind::Any) && method.errors.iter().any(is_data);
    !is_stream && !is_example
}

/// The members of an object outside of schemas that start with `x-` and are not known.
fn unknown(object: &Located<'_>) -> Object {
    let members = object.members().filter(|(name, _)| is_unknown(name));
    members
        .map(|(name, it)| (name.to_owned(), it.value.clone()))
        .collect()
}

fn is_unknown(name: &str) -> bool {
    name.starts_with("x-") && !DOCUMENTATION.contains(&name) && !MODELLED.contains(&name)
}

/// The same of a schema, with the keywords that types can't say. What `allOf` and `$ref` lead to is part of it.
fn of_schema(document: &Document, schema: Located<'_>) -> Object {
    let is_noted = |name: &str| {
        UNMODELLED.contains(&name)
            || NAMES.contains(&name)
            || is_unknown(name)
            || (!is_annotation(name) && !KEYWORDS.contains(&name))
    };
    let mut found = Object::new();
    let mut seen = HashSet::new();
    let mut parts = vec![schema];
    while let Some(part) = parts.pop() {
        // A reference that leads nowhere has failed before.
        if !seen.insert(part.place.clone()) {
            continue;
        }
        for (name, it) in part.members().filter(|(name, _)| is_noted(name)) {
            let noted = || match (name, it.value.as_object()) {
                // The schemas of the members are in the model.
                ("patternProperties", Some(patterns)) => {
                    Value::Array(patterns.keys().cloned().map(Value::String).collect())
                }
                _ => it.value.clone(),
            };
            found.entry(name.to_owned()).or_insert_with(noted);
        }
        let elements = part
            .get("allOf")
            .map(|all| all.elements().collect::<Vec<_>>());
        parts.extend(elements.unwrap_or_default());
        if let Ok(target) = document.follow(part) {
            parts.push(target);
        }
    }
    found
}

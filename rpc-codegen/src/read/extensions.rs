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

/// Lists of a method whose elements may have members that start with `x-`, and what an element is known by.
const LISTS: [(&str, &str); 4] = [
    ("tags", "name"),
    ("examples", "name"),
    ("servers", "url"),
    ("links", "name"),
];

/// Whether a keyword of schemas that types can't say only forbids values. Nobody knows what others do that are not in draft-07.
pub(crate) fn only_forbids(keyword: &str) -> bool {
    UNMODELLED.contains(&keyword) || NAMES.contains(&keyword) || ["then", "else"].contains(&keyword)
}

/// Collects what the objects of the model have.
pub(super) fn collect(document: &Document, model: &Model) -> Extensions {
    let mut extensions = Extensions::default();
    let root = document.root();
    let mut members = unknown(&root);
    for part in ["info", "externalDocs"] {
        add(
            &mut members,
            part,
            own_of(document, &root.place.member(part)),
        );
    }
    for part in ["contact", "license"] {
        let place = root.place.member("info").member(part);
        add(&mut members, part, own_of(document, &place));
    }
    for (label, server) in listed(document, &root.place, "servers", "url") {
        add(&mut members, &label, unknown(&server));
    }
    extensions.note(&root.place, members);
    let own = |place: &Place| own_of(document, place);
    let mut types: Vec<&Type> = model.definitions().map(|(_, it)| &it.ty).collect();
    for method in model.all_methods() {
        let mut members = own(&method.place);
        // What follows is not in the model as an object with a place.
        for part in ["result", "x-stream", "externalDocs"] {
            add(&mut members, part, own(&method.place.member(part)));
        }
        for (list, key) in LISTS {
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
            let mut members = of_schema(document, schema, ty);
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

/// Whether the document has a schema for the type. Some streams have no end in it, and the data of some errors is an example, or
/// comes from several errors with one code.
fn is_written(method: &Method, ty: &Type) -> bool {
    let is_data = |error: &ErrorCase| error.data.as_ref().is_some_and(|it| std::ptr::eq(it, ty));
    let is_stream = ty.place == method.place.member("x-stream");
    let is_example = matches!(ty.kind, Kind::Any) && method.errors.iter().any(is_data);
    let is_joined = method.errors.iter().any(|error| error.place == ty.place);
    !is_stream && !is_example && !is_joined
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

/// The same of a schema, with the keywords that types can't say. What `allOf` and `$ref` lead to is part of it, and so are variants
/// that are not types of their own in the model: of those with `null`, and of constants.
fn of_schema(document: &Document, schema: Located<'_>, ty: &Type) -> Object {
    let mut found = Object::new();
    let mut seen = HashSet::new();
    let mut parts = vec![schema];
    while let Some(part) = parts.pop() {
        // A reference that leads nowhere has failed before.
        if !seen.insert(part.place.clone()) {
            continue;
        }
        for (name, it) in part.members().filter(|(name, it)| is_noted(name, it)) {
            found
                .entry(name.to_owned())
                .or_insert_with(|| noted(name, &it));
        }
        parts.extend(elements(&part, "allOf"));
        let variants = ["oneOf", "anyOf"].map(|list| elements(&part, list));
        let variants = variants.into_iter().flatten();
        parts.extend(variants.filter(|it| !is_variant(ty, &it.place)));
        if let Ok(target) = document.follow(part) {
            parts.push(target);
        }
    }
    found
}

fn is_noted(name: &str, it: &Located<'_>) -> bool {
    // The flag of draft-04.
    let is_flag = name.starts_with("exclusive") && it.value.as_bool() == Some(true);
    is_flag
        || only_forbids(name)
        || is_unknown(name)
        || (!is_annotation(name) && !KEYWORDS.contains(&name))
}

fn noted(name: &str, it: &Located<'_>) -> Value {
    match (name, it.value.as_object()) {
        // The schemas of the members are in the model.
        ("patternProperties", Some(patterns)) => {
            Value::Array(patterns.keys().cloned().map(Value::String).collect())
        }
        _ => it.value.clone(),
    }
}

fn elements<'a>(schema: &Located<'a>, list: &str) -> Vec<Located<'a>> {
    let list = schema.get(list);
    list.map(|list| list.elements().collect())
        .unwrap_or_default()
}

/// Whether the schema at this place is a variant of the type, with notes of its own.
fn is_variant(ty: &Type, place: &Place) -> bool {
    match &ty.kind {
        Kind::Union { variants, .. } => variants.iter().any(|it| it.place == *place),
        _ => false,
    }
}

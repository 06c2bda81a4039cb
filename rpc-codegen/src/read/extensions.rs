//! What a document says that the model does not understand. The gate compares it, so that no change goes unnoticed.
//!
//! All members that start with `x-` and that mean something here are listed in this file, and also those that only people read.

use std::collections::HashSet;

use crate::document::{Document, Located};
use crate::model::{ErrorCase, Extensions, Kind, Method, Model, Type};
use crate::place::Place;
use crate::read::conjunction::is_annotation;
use crate::read::plain::UNMODELLED;
use crate::value::Object;

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
    extensions.note(&root.place, unknown(&root));
    let own = |place: &Place| {
        document
            .at(place)
            .map(|it| unknown(&it))
            .unwrap_or_default()
    };
    let mut types: Vec<&Type> = model.definitions().map(|(_, it)| &it.ty).collect();
    for method in model.all_methods() {
        let mut members = own(&method.place);
        // The result's object is not in the model, only its schema.
        members.extend(own(&method.place.member("result")));
        extensions.note(&method.place, members);
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
            extensions.note(&ty.place, of_schema(document, schema));
        }
        types.extend(ty.children());
    }
    extensions
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
            found
                .entry(name.to_owned())
                .or_insert_with(|| it.value.clone());
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

//! The order in which serde shall try the variants of an untagged enum.
//!
//! serde takes the first that fits. A struct fits each object that has its members, and the others are lost. A float fits each integer
//! and rounds it. A string fits each value of an enum. So variants that say more go first.

use crate::model::{Field, JsonKind, Kind, Model, Rest, Type};
use crate::rust::form::object;

/// How deep members are compared.
const DEPTH: usize = 4;

/// The variants, each before those that would hide its values, and otherwise as the document has them.
pub(super) fn sorted<'a>(model: &Model, variants: &'a [Type]) -> Vec<&'a Type> {
    let goes_before =
        |one: &Type, two: &Type| hides(model, two, one, DEPTH) && !hides(model, one, two, DEPTH);
    let mut left: Vec<&Type> = variants.iter().collect();
    let mut sorted = Vec::new();
    while !left.is_empty() {
        let is_first = |ty: &&Type| !left.iter().any(|other| goes_before(other, ty));
        let first = left.iter().position(is_first).unwrap_or(0);
        sorted.push(left.remove(first));
    }
    sorted
}

/// Whether two variants would each hide values of the other, so that both orders lose something.
pub(super) fn has_none(model: &Model, variants: &[Type]) -> bool {
    let hide_each_other =
        |one: &Type, two: &Type| hides(model, one, two, DEPTH) && hides(model, two, one, DEPTH);
    let mut pairs = variants.iter().enumerate();
    pairs.any(|(at, one)| variants[..at].iter().any(|two| hide_each_other(one, two)))
}

/// Whether some values of a type can be read as another, the reader.
fn reads(model: &Model, reader: &Type, ty: &Type, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return true;
    };
    let ((reader, _), (ty, _)) = (model.resolve(reader), model.resolve(ty));
    let reads = |reader: &Type, ty: &Type| reads(model, reader, ty, depth);
    match (&reader.kind, &ty.kind) {
        (Kind::Union { variants, .. }, _) => variants.iter().any(|reader| reads(reader, ty)),
        (_, Kind::Union { variants, .. }) => variants.iter().any(|ty| reads(reader, ty)),
        (Kind::Object { .. }, Kind::Object { .. }) => {
            has_what_is_required(reader, ty, reads) && takes_what_is_required(reader, ty, reads)
        }
        (Kind::Map { values, .. }, Kind::Object { fields, .. }) => {
            let mut required = fields.iter().filter(|field| field.required);
            required.all(|field| reads(values, &field.ty))
        }
        (Kind::Array { items, .. }, Kind::Tuple { items: types, .. }) => {
            types.iter().all(|ty| reads(items, ty))
        }
        (Kind::Tuple { items: readers, .. }, Kind::Tuple { items: types, .. }) => {
            let mut pairs = readers.iter().zip(types);
            readers.len() == types.len() && pairs.all(|(reader, ty)| reads(reader, ty))
        }
        _ => have_common_values(model, reader, ty),
    }
}

/// Whether values of a type may have all members that the reader requires.
fn has_what_is_required(reader: &Type, ty: &Type, reads: impl Fn(&Type, &Type) -> bool) -> bool {
    let mut required = object(reader).0.iter().filter(|field| field.required);
    required.all(|field| match (member(ty, &field.name), object(ty).1) {
        (Some(own), _) => reads(&field.ty, &own.ty),
        (None, Rest::Typed(rest)) => reads(&field.ty, rest),
        (None, Rest::Open | Rest::Closed) => false,
    })
}

/// Whether the reader takes the members that all values of a type have.
fn takes_what_is_required(reader: &Type, ty: &Type, reads: impl Fn(&Type, &Type) -> bool) -> bool {
    let mut required = object(ty).0.iter().filter(|field| field.required);
    required.all(
        |field| match (member(reader, &field.name), object(reader).1) {
            (Some(own), _) => reads(&own.ty, &field.ty),
            (None, Rest::Typed(rest)) => reads(rest, &field.ty),
            (None, Rest::Open) => true,
            (None, Rest::Closed) => false,
        },
    )
}

fn member<'a>(ty: &'a Type, name: &str) -> Option<&'a Field> {
    object(ty).0.iter().find(|field| field.name == name)
}

fn have_common_values(model: &Model, one: &Type, two: &Type) -> bool {
    if model.json_kinds(one).is_disjoint(&model.json_kinds(two)) {
        return false;
    }
    match (model.constants(one), model.constants(two)) {
        (Some(one), Some(two)) => one.iter().any(|value| two.iter().any(|it| it.same(value))),
        _ => true,
    }
}

/// Whether some values of a type, read as another, lose something or say less than they could.
fn hides(model: &Model, reader: &Type, ty: &Type, depth: usize) -> bool {
    if depth == 0 || !reads(model, reader, ty, depth) {
        return false;
    }
    let ((reader, _), (ty, _)) = (model.resolve(reader), model.resolve(ty));
    let hides = |reader: &Type, ty: &Type| hides(model, reader, ty, depth - 1);
    match (&reader.kind, &ty.kind) {
        (Kind::Union { variants, .. }, _) => variants.iter().any(|reader| hides(reader, ty)),
        (_, Kind::Union { variants, .. }) => variants.iter().any(|ty| hides(reader, ty)),
        (Kind::Any, other) => *other != Kind::Any,
        (Kind::Object { .. }, Kind::Object { .. }) => hides_members(reader, ty, hides),
        // A map keeps all members, so it can also stand for an object that requires none.
        (Kind::Object { fields, .. }, Kind::Map { .. }) => !fields.iter().any(|it| it.required),
        (Kind::Array { items, .. }, Kind::Array { items: own, .. }) => hides(items, own),
        (Kind::Array { .. }, Kind::Tuple { .. }) => true,
        (Kind::Tuple { items: readers, .. }, Kind::Tuple { items: types, .. }) => {
            let mut pairs = readers.iter().zip(types);
            pairs.any(|(reader, ty)| hides(reader, ty))
        }
        (Kind::String { .. }, Kind::String { .. } | Kind::Any) => false,
        (Kind::String { .. }, _) => model.json_kinds(ty).contains(&JsonKind::String),
        (Kind::Number { .. }, Kind::Integer { .. }) => true,
        (
            Kind::Number { .. }
            | Kind::Integer { .. }
            | Kind::Boolean
            | Kind::Enum {
                extensible: true, ..
            },
            Kind::Constant(_)
            | Kind::Enum {
                extensible: false, ..
            },
        ) => true,
        _ => false,
    }
}

fn hides_members(reader: &Type, ty: &Type, hides: impl Fn(&Type, &Type) -> bool) -> bool {
    let (known, rest) = object(reader);
    let (fields, others) = object(ty);
    if known.is_empty() && *rest == Rest::Open {
        // It has all members in a map.
        return fields.iter().any(|field| field.required);
    }
    let has_others = matches!(others, Rest::Typed(_)) || fields.is_empty();
    let is_hidden = |field: &Field| match (member(reader, &field.name), rest) {
        (Some(own), _) => hides(&own.ty, &field.ty),
        (None, Rest::Open) => field.ty.kind != Kind::Never,
        (None, Rest::Typed(_)) => field.required,
        (None, Rest::Closed) => false,
    };
    (*rest == Rest::Open && has_others && *others != Rest::Closed) || fields.iter().any(is_hidden)
}

//! A value of a type, as small as can be.

use std::cell::Cell;

use serde_json::Number;

use crate::integers::{integer, range};
use crate::model::{Bounds, Field, FloatBounds, IntegerFormat, Kind, Model, StringFormat, Type};
use crate::value::{Object, Value};

/// How deep a value may nest. A type that contains itself and can't be left out has no value.
const MAX_DEPTH: usize = 24;

/// How many types are looked at for one value. Types that contain each other twice would have values of millions of members.
const MAX_TYPES: usize = 2000;

/// A value that fits the type, apart from patterns, which are not looked at. `None` if none is found.
pub(super) fn sample(model: &Model, ty: &Type) -> Option<Value> {
    at(model, ty, 0, &Cell::new(MAX_TYPES))
}

fn at(model: &Model, ty: &Type, depth: usize, left: &Cell<usize>) -> Option<Value> {
    left.set(left.get().checked_sub(1)?);
    if depth > MAX_DEPTH {
        return None;
    }
    let known = ty.examples.iter().chain(&ty.default);
    if let Some(known) = known.into_iter().find(|it| model.check(it, ty).is_ok()) {
        return Some(known.clone());
    }
    let (resolved, is_nullable) = model.resolve(ty);
    let inner = |ty: &Type| at(model, ty, depth + 1, left);
    let value = match &resolved.kind {
        Kind::Any | Kind::Boolean => Some(Value::Bool(true)),
        Kind::Null => Some(Value::Null),
        Kind::Never | Kind::Reference(_) => None,
        Kind::Integer { format, bounds } => Some(integer(least(*format, bounds))),
        Kind::Number { bounds } => number(bounds),
        Kind::String { format, length, .. } => Some(Value::String(text(format, length))),
        Kind::Constant(value) => Some(value.clone()),
        Kind::Enum { choices, .. } => choices.first().map(|choice| choice.value.clone()),
        Kind::Array { items, length, .. } => {
            let count = usize::try_from(length.minimum.unwrap_or(0)).ok()?;
            let element = || inner(items);
            (count <= MAX_DEPTH)
                .then(|| (0..count).map(|_| element()).collect::<Option<_>>())?
                .map(Value::Array)
        }
        Kind::Tuple {
            items, required, ..
        } => {
            let items = items.iter().take(*required).map(inner);
            items.collect::<Option<_>>().map(Value::Array)
        }
        Kind::Map { .. } => Some(Value::Object(Object::new())),
        Kind::Object { fields, .. } => members(fields, inner).map(Value::Object),
        Kind::Union { variants, .. } => variants.iter().find_map(inner),
    };
    value.or(is_nullable.then_some(Value::Null))
}

fn members(fields: &[Field], value: impl Fn(&Type) -> Option<Value>) -> Option<Object> {
    let required = fields.iter().filter(|field| field.required);
    required
        .map(|field| Some((field.name.clone(), value(&field.ty)?)))
        .collect()
}

/// Zero, or what is nearest to it.
fn least(format: IntegerFormat, bounds: &Bounds) -> i128 {
    let (least, greatest) = range(format, bounds);
    0.max(least).min(greatest)
}

fn number(bounds: &FloatBounds) -> Option<Value> {
    let candidates = [
        0.0,
        0.5,
        bounds.minimum.map_or(1.0, |(least, _)| least),
        bounds.minimum.map_or(1.0, |(least, _)| least + 0.5),
        bounds.maximum.map_or(-1.0, |(greatest, _)| greatest),
        bounds.maximum.map_or(-1.0, |(greatest, _)| greatest - 0.5),
    ];
    let fits = candidates.into_iter().find(|it| bounds.contain(*it))?;
    Number::from_f64(fits).map(Value::Number)
}

fn text(format: &StringFormat, length: &Bounds) -> String {
    let text = match format {
        StringFormat::DateTime => "2026-11-27T12:00:00Z",
        StringFormat::Date => "2026-11-27",
        StringFormat::Time => "12:00:00Z",
        StringFormat::Duration => "PT1S",
        StringFormat::Uuid => "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        StringFormat::Uri => "https://example.com/",
        StringFormat::Base64 => "dGVh",
        StringFormat::Text | StringFormat::Other(_) => {
            let count = length.minimum.unwrap_or(1).min(length.maximum.unwrap_or(1));
            let count = count.max(length.minimum.unwrap_or(0));
            return "a".repeat(usize::try_from(count.min(1000)).unwrap_or(0));
        }
    };
    text.to_owned()
}

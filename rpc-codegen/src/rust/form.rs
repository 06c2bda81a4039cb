//! The form in which serde writes a union, by what its variants are.

use crate::model::{Field, Kind, Rest, Telling, Type};
use crate::value::Value;

/// The forms in which serde writes enums.
pub(super) enum Form<'a> {
    /// A member of each object names the variant: `{"kind": "id", …}`.
    Tag(&'a str, Vec<&'a str>),
    /// The same, and another member has the value: `{"type": "One", "value": 1}`.
    Content(&'a str, &'a str, Vec<&'a str>),
    /// The only member of each object names the variant: `{"Street": …}`. A variant without a value is a string.
    Name,
    /// The first variant that fits.
    Untagged,
}

/// The members of an object.
pub(super) fn object(ty: &Type) -> (&[Field], &Rest) {
    match &ty.kind {
        Kind::Object { fields, rest } => (fields, rest),
        _ => (&[], &Rest::Open),
    }
}

/// The form of a union.
pub(super) fn form<'a>(variants: &'a [Type], telling: &'a Telling) -> Form<'a> {
    if let Some((tag, values)) = tag(variants, telling) {
        return match content(variants, tag) {
            Some(content) => Form::Content(tag, content, values),
            None => Form::Tag(tag, values),
        };
    }
    match is_external(variants) {
        true => Form::Name,
        false => Form::Untagged,
    }
}

/// The tag of objects that stand here themselves, and its value in each: exactly one string.
fn tag<'a>(variants: &'a [Type], telling: &'a Telling) -> Option<(&'a str, Vec<&'a str>)> {
    let Telling::Tag { field, values } = telling else {
        return None;
    };
    let is_object = |ty: &Type| matches!(ty.kind, Kind::Object { .. }) && !ty.nullable;
    let closed = variants
        .iter()
        .filter(|ty| *object(ty).1 == Rest::Closed)
        .count();
    if !variants.iter().all(is_object) || (closed > 0 && closed < variants.len()) {
        return None;
    }
    let one = |values: &'a Vec<Value>| match values.as_slice() {
        [Value::String(value)] => Some(&**value),
        _ => None,
    };
    let is_constant = |ty: &Type| {
        let mut fields = object(ty).0.iter();
        fields.any(|it| it.name == *field && matches!(it.ty.kind, Kind::Constant(_)))
    };
    let values: Option<Vec<&str>> = values.iter().map(one).collect();
    Some((field, values.filter(|_| variants.iter().all(is_constant))?))
}

/// The only other member that variants have, if it is the same for all.
fn content<'a>(variants: &'a [Type], tag: &str) -> Option<&'a str> {
    let mut found: Option<&str> = None;
    for ty in variants {
        let (fields, rest) = object(ty);
        let others: Vec<&Field> = fields.iter().filter(|it| it.name != tag).collect();
        match others.as_slice() {
            [] if !matches!(rest, Rest::Typed(_)) => {}
            [only]
                if only.required
                    && found.is_none_or(|name| name == only.name)
                    && !matches!(rest, Rest::Typed(_)) =>
            {
                found = Some(&only.name);
            }
            _ => return None,
        }
    }
    found
}

fn is_external(variants: &[Type]) -> bool {
    let is_named = |ty: &Type| match &ty.kind {
        Kind::Object {
            fields,
            rest: Rest::Closed,
        } => {
            matches!(fields.as_slice(), [only] if only.required)
        }
        _ => false,
    };
    let is_unit = |ty: &Type| match &ty.kind {
        Kind::Constant(value) => value.as_str().is_some(),
        Kind::Enum {
            choices,
            extensible: false,
        } => choices.iter().all(|it| it.value.as_str().is_some()),
        _ => false,
    };
    let has_own_name = |(index, ty): (usize, &Type)| {
        let name = object(ty).0.first().map(|field| &field.name);
        name.is_none_or(|name| {
            variants[..index]
                .iter()
                .all(|other| object(other).0.first().map(|it| &it.name) != Some(name))
        })
    };
    variants
        .iter()
        .all(|ty| !ty.nullable && (is_named(ty) || is_unit(ty)))
        && variants.iter().any(is_named)
        && variants.iter().enumerate().all(has_own_name)
}

//! Whether two types are the same, wherever they are in the document and whatever it says about them.

use crate::model::{Choice, Field, Kind, Rest, Type};

pub(super) fn is_same(one: &Type, two: &Type) -> bool {
    one.nullable == two.nullable && one.default == two.default && is_same_kind(&one.kind, &two.kind)
}

fn is_same_kind(one: &Kind, two: &Kind) -> bool {
    match (one, two) {
        (
            Kind::Array {
                items: one,
                length,
                unique,
            },
            Kind::Array {
                items: two,
                length: other,
                unique: also,
            },
        ) => (length, unique) == (other, also) && is_same(one, two),
        (Kind::Map { values: one, .. }, Kind::Map { values: two, .. }) => is_same(one, two),
        (
            Kind::Tuple {
                items: one,
                required,
                ..
            },
            Kind::Tuple {
                items: two,
                required: other,
                ..
            },
        ) => required == other && are_same(one, two),
        (Kind::Union { variants: one, .. }, Kind::Union { variants: two, .. }) => {
            are_same(one, two)
        }
        (
            Kind::Object { fields: one, rest },
            Kind::Object {
                fields: two,
                rest: other,
            },
        ) => {
            let mut fields = one.iter().zip(two);
            one.len() == two.len()
                && fields.all(|(one, two)| is_same_field(one, two))
                && is_same_rest(rest, other)
        }
        (
            Kind::Enum {
                choices: one,
                extensible,
            },
            Kind::Enum {
                choices: two,
                extensible: other,
            },
        ) => {
            let values = |choices: &[Choice]| {
                choices
                    .iter()
                    .map(|it| it.value.clone())
                    .collect::<Vec<_>>()
            };
            extensible == other && values(one) == values(two)
        }
        (one, two) => one == two,
    }
}

fn are_same(one: &[Type], two: &[Type]) -> bool {
    let mut pairs = one.iter().zip(two);
    one.len() == two.len() && pairs.all(|(one, two)| is_same(one, two))
}

fn is_same_field(one: &Field, two: &Field) -> bool {
    (&one.name, one.required) == (&two.name, two.required) && is_same(&one.ty, &two.ty)
}

fn is_same_rest(one: &Rest, two: &Rest) -> bool {
    match (one, two) {
        (Rest::Typed(one), Rest::Typed(two)) => is_same(one, two),
        (one, two) => one == two,
    }
}

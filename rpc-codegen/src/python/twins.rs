//! Types that programs get and can give back: `Order`, where a method takes an `OrderInput`.
//!
//! A document describes a type twice if what a server reads differs from what it writes, as by a member that may be left out. Types of
//! Python have names, so nobody could send back what they got if an argument did not take both.

use std::collections::HashSet;

use crate::model::{Choice, Field, Kind, Model, Rest, Type, TypeId};

/// What the name of a type that only goes to the server ends with.
const INPUT: &str = "Input";

/// The named type whose values a parameter of this type takes as well.
pub(super) fn twin(model: &Model, ty: &Type) -> Option<TypeId> {
    let Kind::Reference(input) = ty.kind else {
        return None;
    };
    let name = model.definition(input).name.strip_suffix(INPUT)?;
    let (output, definition) = model.definitions().find(|(_, it)| it.name == name)?;
    let mut fits = Fits {
        model,
        assumed: HashSet::new(),
    };
    let is_twin = fits.ty(&definition.ty, &model.definition(input).ty);
    is_twin.then_some(output)
}

/// Whether all values of one type are values of another.
struct Fits<'a> {
    model: &'a Model,
    /// Named types that contain themselves: they fit if nothing else in them does not.
    assumed: HashSet<(TypeId, TypeId)>,
}

impl Fits<'_> {
    fn ty(&mut self, value: &Type, into: &Type) -> bool {
        if let (Kind::Reference(one), Kind::Reference(two)) = (&value.kind, &into.kind)
            && (one == two || !self.assumed.insert((*one, *two)))
        {
            return into.nullable || !value.nullable;
        }
        let (value, value_nullable) = self.model.resolve(value);
        let (into, into_nullable) = self.model.resolve(into);
        let is_null_allowed = into_nullable || !value_nullable || into.kind == Kind::Any;
        is_null_allowed && self.kind(&value.kind, &into.kind)
    }

    fn kind(&mut self, value: &Kind, into: &Kind) -> bool {
        match (value, into) {
            (_, Kind::Any) => true,
            (Kind::Array { items: one, .. }, Kind::Array { items: two, .. })
            | (Kind::Map { values: one, .. }, Kind::Map { values: two, .. }) => self.ty(one, two),
            (
                Kind::Tuple {
                    items: one,
                    required,
                    rest: None,
                },
                Kind::Tuple {
                    items: two,
                    required: needed,
                    rest: None,
                },
            ) => required >= needed && self.all(one, two),
            (Kind::Union { variants: one, .. }, Kind::Union { variants: two, .. }) => {
                self.all(one, two)
            }
            (
                Kind::Object { fields: one, rest },
                Kind::Object {
                    fields: two,
                    rest: other,
                },
            ) => self.object(one, two) && self.rest(rest, other),
            (
                Kind::Enum {
                    choices: one,
                    extensible: may_grow,
                },
                Kind::Enum {
                    choices: two,
                    extensible,
                },
            ) => {
                let is_known =
                    |choice: &Choice| two.iter().any(|known| known.value == choice.value);
                (*extensible || !may_grow) && one.iter().all(is_known)
            }
            (Kind::Integer { format: one, .. }, Kind::Integer { format: two, .. }) => one == two,
            (Kind::Number { .. }, Kind::Number { .. }) => true,
            (Kind::String { format: one, .. }, Kind::String { format: two, .. }) => one == two,
            (one, two) => one == two,
        }
    }

    fn all(&mut self, values: &[Type], into: &[Type]) -> bool {
        let mut pairs = values.iter().zip(into);
        values.len() == into.len() && pairs.all(|(value, into)| self.ty(value, into))
    }

    /// Whether the members fit. All that one has must be known to the other.
    fn object(&mut self, fields: &[Field], into: &[Field]) -> bool {
        let is_known = |field: &Field| into.iter().any(|known| known.name == field.name);
        let fits = |known: &Field| match fields.iter().find(|field| field.name == known.name) {
            Some(field) => (field.required || !known.required) && self.ty(&field.ty, &known.ty),
            None => !known.required,
        };
        fields.iter().all(is_known) && into.iter().all(fits)
    }

    fn rest(&mut self, rest: &Rest, into: &Rest) -> bool {
        match (rest, into) {
            (Rest::Typed(one), Rest::Typed(two)) => self.ty(one, two),
            // Others are not kept, so none is sent.
            (Rest::Typed(_), _) => false,
            _ => true,
        }
    }
}

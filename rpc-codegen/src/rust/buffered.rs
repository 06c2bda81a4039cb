//! What serde keeps before it knows what it is: the values in tagged and untagged enums, and the members of any name beside others.
//!
//! serde reads no integers of 128 bits from what it has kept, and no names of members as numbers.

use std::collections::HashSet;

use crate::model::{Kind, Method, Model, Rest, Type};
use crate::place::Place;
use crate::rust::form::{Form, form};

/// The types that a type is made of, and whether serde keeps their values.
pub(super) fn parts(ty: &Type) -> Vec<(&Type, bool)> {
    match &ty.kind {
        Kind::Union { variants, telling } => {
            let is_kept = !matches!(form(variants, telling), Form::Name);
            variants.iter().map(|variant| (variant, is_kept)).collect()
        }
        Kind::Object {
            fields,
            rest: Rest::Typed(rest),
        } => {
            let fields = fields.iter().map(|field| (&field.ty, false));
            fields.chain([(&**rest, true)]).collect()
        }
        _ => ty.children().into_iter().map(|ty| (ty, false)).collect(),
    }
}

/// The places of the keys of all maps that serde keeps.
pub(super) fn keys(model: &Model) -> HashSet<Place> {
    let definitions = model.definitions().map(|(_, definition)| &definition.ty);
    let of_methods = model.all_methods().flat_map(Method::types);
    let mut types: Vec<(&Type, bool)> = definitions
        .chain(of_methods)
        .map(|ty| (ty, false))
        .collect();
    let mut found = HashSet::new();
    let mut seen = HashSet::new();
    while let Some((ty, is_kept)) = types.pop() {
        match &ty.kind {
            Kind::Map {
                keys: Some(keys), ..
            } if is_kept => {
                found.insert(keys.place.clone());
            }
            Kind::Reference(id) if is_kept && seen.insert(*id) => {
                types.push((&model.definition(*id).ty, true));
            }
            _ => {}
        }
        let parts = parts(ty).into_iter();
        types.extend(parts.map(|(part, is_part_kept)| (part, is_kept || is_part_kept)));
    }
    found
}

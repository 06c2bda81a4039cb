//! Where in a value the numbers are, and of which kind. The runtime makes `bigint` of those with 64 bits, and sees to it that no
//! other number arrives as one. It also renames members that arrive under another name.
//!
//! A type with neither has no shape. A named type has a constant, `orderShape`, that other shapes name.

use std::collections::HashSet;

use crate::model::{Field, Kind, Model, Rest, Type, TypeId};
use crate::typescript::pretty::broken;
use crate::typescript::text::{key, quoted};
use crate::typescript::types::{is_big, is_small};
use crate::typescript::{BigIntegers, Writer};

/// The named types that have a shape.
pub(super) struct Shaped {
    all: HashSet<TypeId>,
    /// Those in which a double may not hold all numbers.
    big: HashSet<TypeId>,
}

impl Shaped {
    pub(super) fn of(model: &Model, big_integers: BigIntegers) -> Shaped {
        let is_big = |ty: &Type| big_number(ty, big_integers).is_some();
        Shaped {
            all: model.containing(|ty| is_big(ty) || other_number(ty).is_some() || has_aliases(ty)),
            big: model.containing(is_big),
        }
    }
}

impl Writer<'_> {
    /// The shape of a type, or nothing if there is nothing in it that the runtime must know of.
    pub(super) fn shape(&self, ty: &Type) -> Option<String> {
        match &ty.kind {
            Kind::Reference(id) => self
                .has_shape(*id)
                .then(|| format!("() => {}", self.names.shape(*id))),
            kind => self.inline(ty, kind),
        }
    }

    fn inline(&self, ty: &Type, kind: &Kind) -> Option<String> {
        match kind {
            Kind::Integer { .. } | Kind::Number { .. } => {
                self.number(ty).map(|shape| format!("\"{shape}\""))
            }
            Kind::Array { items, .. } => Some(format!("{{ items: {} }}", self.shape(items)?)),
            Kind::Tuple { items, rest, .. } => {
                let shapes: Vec<Option<String>> =
                    items.iter().map(|item| self.shape(item)).collect();
                let rest = rest.as_deref().and_then(|rest| self.shape(rest));
                if shapes.iter().all(Option::is_none) && rest.is_none() {
                    return None;
                }
                let shapes: Vec<String> = shapes
                    .into_iter()
                    .map(|shape| shape.unwrap_or_else(|| "0".to_owned()))
                    .collect();
                let rest = rest
                    .map(|rest| format!(", items: {rest}"))
                    .unwrap_or_default();
                Some(format!("{{ tuple: [{}]{rest} }}", shapes.join(", ")))
            }
            Kind::Map { values, .. } => Some(format!("{{ rest: {} }}", self.shape(values)?)),
            Kind::Object { fields, rest } => self.object_shape(fields, rest),
            Kind::Union { variants, telling } => self.union_shape(variants, telling),
            _ => None,
        }
    }

    fn object_shape(&self, fields: &[Field], rest: &Rest) -> Option<String> {
        let shapes: Vec<String> = fields
            .iter()
            .filter_map(|field| Some(entry(&field.name, &self.shape(&field.ty)?)))
            .collect();
        let rest = match rest {
            Rest::Typed(rest) => self.shape(rest).map(|rest| format!("rest: {rest}")),
            Rest::Open | Rest::Closed => None,
        };
        let fields_of_shape =
            (!shapes.is_empty()).then(|| format!("fields: {{ {} }}", shapes.join(", ")));
        let parts: Vec<String> = [fields_of_shape, rest, self.aliases(fields)]
            .into_iter()
            .flatten()
            .collect();
        (!parts.is_empty()).then(|| format!("{{ {} }}", parts.join(", ")))
    }

    /// Which members may arrive under which other names. That says nothing of numbers.
    fn aliases(&self, fields: &[Field]) -> Option<String> {
        let names: Vec<String> = fields
            .iter()
            .flat_map(|field| field.aliases.iter().map(|alias| (alias, &field.name)))
            .map(|(alias, name)| format!("{}: {}", key(alias), quoted(name)))
            .collect();
        let are_wanted = !names.is_empty() && !self.is_only_big;
        are_wanted.then(|| format!("aliases: {{ {} }}", names.join(", ")))
    }

    /// What the runtime calls a kind of number.
    pub(super) fn number(&self, ty: &Type) -> Option<&'static str> {
        match big_number(ty, self.options.big_integers) {
            None if !self.is_only_big => other_number(ty),
            big => big,
        }
    }

    /// Whether a named type has a number or another name in it that the runtime must know of.
    fn has_shape(&self, id: TypeId) -> bool {
        match self.is_only_big {
            true => self.shaped.big.contains(&id),
            false => self.shaped.all.contains(&id),
        }
    }

    /// The constants for the named types that some types need, in the order of the model.
    pub(super) fn shape_constants(&self, roots: &[&Type]) -> String {
        let needed = self.model.reachable(roots.iter().copied());
        let mut text = String::new();
        for (id, definition) in self.model.definitions() {
            if !needed.contains(&id) {
                continue;
            }
            if let Some(shape) = self.shape(&definition.ty) {
                let name = self.names.shape(id);
                let shape = broken(&shape, "", name.len() + 16, 1);
                text += &format!("const {name}: Shape = {shape};\n");
            }
        }
        text
    }
}

/// Whether members of an object may arrive under other names.
fn has_aliases(ty: &Type) -> bool {
    matches!(&ty.kind, Kind::Object { fields, .. } if fields.iter().any(|field| !field.aliases.is_empty()))
}

/// What the runtime calls an integer that a double may not hold.
fn big_number(ty: &Type, big_integers: BigIntegers) -> Option<&'static str> {
    is_big(ty).then_some(match big_integers {
        BigIntegers::BigInt => "bigint",
        BigIntegers::Number => "number",
    })
}

/// What the runtime calls other numbers. Integers that are small by their format or bounds need no look.
fn other_number(ty: &Type) -> Option<&'static str> {
    match &ty.kind {
        Kind::Integer { .. } if !is_small(ty) => Some("number"),
        Kind::Number { .. } => Some("double"),
        _ => None,
    }
}

/// A member with the shape of a value. Compilers take what the members of all objects are for the type of those with their names.
pub(super) fn entry(name: &str, shape: &str) -> String {
    let is_in_all_objects = [
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
    ]
    .contains(&name);
    let suffix = match is_in_all_objects && !shape.starts_with('(') {
        true => " as const",
        false => "",
    };
    format!("{}: {shape}{suffix}", key(name))
}

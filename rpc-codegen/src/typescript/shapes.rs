//! Where in a value the 64-bit numbers are. The runtime makes `bigint` of these.
//!
//! A type without any has no shape. A named type has a constant, `orderShape`, that other shapes name.

use std::collections::HashSet;

use crate::model::{JsonKind, Kind, Rest, Sign, Telling, Type, TypeId};
use crate::typescript::pretty::broken;
use crate::typescript::text::{key, quoted};
use crate::typescript::types::is_big;
use crate::typescript::{BigIntegers, Writer};
use crate::value::Value;

impl Writer<'_> {
    /// The shape of a type, or nothing if there is no 64-bit number in it.
    pub(super) fn shape(&self, ty: &Type) -> Option<String> {
        match &ty.kind {
            Kind::Reference(id) => self
                .has_shape(*id)
                .then(|| format!("() => {}", self.shape_name(*id))),
            kind => self.inline(ty, kind),
        }
    }

    fn inline(&self, ty: &Type, kind: &Kind) -> Option<String> {
        match kind {
            Kind::Integer { .. } if is_big(ty) => Some(match self.options.big_integers {
                BigIntegers::BigInt => "\"bigint\"".to_owned(),
                BigIntegers::Number => "\"number\"".to_owned(),
            }),
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
            Kind::Object { fields, rest } => {
                let shapes: Vec<String> = fields
                    .iter()
                    .filter_map(|field| {
                        Some(format!("{}: {}", key(&field.name), self.shape(&field.ty)?))
                    })
                    .collect();
                let rest = match rest {
                    Rest::Typed(rest) => self.shape(rest).map(|rest| format!("rest: {rest}")),
                    Rest::Open | Rest::Closed => None,
                };
                let fields =
                    (!shapes.is_empty()).then(|| format!("fields: {{ {} }}", shapes.join(", ")));
                let parts: Vec<String> = fields.into_iter().chain(rest).collect();
                (!parts.is_empty()).then(|| format!("{{ {} }}", parts.join(", ")))
            }
            Kind::Union { variants, telling } => self.union_shape(variants, telling),
            _ => None,
        }
    }

    fn union_shape(&self, variants: &[Type], telling: &Telling) -> Option<String> {
        let shapes: Vec<Option<String>> =
            variants.iter().map(|variant| self.shape(variant)).collect();
        if shapes.iter().all(Option::is_none) {
            return None;
        }
        if let Telling::Tag { field, values } = telling {
            let cases: Vec<String> = shapes
                .iter()
                .zip(values)
                .filter_map(|(shape, values)| Some((shape.as_ref()?, values)))
                .flat_map(|(shape, values)| {
                    values
                        .iter()
                        .map(move |value| format!("{}: {shape}", key(&tag(value))))
                })
                .collect();
            return Some(format!(
                "{{ tag: [{}, {{ {} }}] }}",
                quoted(field),
                cases.join(", ")
            ));
        }
        let mut picks = Vec::new();
        for (index, shape) in shapes.iter().enumerate() {
            // A value that is of no other variant has no shape either.
            if shape.is_none() && *telling != Telling::Order {
                continue;
            }
            let shape = shape.clone().unwrap_or_else(|| "0".to_owned());
            let sign = match telling {
                Telling::Shape(signs) => signs.get(index),
                _ => None,
            };
            let members: Vec<String> = self
                .members(&variants[index], sign)
                .iter()
                .map(|name| quoted(name))
                .collect();
            for kind in self.model.json_kinds(&variants[index]) {
                let members = if kind == JsonKind::Object {
                    members.join(", ")
                } else {
                    String::new()
                };
                picks.push(format!("[\"{}\", [{members}], {shape}]", type_of(kind)));
            }
        }
        picks.dedup();
        Some(format!("{{ pick: [{}] }}", picks.join(", ")))
    }

    /// The members by which a variant is known.
    pub(super) fn members(&self, variant: &Type, sign: Option<&Sign>) -> Vec<String> {
        if let Some(key) = sign.and_then(|sign| sign.key.clone()) {
            return vec![key];
        }
        match &self.model.resolve(variant).0.kind {
            Kind::Object { fields, .. } => {
                let required = fields.iter().filter(|field| field.required);
                required.map(|field| field.name.clone()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a named type has a 64-bit number in it.
    pub(super) fn has_shape(&self, id: TypeId) -> bool {
        let mut seen = HashSet::new();
        let mut types = vec![&self.model.definition(id).ty];
        while let Some(ty) = types.pop() {
            if is_big(ty) {
                return true;
            }
            if let Kind::Reference(id) = ty.kind
                && seen.insert(id)
            {
                types.push(&self.model.definition(id).ty);
            }
            // The names of a map are not numbers.
            match &ty.kind {
                Kind::Map { values, .. } => types.push(values),
                _ => types.extend(ty.children()),
            }
        }
        false
    }

    pub(super) fn shape_name(&self, id: TypeId) -> String {
        let name = self.names.ty(id);
        format!("{}{}Shape", name[..1].to_ascii_lowercase(), &name[1..])
    }

    /// The constants for the named types that some types need, in the order of the model.
    pub(super) fn shape_constants(&self, roots: &[&Type]) -> String {
        let mut needed: HashSet<TypeId> = HashSet::new();
        let mut types: Vec<&Type> = roots.to_vec();
        while let Some(ty) = types.pop() {
            if let Kind::Reference(id) = ty.kind
                && needed.insert(id)
            {
                types.push(&self.model.definition(id).ty);
            }
            types.extend(ty.children());
        }
        let mut text = String::new();
        for (id, definition) in self.model.definitions() {
            if let Some(shape) = self
                .shape(&definition.ty)
                .filter(|_| needed.contains(&id) && self.has_shape(id))
            {
                let name = self.shape_name(id);
                let shape = broken(&shape, "", name.len() + 16, 1);
                text += &format!("const {name}: Shape = {shape};\n");
            }
        }
        text
    }
}

/// A tag as the name of a case.
fn tag(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What the runtime calls a kind of value.
fn type_of(kind: JsonKind) -> &'static str {
    match kind {
        JsonKind::Null => "null",
        JsonKind::Boolean => "boolean",
        // A large one has been read as a `bigint` by then, which the runtime calls a number, too.
        JsonKind::Number => "number",
        JsonKind::String => "string",
        JsonKind::Array => "array",
        JsonKind::Object => "object",
    }
}

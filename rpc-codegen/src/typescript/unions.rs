//! How the runtime tells the variants of a union, so that it knows where their numbers are.

use std::collections::HashSet;

use crate::model::{JsonKind, Kind, Rest, Telling, Type};
use crate::typescript::Writer;
use crate::typescript::shapes::entry;
use crate::typescript::text::quoted;
use crate::value::Value;

impl Writer<'_> {
    /// The shape of a union, or nothing if no variant has one.
    pub(super) fn union_shape(&self, variants: &[Type], telling: &Telling) -> Option<String> {
        let shapes: Vec<Option<String>> =
            variants.iter().map(|variant| self.shape(variant)).collect();
        if shapes.iter().all(Option::is_none) {
            return None;
        }
        Some(match telling {
            Telling::Tag { field, values } => by_tag(field, values, &shapes),
            Telling::Shape(_) | Telling::Order => self.by_members(variants, telling, &shapes),
        })
    }

    /// The runtime takes the first variant of the same kind whose members are all there.
    fn by_members(
        &self,
        variants: &[Type],
        telling: &Telling,
        shapes: &[Option<String>],
    ) -> String {
        let mut picks = Vec::new();
        for (index, (variant, shape)) in variants.iter().zip(shapes).enumerate() {
            let members = match telling {
                // A value that is of no other variant has no shape either.
                Telling::Shape(_) if shape.is_none() => continue,
                Telling::Shape(signs) => signs.get(index).and_then(|sign| sign.key.clone()),
                _ => None,
            }
            .map_or_else(|| self.must_have(variant), |key| vec![key]);
            let members: Vec<String> = members.iter().map(|name| quoted(name)).collect();
            let shape = shape.as_deref().unwrap_or("0");
            for kind in self.model.json_kinds(variant) {
                picks.push(match kind {
                    JsonKind::Object => format!("[\"object\", [{}], {shape}]", members.join(", ")),
                    JsonKind::Number => format!("[\"number\", [], {}]", self.number_of(variants)),
                    // Large numbers have been read as `bigint`s by then, which the runtime calls numbers, too.
                    kind => format!("[\"{}\", [], {shape}]", kind.name()),
                });
            }
        }
        picks.dedup();
        // What fits none of them has no shape either.
        while picks.last().is_some_and(|pick| pick.ends_with(", 0]")) {
            picks.pop();
        }
        format!("{{ pick: [{}] }}", picks.join(", "))
    }

    /// The shape of those values of a union that are numbers. If its variants have different ones, they may be doubles.
    fn number_of(&self, variants: &[Type]) -> &'static str {
        let leaves = variants.iter().flat_map(|variant| self.leaves(variant));
        let mut shapes = Vec::new();
        for leaf in leaves {
            match leaf.kind {
                // It may be any number, so it stays as it is.
                Kind::Any => return "0",
                _ if self.model.json_kinds(leaf).contains(&JsonKind::Number) => {
                    shapes.push(self.number(leaf));
                }
                _ => {}
            }
        }
        shapes.dedup();
        match shapes.as_slice() {
            [None] | [] => "0",
            [Some("bigint")] => "\"bigint\"",
            [Some("number")] => "\"number\"",
            _ => "\"double\"",
        }
    }

    /// Whether two variants look the same, but have their 64-bit integers in different places. The runtime takes the first variant
    /// whose required members are all there.
    pub(super) fn is_ambiguous(&self, variants: &[Type]) -> bool {
        let writer = Writer {
            is_only_big: true,
            ..*self
        };
        let signs: Vec<_> = variants
            .iter()
            .map(|variant| (self.model.json_kinds(variant), writer.shape(variant)))
            .collect();
        let clash = |first: usize, second: usize| {
            let (kinds, shape) = &signs[first];
            let (other_kinds, other_shape) = &signs[second];
            let mut shared = kinds.intersection(other_kinds);
            let looks_the_same = shared.any(|kind| match kind {
                JsonKind::Null => false,
                JsonKind::Object => self.may_be_taken_for(&variants[second], &variants[first]),
                _ => true,
            });
            looks_the_same && shape != other_shape
        };
        (0..variants.len()).any(|second| (0..second).any(|first| clash(first, second)))
    }

    /// Whether an object of one type may have all the members that another one must have.
    fn may_be_taken_for(&self, ty: &Type, other: &Type) -> bool {
        let names = self.must_have(other);
        let may_have = |leaf: &Type, name: &String| match &leaf.kind {
            Kind::Object { fields, rest } => {
                matches!(rest, Rest::Typed(_)) || fields.iter().any(|field| field.is_read_as(name))
            }
            Kind::Map { .. } | Kind::Any => true,
            _ => false,
        };
        let leaves = self.leaves(ty);
        let mut leaves = leaves.into_iter().filter(|leaf| is_object(leaf));
        leaves.any(|leaf| names.iter().all(|name| may_have(leaf, name)))
    }

    /// The members that all objects of a type have.
    fn must_have(&self, ty: &Type) -> Vec<String> {
        let leaves = self.leaves(ty);
        let required = leaves
            .into_iter()
            .filter(|leaf| is_object(leaf))
            .map(|leaf| match &leaf.kind {
                Kind::Object { fields, .. } => {
                    let shown = fields.iter().filter(|field| field.is_always_shown());
                    shown.map(|field| field.name.clone()).collect()
                }
                _ => Vec::new(),
            });
        let in_both = |mut all: Vec<String>, more: Vec<String>| {
            all.retain(|name| more.contains(name));
            all
        };
        required.reduce(in_both).unwrap_or_default()
    }

    /// The types that a type stands for: those of a union, and of the unions in it. Unions may contain each other.
    fn leaves<'t>(&'t self, ty: &'t Type) -> Vec<&'t Type> {
        let mut leaves = Vec::new();
        let mut seen = HashSet::new();
        let mut types = vec![ty];
        while let Some(ty) = types.pop() {
            match &ty.kind {
                Kind::Union { variants, .. } => types.extend(variants.iter().rev()),
                Kind::Reference(id) if seen.insert(*id) => {
                    types.push(&self.model.definition(*id).ty)
                }
                Kind::Reference(_) => {}
                _ => leaves.push(ty),
            }
        }
        leaves
    }
}

fn is_object(ty: &Type) -> bool {
    matches!(ty.kind, Kind::Object { .. } | Kind::Map { .. } | Kind::Any)
}

/// The runtime takes the variant with the same tag.
fn by_tag(field: &str, values: &[Vec<Value>], shapes: &[Option<String>]) -> String {
    let cases: Vec<String> = shapes
        .iter()
        .zip(values)
        .filter_map(|(shape, values)| Some((shape.as_ref()?, values)))
        .flat_map(|(shape, values)| values.iter().map(move |value| entry(&tag(value), shape)))
        .collect();
    format!("{{ tag: [{}, {{ {} }}] }}", quoted(field), cases.join(", "))
}

/// A tag as the name of a case.
fn tag(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

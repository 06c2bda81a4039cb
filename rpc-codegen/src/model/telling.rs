//! How to tell which variant of a union a value is.

use std::collections::{BTreeSet, HashSet};

use crate::model::Model;
use crate::model::sign::{JsonKind, Sign, Telling};
use crate::model::types::{Kind, Type};
use crate::value::Value;

impl Model {
    /// How to tell the variants of a union.
    pub(crate) fn telling(&self, variants: &[Type]) -> Telling {
        if let Some(tag) = self.tag(variants) {
            return tag;
        }
        let signs: Vec<Sign> = (0..variants.len())
            .map(|index| Sign {
                kinds: self.json_kinds(&variants[index]),
                constants: self.constants(&variants[index]),
                key: self.key(variants, index),
            })
            .collect();
        let differ = |one: usize| (0..one).all(|two| signs[one].differs_from(&signs[two]));
        match (0..signs.len()).all(differ) {
            true => Telling::Shape(signs),
            false => Telling::Order,
        }
    }

    /// A required member with constants in each variant, none of which is in two.
    fn tag(&self, variants: &[Type]) -> Option<Telling> {
        let first = self.constant_fields(variants.first()?);
        let has_field = |field: &String| {
            let values: Option<Vec<Vec<Value>>> = variants
                .iter()
                .map(|variant| {
                    let mut fields = self.constant_fields(variant).into_iter();
                    fields
                        .find(|(name, _)| name == field)
                        .map(|(_, values)| values)
                })
                .collect();
            values.filter(|values| are_disjoint(values))
        };
        let mut names = first.into_iter().map(|(name, _)| name);
        names.find_map(|field| {
            let values = has_field(&field)?;
            Some(Telling::Tag { field, values })
        })
    }

    /// The required members of an object whose values can be listed.
    fn constant_fields(&self, ty: &Type) -> Vec<(String, Vec<Value>)> {
        let (ty, nullable) = self.resolve(ty);
        let Kind::Object { fields, .. } = &ty.kind else {
            return Vec::new();
        };
        if nullable {
            return Vec::new();
        }
        let shown = fields.iter().filter(|field| field.is_always_shown());
        shown
            .filter_map(|field| Some((field.name.clone(), self.constants(&field.ty)?)))
            .collect()
    }

    /// The values of a type that has only a few.
    pub(crate) fn constants(&self, ty: &Type) -> Option<Vec<Value>> {
        let (ty, nullable) = self.resolve(ty);
        let mut values: Vec<Value> = match &ty.kind {
            Kind::Constant(value) => vec![value.clone()],
            Kind::Enum {
                choices,
                extensible: false,
            } => choices.iter().map(|choice| choice.value.clone()).collect(),
            Kind::Null => vec![Value::Null],
            _ => return None,
        };
        if nullable {
            values.push(Value::Null);
        }
        Some(values)
    }

    /// The kinds of JSON values that a type has.
    pub(crate) fn json_kinds(&self, ty: &Type) -> BTreeSet<JsonKind> {
        let mut kinds = BTreeSet::new();
        let mut seen = HashSet::new();
        let mut types = vec![ty];
        let one = |kinds: &mut BTreeSet<JsonKind>, kind| {
            kinds.insert(kind);
        };
        while let Some(ty) = types.pop() {
            if ty.nullable {
                kinds.insert(JsonKind::Null);
            }
            match &ty.kind {
                Kind::Never => {}
                Kind::Null => one(&mut kinds, JsonKind::Null),
                Kind::Boolean => one(&mut kinds, JsonKind::Boolean),
                Kind::Integer { .. } | Kind::Number { .. } => one(&mut kinds, JsonKind::Number),
                Kind::String { .. } => one(&mut kinds, JsonKind::String),
                Kind::Constant(value) => one(&mut kinds, JsonKind::of(value)),
                Kind::Enum { choices, .. } => {
                    kinds.extend(choices.iter().map(|choice| JsonKind::of(&choice.value)))
                }
                Kind::Array { .. } | Kind::Tuple { .. } => one(&mut kinds, JsonKind::Array),
                Kind::Map { .. } | Kind::Object { .. } => one(&mut kinds, JsonKind::Object),
                Kind::Any => kinds.extend(JsonKind::ALL),
                Kind::Union { variants, .. } => types.extend(variants),
                // Unions may contain each other, many times over.
                Kind::Reference(id) if seen.insert(*id) => types.push(&self.definition(*id).ty),
                Kind::Reference(_) => {}
            }
        }
        kinds
    }

    /// A required member of one variant that no other has.
    fn key(&self, variants: &[Type], index: usize) -> Option<String> {
        let (ty, _) = self.resolve(&variants[index]);
        let Kind::Object { fields, .. } = &ty.kind else {
            return None;
        };
        let others: Vec<&Type> = variants
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
            .map(|(_, ty)| ty)
            .collect();
        let is_own = |name: &str| others.iter().all(|other| !self.may_have(other, name));
        let mut shown = fields.iter().filter(|field| field.is_always_shown());
        shown
            .find(|field| is_own(&field.name))
            .map(|field| field.name.clone())
    }

    /// Whether a value of the type may be an object with such a member, as far as its schema speaks of it.
    fn may_have(&self, ty: &Type, name: &str) -> bool {
        let (ty, _) = self.resolve(ty);
        match &ty.kind {
            Kind::Object { fields, .. } => fields.iter().any(|field| field.is_read_as(name)),
            Kind::Any | Kind::Map { .. } | Kind::Union { .. } => true,
            _ => false,
        }
    }
}

impl Sign {
    fn differs_from(&self, other: &Sign) -> bool {
        if self.kinds.is_disjoint(&other.kinds) {
            return true;
        }
        if let (Some(one), Some(two)) = (&self.constants, &other.constants) {
            return are_disjoint(&[one.clone(), two.clone()]);
        }
        let both: Vec<_> = self.kinds.intersection(&other.kinds).collect();
        both == [&JsonKind::Object] && self.key.is_some() && other.key.is_some()
    }
}

fn are_disjoint(values: &[Vec<Value>]) -> bool {
    let all: Vec<&Value> = values.iter().flatten().collect();
    let is_new = |index: usize| all[..index].iter().all(|other| !other.same(all[index]));
    (0..all.len()).all(is_new)
}

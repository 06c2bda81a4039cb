//! `oneOf` and `anyOf`.

use std::collections::HashSet;

use crate::document::Located;
use crate::error::ReadError;
use crate::model::{Choice, Docs, Kind, Telling, Type};
use crate::place::Place;
use crate::read::conjunction::{Part, is_annotation};
use crate::read::{Reader, Result, bare, never};
use crate::value::Value;

/// How many variants a union may have, with all that `allOf` multiplies.
const MAX_VARIANTS: usize = 2000;

impl<'a> Reader<'a> {
    /// Reads a conjunction as a union, if one of its parts is one. What the other parts demand, each variant demands.
    pub(super) fn union(&mut self, parts: &[Part<'a>], place: &Place) -> Result<Option<Type>> {
        let find = |keyword| {
            let list = |(index, part): (usize, &Part<'a>)| Some((index, part.get(keyword)?));
            parts.iter().enumerate().find_map(list)
        };
        let mut base = parts.to_vec();
        let list = match (find("oneOf"), find("anyOf")) {
            (Some((index, list)), _) => {
                base[index].one_of_taken = true;
                list
            }
            (None, Some((index, list))) => {
                base[index].any_of_taken = true;
                list
            }
            (None, None) => return Ok(None),
        };
        let Value::Array(elements) = list.value else {
            return list.wrong(format!("not an array but {}", list.value.kind()));
        };
        if elements.is_empty() || elements.len() > MAX_VARIANTS {
            return list.wrong(format!(
                "a union has 1 to {MAX_VARIANTS} variants, not {}",
                elements.len()
            ));
        }
        let mut read = Vec::new();
        let mut nullable = false;
        for variant in list.elements() {
            if self.is_null(&variant)? {
                nullable |= self.allows_null(&base)?;
                continue;
            }
            read.push(self.variant(variant, &base)?);
        }
        let mut ty = self.joined(read, nullable, place)?;
        for part in parts {
            if part.schema.flag("x-extensible")? {
                extend(&mut ty);
            }
        }
        Ok(Some(ty))
    }

    /// A variant, which must also be what the base demands.
    fn variant(&mut self, variant: Located<'a>, base: &[Part<'a>]) -> Result<Type> {
        if self.demands_nothing_of(base, &variant)? {
            return self.nested(&variant.place.clone(), |reader| reader.schema(variant));
        }
        let place = variant.place.clone();
        let mut parts = Vec::new();
        self.flatten(variant, &mut parts, &mut HashSet::new())?;
        // First the variant, whose docs are nearer. The docs of the base are those of the union.
        let annotated = parts.len();
        parts.extend(base.iter().cloned());
        let mut ty = self.parts(parts.clone(), &place)?;
        let own = |keyword| {
            parts[..annotated]
                .iter()
                .find_map(|part| part.schema.value.get(keyword))
        };
        if own("title").is_none() && own("description").is_none() {
            ty.docs = Docs::default();
        }
        ty.default = own("default").cloned();
        Ok(ty)
    }

    /// Whether the variant can be read alone, so that a reference stays a reference.
    fn demands_nothing_of(&self, base: &[Part<'a>], variant: &Located<'a>) -> Result<bool> {
        let keywords: Vec<&str> = base
            .iter()
            .flat_map(Part::keywords)
            .filter(|name| *name != "nullable")
            .collect();
        if keywords.is_empty() {
            return Ok(true);
        }
        // `type: object` beside variants that are all objects.
        let only_reference = variant
            .members()
            .all(|(name, _)| name == "$ref" || is_annotation(name));
        if keywords.iter().any(|keyword| *keyword != "type") || !only_reference {
            return Ok(false);
        }
        let target = self.document.follow(variant.clone())?;
        let Some(ty) = target.value.get("type").filter(|ty| ty.as_str().is_some()) else {
            return Ok(false);
        };
        Ok(base
            .iter()
            .filter_map(|part| part.get("type"))
            .all(|wanted| wanted.value == ty))
    }

    fn is_null(&self, schema: &Located<'a>) -> Result<bool> {
        let reference = schema.value.get("$ref");
        if reference.is_some_and(|reference| reference.as_str().is_none()) {
            return Ok(false);
        }
        let target = self.document.follow(schema.clone())?.value;
        let is_null = |value: &Value| *value == Value::Null;
        let only = |keyword| match target.get(keyword) {
            Some(Value::Array(values)) => !values.is_empty() && values.iter().all(is_null),
            _ => false,
        };
        let type_is_null = target.get("type").and_then(Value::as_str) == Some("null");
        Ok(type_is_null || target.get("const").is_some_and(is_null) || only("enum"))
    }

    /// Whether the base lets `null` pass: a base of `type: object` forbids the `null` of its variants.
    fn allows_null(&self, base: &[Part<'a>]) -> Result<bool> {
        let forbids = |part: &Part<'a>| match part.get("type").map(|ty| ty.value) {
            Some(Value::String(ty)) => ty != "null",
            Some(Value::Array(types)) => !types.iter().any(|ty| ty.as_str() == Some("null")),
            _ => false,
        };
        Ok(!base.iter().any(forbids))
    }

    /// The union of some types: without those that no value fits, with their unions taken apart.
    pub(super) fn joined(
        &mut self,
        types: Vec<Type>,
        mut nullable: bool,
        place: &Place,
    ) -> Result<Type> {
        let mut variants: Vec<Type> = Vec::new();
        for ty in types {
            match ty.kind {
                Kind::Never => {}
                Kind::Null => nullable = true,
                Kind::Union {
                    variants: inner, ..
                } if ty.unmodelled.is_empty() => {
                    nullable |= ty.nullable;
                    variants.extend(inner);
                }
                _ => variants.push(ty),
            }
        }
        if variants.len() > MAX_VARIANTS {
            let message = format!("the union has more than {MAX_VARIANTS} variants");
            return Err(ReadError::new(place, message));
        }
        for variant in &mut variants {
            // Null is a matter of the whole union.
            if !matches!(variant.kind, Kind::Reference(_)) {
                nullable |= std::mem::take(&mut variant.nullable);
            }
        }
        variants.dedup_by(|two, one| matches!((&one.kind, &two.kind), (Kind::Reference(one), Kind::Reference(two)) if one == two));
        let mut ty = match variants.len() {
            0 if nullable => bare(Kind::Null, place),
            0 => never(place),
            1 => variants.remove(0),
            _ => match choices(&variants) {
                Some(kind) => bare(kind, place),
                None => bare(
                    Kind::Union {
                        variants,
                        telling: Telling::Order,
                    },
                    place,
                ),
            },
        };
        ty.nullable |= nullable && ty.kind != Kind::Null;
        Ok(ty)
    }
}

/// Makes an extensible enum of an enum or a constant.
fn extend(ty: &mut Type) {
    match &mut ty.kind {
        Kind::Enum { extensible, .. } => *extensible = true,
        Kind::Constant(value) => {
            let choice = Choice {
                value: value.clone(),
                docs: ty.docs.clone(),
                place: ty.place.clone(),
            };
            ty.kind = Kind::Enum {
                choices: vec![choice],
                extensible: true,
            };
        }
        _ => {}
    }
}

/// The enum that a union of constants is. schemars writes so if variants have docs.
fn choices(variants: &[Type]) -> Option<Kind> {
    let mut choices = Vec::new();
    let mut is_extensible = false;
    for variant in variants {
        match &variant.kind {
            Kind::Constant(value) => choices.push(Choice {
                value: value.clone(),
                docs: variant.docs.clone(),
                place: variant.place.clone(),
            }),
            Kind::Enum {
                choices: inner,
                extensible,
            } => {
                is_extensible |= extensible;
                choices.extend(inner.iter().cloned());
            }
            _ => return None,
        }
    }
    Some(Kind::Enum {
        choices,
        extensible: is_extensible,
    })
}

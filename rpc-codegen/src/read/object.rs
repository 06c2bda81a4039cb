//! Objects, maps, arrays and tuples.

use std::collections::HashSet;

use indexmap::IndexMap;

use crate::document::Located;
use crate::model::{Bounds, Field, Kind, Rest, Type};
use crate::place::Place;
use crate::read::conjunction::Part;
use crate::read::plain::bounds;
use crate::read::{Reader, Result, bare};
use crate::value::Value;

impl<'a> Reader<'a> {
    pub(super) fn object(&mut self, parts: &[Part<'a>], place: &Place) -> Result<Kind> {
        let mut members: IndexMap<&'a str, Vec<Located<'a>>> = IndexMap::new();
        let mut required: IndexMap<&'a str, Place> = IndexMap::new();
        for part in parts {
            if let Some(properties) = part.get("properties") {
                for (name, schema) in properties.expect_object("`properties`")?.members() {
                    members.entry(name).or_default().push(schema);
                }
            }
            for name in names(part)? {
                let place = name.place.clone();
                if let Some(name) = name.value.as_str() {
                    required.entry(name).or_insert(place);
                }
            }
        }
        let mut fields = Vec::new();
        for (name, schemas) in members {
            let mut aliases = Vec::new();
            for schema in &schemas {
                aliases.extend(texts(schema, "x-aliases"));
            }
            let ty = self.all_of(schemas)?;
            let required = required.shift_remove(name).is_some();
            fields.push(Field {
                name: name.to_owned(),
                ty,
                required,
                aliases,
            });
        }
        for (name, place) in required {
            let ty = bare(Kind::Any, &place);
            fields.push(Field {
                name: name.to_owned(),
                ty,
                required: true,
                aliases: Vec::new(),
            });
        }
        let rest = self.rest(parts)?;
        match rest {
            Rest::Typed(values) if fields.is_empty() => {
                let keys = self.keys(parts, place)?.map(Box::new);
                Ok(Kind::Map { keys, values })
            }
            rest => Ok(Kind::Object { fields, rest }),
        }
    }

    /// A type that fits several schemas at once.
    fn all_of(&mut self, schemas: Vec<Located<'a>>) -> Result<Type> {
        let Some(first) = schemas.first().cloned() else {
            unreachable!("a member has at least one schema")
        };
        if schemas.len() == 1 {
            return self.nested(&first.place.clone(), |reader| reader.schema(first));
        }
        let mut parts = Vec::new();
        let mut seen = HashSet::new();
        for schema in schemas {
            self.flatten(schema, &mut parts, &mut seen)?;
        }
        self.parts(parts, &first.place)
    }

    /// What the members may be that have no name.
    fn rest(&mut self, parts: &[Part<'a>]) -> Result<Rest> {
        let mut typed = Vec::new();
        let mut is_closed = false;
        for part in parts {
            match part.get("additionalProperties") {
                Some(rest) if rest.value.as_bool() == Some(false) => is_closed = true,
                Some(rest)
                    if rest
                        .value
                        .as_object()
                        .is_some_and(|schema| !schema.is_empty()) =>
                {
                    typed.push(rest)
                }
                Some(rest) if !matches!(rest.value, Value::Bool(_) | Value::Object(_)) => {
                    return rest.wrong("a schema is an object or a boolean");
                }
                _ => {}
            }
            if let Some(patterns) = part.get("patternProperties") {
                let patterns = patterns.expect_object("`patternProperties`")?;
                typed.extend(patterns.members().map(|(_, schema)| schema));
            }
        }
        let mut types = Vec::new();
        for schema in typed {
            let place = schema.place.clone();
            types.push(self.nested(&place, |reader| reader.schema(schema))?);
        }
        match types.len() {
            0 if is_closed => Ok(Rest::Closed),
            0 => Ok(Rest::Open),
            1 => Ok(Rest::Typed(Box::new(types.remove(0)))),
            _ => {
                let place = types[0].place.clone();
                Ok(Rest::Typed(Box::new(self.joined(types, false, &place)?)))
            }
        }
    }

    /// What the names of a map are.
    fn keys(&mut self, parts: &[Part<'a>], place: &Place) -> Result<Option<Type>> {
        if let Some(names) = parts.iter().find_map(|part| part.get("propertyNames")) {
            return self.nested(place, |reader| reader.schema(names)).map(Some);
        }
        let mut patterns = parts
            .iter()
            .filter_map(|part| part.get("patternProperties"))
            .flat_map(|patterns| patterns.members());
        let (Some((pattern, schema)), None) = (patterns.next(), patterns.next()) else {
            return Ok(None);
        };
        let kind = Kind::String {
            format: crate::model::StringFormat::Text,
            pattern: Some(pattern.to_owned()),
            length: Bounds::default(),
        };
        Ok(Some(bare(kind, &schema.place)))
    }

    pub(super) fn array(&mut self, parts: &[Part<'a>], place: &Place) -> Result<Kind> {
        let items: Vec<Located<'a>> = parts.iter().filter_map(|part| part.get("items")).collect();
        if let Some(tuple) = items.iter().find(|items| items.value.as_array().is_some()) {
            return self.tuple(tuple, parts, place);
        }
        let items = match items.is_empty() {
            true => bare(Kind::Any, place),
            false => self.all_of(items)?,
        };
        let mut unique = false;
        for part in parts {
            unique |= part.schema.flag("uniqueItems")?;
        }
        Ok(Kind::Array {
            items: Box::new(items),
            length: bounds(parts, "minItems", "maxItems")?,
            unique,
        })
    }

    fn tuple(&mut self, tuple: &Located<'a>, parts: &[Part<'a>], place: &Place) -> Result<Kind> {
        let mut items = Vec::new();
        for schema in tuple.elements() {
            let place = schema.place.clone();
            items.push(self.nested(&place, |reader| reader.schema(schema))?);
        }
        let length = bounds(parts, "minItems", "maxItems")?;
        let count = i128::try_from(items.len()).unwrap_or(i128::MAX);
        let least = length.minimum.unwrap_or(0).clamp(0, count);
        let additional = parts.iter().find_map(|part| part.get("additionalItems"));
        let is_full = length.maximum.is_some_and(|maximum| maximum <= count);
        let rest = match additional {
            _ if is_full => None,
            Some(rest) if rest.value.as_bool() == Some(false) => None,
            Some(rest) => Some(self.nested(place, |reader| reader.schema(rest))?),
            None => Some(bare(Kind::Any, place)),
        };
        Ok(Kind::Tuple {
            items,
            required: usize::try_from(least).unwrap_or(0),
            rest: rest.map(Box::new),
        })
    }
}

/// The strings in a list. In documents of others, the member may be anything.
fn texts(schema: &Located<'_>, name: &str) -> Vec<String> {
    let list = schema
        .get(name)
        .map(|list| list.elements().collect::<Vec<_>>());
    let texts = list.unwrap_or_default().into_iter();
    texts
        .filter_map(|text| text.value.as_str().map(str::to_owned))
        .collect()
}

fn names<'a>(part: &Part<'a>) -> Result<Vec<Located<'a>>> {
    let names = match part.get("required") {
        // Some documents write `required: true` in a schema, as in draft-03. It says nothing about members.
        Some(required) if required.value.as_bool().is_some() => return Ok(Vec::new()),
        _ => part.schema.list("required")?,
    };
    for name in &names {
        name.text()?;
    }
    Ok(names)
}

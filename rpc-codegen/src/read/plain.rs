//! Conjunctions without a union: constants, numbers, strings, and what kind of value it is at all.

use crate::document::Located;
use crate::error::ReadError;
use crate::model::{Bounds, Choice, Docs, FloatBounds, IntegerFormat, Kind, StringFormat, Type};
use crate::place::Place;
use crate::read::conjunction::Part;
use crate::read::{Reader, Result, bare, never};
use crate::value::Value;

/// Keywords that forbid more than the model can say.
pub(crate) const UNMODELLED: &[&str] = &[
    "not",
    "if",
    "contains",
    "dependencies",
    "minProperties",
    "maxProperties",
    "multipleOf",
];

/// The kinds of values, and the keywords that speak of them only.
const INFERRED: &[(&str, &[&str])] = &[
    (
        "object",
        &[
            "properties",
            "required",
            "additionalProperties",
            "patternProperties",
            "propertyNames",
            "minProperties",
            "maxProperties",
        ],
    ),
    (
        "array",
        &["items", "minItems", "maxItems", "uniqueItems", "contains"],
    ),
    ("string", &["pattern", "minLength", "maxLength"]),
    (
        "number",
        &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ],
    ),
];

impl<'a> Reader<'a> {
    pub(super) fn plain(&mut self, parts: &[Part<'a>], place: &Place) -> Result<Type> {
        let types = types(parts)?;
        let mut ty = match values(parts)? {
            Some(values) => constants(values, types.as_deref(), parts, place)?,
            None => self.by_types(types, parts, place)?,
        };
        let has = |keyword: &&&str| parts.iter().any(|part| part.get(keyword).is_some());
        ty.unmodelled = UNMODELLED.iter().filter(has).copied().collect();
        Ok(ty)
    }

    fn by_types(
        &mut self,
        types: Option<Vec<String>>,
        parts: &[Part<'a>],
        place: &Place,
    ) -> Result<Type> {
        let Some(mut types) = types else {
            let mentions = |keywords: &[&str]| {
                parts
                    .iter()
                    .any(|part| keywords.iter().any(|keyword| part.get(keyword).is_some()))
            };
            let inferred = INFERRED.iter().find(|(_, keywords)| mentions(keywords));
            return match inferred {
                Some((ty, _)) => self.of_type(ty, parts, place),
                None => Ok(bare(Kind::Any, place)),
            };
        };
        let with_null = types.len();
        types.retain(|ty| ty != "null");
        let nullable = types.len() < with_null;
        if let [only] = types.as_slice() {
            let mut ty = self.of_type(only, parts, place)?;
            ty.nullable = nullable;
            return Ok(ty);
        }
        let mut variants = Vec::new();
        for ty in &types {
            variants.push(self.of_type(ty, parts, place)?);
        }
        self.joined(variants, nullable, place)
    }

    fn of_type(&mut self, ty: &str, parts: &[Part<'a>], place: &Place) -> Result<Type> {
        self.count(place)?;
        let kind = match ty {
            "boolean" => Kind::Boolean,
            "integer" => integer(parts)?,
            "number" => match format(parts)?.and_then(|format| IntegerFormat::named(&format)) {
                Some(_) => integer(parts)?,
                None => Kind::Number {
                    bounds: float_bounds(parts)?,
                },
            },
            "string" => string(parts)?,
            "array" => self.array(parts, place)?,
            _ => self.object(parts, place)?,
        };
        Ok(bare(kind, place))
    }
}

/// The types that all parts allow. `None` if no part says anything.
fn types(parts: &[Part<'_>]) -> Result<Option<Vec<String>>> {
    let mut allowed: Option<Vec<String>> = None;
    for part in parts {
        let Some(ty) = part.get("type") else {
            continue;
        };
        let names = match ty.value {
            Value::String(name) => vec![(name.clone(), ty.clone())],
            Value::Array(_) => ty
                .elements()
                .map(|name| Ok((name.text()?, name)))
                .collect::<Result<_>>()?,
            other => {
                return ty.wrong(format!(
                    "a type is a string or a list of strings, not {}",
                    other.kind()
                ));
            }
        };
        for (name, place) in &names {
            if ![
                "null", "boolean", "integer", "number", "string", "array", "object",
            ]
            .contains(&&**name)
            {
                return place.wrong(format!("unknown type {name:?}"));
            }
        }
        let names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
        // An integer is a number, so a list of both says no more than `number`.
        let is_number = names.iter().any(|name| name == "number");
        let mut names: Vec<String> = names
            .into_iter()
            .filter(|name| !(is_number && name == "integer"))
            .collect();
        names.dedup();
        allowed = Some(match allowed {
            None => names,
            Some(allowed) => both(&allowed, &names),
        });
    }
    Ok(allowed)
}

fn both(one: &[String], two: &[String]) -> Vec<String> {
    let has = |names: &[String], name: &str| names.iter().any(|other| other == name);
    let mut both: Vec<String> = one.iter().filter(|name| has(two, name)).cloned().collect();
    let only_one_is_integer =
        |one: &[String], two: &[String]| has(one, "integer") && has(two, "number");
    if only_one_is_integer(one, two) || only_one_is_integer(two, one) {
        both.push("integer".to_owned());
    }
    both
}

/// The values of `const` and `enum` that all parts allow.
fn values<'a>(parts: &[Part<'a>]) -> Result<Option<Vec<Located<'a>>>> {
    let mut allowed: Option<Vec<Located<'a>>> = None;
    for part in parts {
        let mut lists = Vec::new();
        if let Some(value) = part.get("const") {
            lists.push(vec![value]);
        }
        if part.get("enum").is_some() {
            lists.push(part.schema.list("enum")?);
        }
        for list in lists {
            allowed = Some(match allowed {
                None => list,
                Some(mut allowed) => {
                    allowed.retain(|value| list.iter().any(|other| other.value.same(value.value)));
                    allowed
                }
            });
        }
    }
    Ok(allowed)
}

fn constants(
    mut values: Vec<Located<'_>>,
    types: Option<&[String]>,
    parts: &[Part<'_>],
    place: &Place,
) -> Result<Type> {
    let fits =
        |value: &Value| types.is_none_or(|types| types.iter().any(|ty| is_of_type(value, ty)));
    values.retain(|value| fits(value.value));
    let with_null = values.len();
    values.retain(|value| *value.value != Value::Null);
    let nullable = values.len() < with_null;
    let mut extensible = false;
    for part in parts {
        extensible |= part.schema.flag("x-extensible")?;
    }
    let mut ty = match values.as_slice() {
        [] if nullable => return Ok(bare(Kind::Null, place)),
        [] => return Ok(never(place)),
        [only] if !extensible => bare(Kind::Constant(only.value.clone()), place),
        values => {
            let choice = |value: &Located<'_>| Choice {
                value: value.value.clone(),
                docs: Docs::default(),
                place: value.place.clone(),
            };
            let choices = values.iter().map(choice).collect();
            bare(
                Kind::Enum {
                    choices,
                    extensible,
                },
                place,
            )
        }
    };
    ty.nullable = nullable;
    Ok(ty)
}

/// Whether a value is of a type, in the words of JSON Schema.
fn is_of_type(value: &Value, ty: &str) -> bool {
    match ty {
        "integer" => value.as_integer().is_some(),
        ty => value.kind() == ty,
    }
}

fn format(parts: &[Part<'_>]) -> Result<Option<String>> {
    let format = parts.iter().find_map(|part| part.get("format"));
    format.map(|format| format.text()).transpose()
}

fn integer(parts: &[Part<'_>]) -> Result<Kind> {
    let format = format(parts)?.and_then(|format| IntegerFormat::named(&format));
    let mut bounds = bounds(parts, "minimum", "maximum")?;
    // The next number after 2.5 is 3, and after 2 as well.
    let after = whole(parts, "exclusiveMinimum", f64::floor)?;
    let after = after.into_iter().map(|number| number.saturating_add(1));
    let before = whole(parts, "exclusiveMaximum", f64::ceil)?;
    let before = before.into_iter().map(|number| number.saturating_sub(1));
    bounds.minimum = bounds.minimum.into_iter().chain(after).max();
    bounds.maximum = bounds.maximum.into_iter().chain(before).min();
    Ok(Kind::Integer {
        format: format.unwrap_or(IntegerFormat::Unknown),
        bounds,
    })
}

/// The narrowest bounds of all parts. A bound that is not whole is rounded inwards.
pub(super) fn bounds(parts: &[Part<'_>], least: &str, greatest: &str) -> Result<Bounds> {
    Ok(Bounds {
        minimum: whole(parts, least, f64::ceil)?.into_iter().max(),
        maximum: whole(parts, greatest, f64::floor)?.into_iter().min(),
    })
}

/// The numbers that these keywords have. `exclusiveMinimum: true` is draft-04, and stands beside a `minimum`.
fn whole(parts: &[Part<'_>], keyword: &str, round: fn(f64) -> f64) -> Result<Vec<i128>> {
    let values = parts.iter().filter_map(|part| part.get(keyword));
    let values = values.filter(|value| value.value.as_bool().is_none());
    let number = |value: Located<'_>| match (value.value.as_integer(), value.value.as_f64()) {
        (Some(integer), _) => Ok(integer),
        (None, Some(float)) => Ok(round(float) as i128),
        (None, None) => Err(ReadError::new(
            &value.place,
            format!("not a number but {}", value.value.kind()),
        )),
    };
    values.map(number).collect()
}

fn float_bounds(parts: &[Part<'_>]) -> Result<FloatBounds> {
    let mut bounds = FloatBounds::default();
    let keywords = [
        ("minimum", false),
        ("exclusiveMinimum", true),
        ("maximum", false),
        ("exclusiveMaximum", true),
    ];
    for part in parts {
        for (keyword, excluded) in keywords {
            let Some(bound) = part
                .get(keyword)
                .filter(|bound| bound.value.as_bool().is_none())
            else {
                continue;
            };
            let Some(number) = bound.value.as_f64() else {
                return bound.wrong(format!("not a number but {}", bound.value.kind()));
            };
            let is_least = keyword.to_lowercase().contains("min");
            let old = if is_least {
                &mut bounds.minimum
            } else {
                &mut bounds.maximum
            };
            let is_narrower = old.is_none_or(|(old, _)| {
                if is_least {
                    number >= old
                } else {
                    number <= old
                }
            });
            if is_narrower {
                *old = Some((number, excluded));
            }
        }
    }
    Ok(bounds)
}

fn string(parts: &[Part<'_>]) -> Result<Kind> {
    let encoding = parts.iter().find_map(|part| part.get("contentEncoding"));
    // Go's generators write `media: {binaryEncoding: base64}`.
    let media = parts
        .iter()
        .find_map(|part| part.get("media")?.get("binaryEncoding"));
    let is_base64 = encoding
        .or(media)
        .is_some_and(|encoding| encoding.value.as_str() == Some("base64"));
    let format = match format(parts)?.as_deref() {
        _ if is_base64 => StringFormat::Base64,
        None => StringFormat::Text,
        Some("date-time") => StringFormat::DateTime,
        Some("date") => StringFormat::Date,
        Some("time") => StringFormat::Time,
        Some("duration") => StringFormat::Duration,
        Some("uuid") => StringFormat::Uuid,
        Some("uri" | "url") => StringFormat::Uri,
        Some("byte") => StringFormat::Base64,
        Some(other) => StringFormat::Other(other.to_owned()),
    };
    let pattern = parts.iter().find_map(|part| part.get("pattern"));
    Ok(Kind::String {
        format,
        pattern: pattern.map(|pattern| pattern.text()).transpose()?,
        length: bounds(parts, "minLength", "maxLength")?,
    })
}

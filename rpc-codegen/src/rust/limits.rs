//! What a schema demands beyond a type of Rust. schemars writes it into the schema again; serde does not check it.

use crate::model::{Bounds, FloatBounds, Kind, StringFormat, Type};
use crate::rust::convert::{Converter, integer};
use crate::rust::literal;

impl Converter<'_> {
    /// The arguments of `#[schemars]` that say what the type does not.
    pub(super) fn limits(&self, ty: &Type) -> Vec<String> {
        let mut limits: Vec<(&str, Option<String>)> = Vec::new();
        match &ty.kind {
            Kind::String {
                format,
                pattern,
                length,
            } => {
                let format = name(format).map(literal::string);
                limits.push(("format", format));
                limits.push(("pattern", pattern.as_deref().map(literal::string)));
                limits.extend(between(*length, ["minLength", "maxLength"]));
            }
            Kind::Integer { format, bounds } => {
                let own = own_bounds(integer(*format, *bounds));
                let bounds = Bounds {
                    minimum: bounds.minimum.filter(|it| Some(*it) != own.minimum),
                    maximum: bounds.maximum.filter(|it| Some(*it) != own.maximum),
                };
                limits.extend(between(bounds, ["minimum", "maximum"]));
            }
            Kind::Number { bounds } => limits.extend(floats(*bounds)),
            Kind::Array { length, unique, .. } => {
                if crate::rust::flow::fixed_length(&ty.kind).is_none() {
                    limits.extend(between(*length, ["minItems", "maxItems"]));
                }
                limits.push(("uniqueItems", unique.then(|| "true".to_owned())));
            }
            _ => {}
        }
        if ty.deprecated {
            limits.push(("deprecated", Some("true".to_owned())));
        }
        let limits = limits
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        limits
            .map(|(name, value)| format!("extend(\"{name}\" = {value})"))
            .collect()
    }
}

/// The name of a format that `String` does not have.
fn name(format: &StringFormat) -> Option<&str> {
    match format {
        StringFormat::Text | StringFormat::Base64 => None,
        StringFormat::DateTime => Some("date-time"),
        StringFormat::Date => Some("date"),
        StringFormat::Time => Some("time"),
        StringFormat::Duration => Some("duration"),
        StringFormat::Uuid => Some("uuid"),
        StringFormat::Uri => Some("uri"),
        StringFormat::Other(name) => Some(name),
    }
}

fn between(
    bounds: Bounds,
    [least, greatest]: [&'static str; 2],
) -> [(&'static str, Option<String>); 2] {
    let number = |bound: Option<i128>| bound.and_then(literal::integer_with_type);
    [
        (least, number(bounds.minimum)),
        (greatest, number(bounds.maximum)),
    ]
}

fn floats(bounds: FloatBounds) -> [(&'static str, Option<String>); 2] {
    let number = |(bound, _): (f64, bool)| bound.is_finite().then(|| literal::float(bound));
    let name = |bound: Option<(f64, bool)>, names: [&'static str; 2]| match bound {
        Some((_, true)) => names[1],
        _ => names[0],
    };
    [
        (
            name(bounds.minimum, ["minimum", "exclusiveMinimum"]),
            bounds.minimum.and_then(number),
        ),
        (
            name(bounds.maximum, ["maximum", "exclusiveMaximum"]),
            bounds.maximum.and_then(number),
        ),
    ]
}

/// The bounds that schemars writes for a type by itself.
fn own_bounds(ty: &str) -> Bounds {
    let (minimum, maximum) = match ty {
        "u8" => (Some(0), Some(u8::MAX.into())),
        "u16" => (Some(0), Some(u16::MAX.into())),
        "i8" => (Some(i8::MIN.into()), Some(i8::MAX.into())),
        "i16" => (Some(i16::MIN.into()), Some(i16::MAX.into())),
        "u32" | "u64" | "u128" => (Some(0), None),
        _ => (None, None),
    };
    Bounds { minimum, maximum }
}

//! Unions: which variant a value is, and what inline variants are called.

use std::collections::BTreeSet;

use crate::model::{JsonKind, Kind, Sign, Telling, Type};
use crate::naming::{pascal, words};
use crate::python::convert::{Converter, Own, RETURNED};
use crate::python::expression::Expression;
use crate::python::pretty::{WIDTH, alternatives, broken, tuple};
use crate::python::text::{literal, quoted};
use crate::value::Value;

impl Converter<'_> {
    /// One of several types.
    pub(super) fn union(
        &mut self,
        variants: &[Type],
        telling: &Telling,
        context: &str,
        own: Option<Own>,
    ) -> Expression {
        let mut expressions = Vec::new();
        for (index, variant) in variants.iter().enumerate() {
            let context = variant_name(context, variant, index, telling);
            expressions.push(self.convert_within(variant, &context, 60));
        }
        let annotation = joined(&expressions);
        if annotation == "Json" {
            return Expression::json();
        }
        let body = match telling {
            Telling::Tag { field, values } => by_tag(field, values, &expressions),
            Telling::Shape(signs) => by_shape(signs, &expressions),
            Telling::Order => in_order(&expressions),
        };
        self.decoded_by(annotation, context, own, body)
    }
}

/// The annotations as one, `None` last.
fn joined(expressions: &[Expression]) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in expressions
        .iter()
        .flat_map(|it| alternatives(&it.annotation))
    {
        // No value is of the type `Never`.
        if part != "Never" && !parts.contains(&part) {
            parts.push(part);
        }
    }
    if parts.is_empty() {
        return "Never".to_owned();
    }
    if parts.contains(&"Json") {
        return "Json".to_owned();
    }
    parts.sort_by_key(|part| *part == "None");
    parts.join(" | ")
}

/// What an inline variant is called: by its title, its tag or its only member.
fn variant_name(context: &str, variant: &Type, index: usize, telling: &Telling) -> String {
    if let Some(title) = variant
        .docs
        .title
        .as_deref()
        .filter(|title| title.len() < 40)
    {
        let title = pascal(title).trim_start_matches('_').to_owned();
        return match title.starts_with(context) {
            true => title,
            false => format!("{context}{title}"),
        };
    }
    let named = match (&variant.kind, telling) {
        (_, Telling::Tag { values, .. }) => values
            .get(index)
            .and_then(|values| values.first())
            .map(shown),
        (Kind::Object { fields, .. }, _) => {
            let mut required = fields.iter().filter(|field| field.required);
            required.next().map(|field| field.name.clone())
        }
        (Kind::Constant(value), _) => Some(shown(value)),
        _ => None,
    };
    let named = named.filter(|name| !words(name).is_empty());
    let end = named.map(|name| pascal(&name).trim_start_matches('_').to_owned());
    format!(
        "{context}{}",
        end.unwrap_or_else(|| format!("Variant{}", index + 1))
    )
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn by_tag(field: &str, values: &[Vec<Value>], expressions: &[Expression]) -> String {
    let mut body = format!("    which = tag(value, {})\n", quoted(field));
    for (values, expression) in values.iter().zip(expressions) {
        body += &condition("is_any_of", "which", &literals(values));
        body += &expression.return_decoded(8);
    }
    let known: Vec<String> = values.iter().flatten().map(Value::to_string).collect();
    let known = quoted(&known.join(" or "));
    let wrong = format!("raise unexpected({known}, which).inside({})", quoted(field));
    match wrong.len() + 4 <= WIDTH {
        true => body + &format!("    {wrong}\n"),
        false => {
            let wanted = format!("wanted = {known}");
            let inside = quoted(field);
            body + &format!("    {wanted}\n    raise unexpected(wanted, which).inside({inside})\n")
        }
    }
}

fn by_shape(signs: &[Sign], expressions: &[Expression]) -> String {
    let mut body = String::new();
    for (index, (sign, expression)) in signs.iter().zip(expressions).enumerate() {
        body += &test(sign, signs, index);
        body += &expression.return_decoded(8);
    }
    body + "    raise unexpected(\"one of the variants\", value)\n"
}

/// Whether a value is the variant with this sign.
fn test(sign: &Sign, signs: &[Sign], index: usize) -> String {
    let mut others = signs
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != index);
    let overlaps = others.any(|(_, other)| !other.kinds.is_disjoint(&sign.kinds));
    if let Some(constants) = sign.constants.as_ref().filter(|_| overlaps) {
        return condition("is_any_of", "value", &literals(constants));
    }
    if let Some(key) = sign.key.as_ref().filter(|_| overlaps) {
        let rest: BTreeSet<JsonKind> = sign
            .kinds
            .iter()
            .copied()
            .filter(|kind| *kind != JsonKind::Object)
            .collect();
        let key = condition("has_member", "value", &[quoted(key)]);
        // An object may be nullable.
        return match rest.is_empty() {
            true => key,
            false => key.replace("if ", "if value is None or "),
        };
    }
    let kinds: Vec<String> = sign.kinds.iter().map(|kind| quoted(kind.name())).collect();
    condition("is_kind", "value", &kinds)
}

fn in_order(expressions: &[Expression]) -> String {
    let decoders: Vec<String> = expressions.iter().map(|it| it.decoder.clone()).collect();
    // `decoded_by` says what the decoder returns.
    let start = format!("    variants: tuple[Decoder[{RETURNED}], ...] = ");
    let list = broken(&tuple(&decoders), 4, WIDTH, 0);
    format!("{start}{list}\n    return first_of(value, variants)\n")
}

fn condition(function: &str, first: &str, others: &[String]) -> String {
    let call = format!("{function}({first}, {})", others.join(", "));
    format!("    if {}:\n", broken(&call, 4, 7, 1))
}

fn literals(values: &[Value]) -> Vec<String> {
    let literal = |value: &Value| literal(value).unwrap_or_else(|| value.to_string());
    values.iter().map(literal).collect()
}

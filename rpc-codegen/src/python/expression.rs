//! [`Expression`]: a type in Python, as an annotation and as a decoder.

use crate::model::{Choice, Kind, StringFormat, Type};
use crate::python::pretty::{alternatives, broken};
use crate::text::docs;

/// A type in Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expression {
    /// What values of it are annotated with.
    pub(super) annotation: String,
    /// The decoder of values that arrive.
    pub(super) decoder: String,
}

impl Expression {
    pub(super) fn new(annotation: impl Into<String>, decoder: impl Into<String>) -> Expression {
        Expression {
            annotation: annotation.into(),
            decoder: decoder.into(),
        }
    }

    /// Any JSON.
    pub(super) fn json() -> Expression {
        Expression::new("Json", "anything")
    }

    /// The lines that return what the decoder makes of `value`.
    pub(super) fn return_decoded(&self, indent: usize) -> String {
        let spaces = " ".repeat(indent);
        let inner = self
            .decoder
            .strip_prefix("nullable(")
            .and_then(|rest| rest.strip_suffix(')'));
        // Checkers forget which literals a call of a call returns.
        let none = match inner {
            Some(_) => format!("{spaces}if value is None:\n{spaces}    return None\n"),
            None => String::new(),
        };
        let call = format!("{}(value)", inner.unwrap_or(&self.decoder));
        format!(
            "{none}{spaces}return {}\n",
            broken(&call, indent, indent + 7, 0)
        )
    }

    /// The same, or null.
    pub(super) fn or_none(self) -> Expression {
        if self.annotation == "Never" {
            return Expression::new("None", "null");
        }
        let has_none = alternatives(&self.annotation).contains(&"None");
        let none = if has_none { "" } else { " | None" };
        match &*self.decoder {
            "anything" | "null" => self,
            decoder => Expression::new(
                format!("{}{none}", self.annotation),
                format!("nullable({decoder})"),
            ),
        }
    }
}

/// An annotation, or another one. `Never` adds nothing.
pub(super) fn either(annotation: &str, other: &str) -> String {
    match annotation {
        "Never" => other.to_owned(),
        annotation => format!("{annotation} | {other}"),
    }
}

/// A type that Python has itself, without null.
pub(super) fn scalar(ty: &Type) -> Option<Expression> {
    let (annotation, decoder) = match &ty.kind {
        Kind::Any => ("Json", "anything"),
        Kind::Never => ("Never", "nothing"),
        Kind::Null => ("None", "null"),
        Kind::Boolean => ("bool", "boolean"),
        Kind::Integer { .. } => ("int", "integer"),
        Kind::Number { .. } => ("float", "number"),
        Kind::String {
            format: StringFormat::Base64,
            ..
        } => ("bytes", "base64_bytes"),
        Kind::String { .. } => ("str", "string"),
        _ => return None,
    };
    Some(Expression::new(annotation, decoder))
}

pub(super) fn wrapped(before: &str, inner: &Expression, after: &str, decoder: &str) -> Expression {
    Expression::new(
        format!("{before}{}{after}", inner.annotation),
        format!("{decoder}({})", inner.decoder),
    )
}

/// What is said about a type, also what Python has no type for.
pub(super) fn type_docs(ty: &Type) -> Vec<String> {
    let mut texts = docs(&ty.docs);
    if let (true, Kind::String { format, .. }) = (texts.is_empty(), &ty.kind) {
        let text = match format {
            StringFormat::DateTime => Some("A date and time (RFC 3339)."),
            StringFormat::Date => Some("A date, such as 2026-11-27."),
            StringFormat::Time => Some("A time of the day."),
            StringFormat::Duration => Some("A duration (ISO 8601)."),
            StringFormat::Uuid => Some("A UUID."),
            StringFormat::Uri => Some("A URI."),
            StringFormat::Text | StringFormat::Base64 | StringFormat::Other(_) => None,
        };
        texts.extend(text.map(str::to_owned));
    }
    if let Kind::Enum { choices, .. } = &ty.kind {
        let described = |choice: &Choice| {
            let text = choice
                .docs
                .description
                .as_ref()
                .or(choice.docs.title.as_ref())?;
            Some(format!("- {}: {text}", choice.value))
        };
        let lines: Vec<String> = choices.iter().filter_map(described).collect();
        texts.extend((!lines.is_empty()).then(|| lines.join("\n")));
    }
    if let Some(default) = &ty.default {
        texts.push(format!("Default: {default}"));
    }
    if ty.deprecated {
        texts.push("Deprecated.".to_owned());
    }
    texts
}

//! `types.ts`: a type for each definition.

use crate::model::{Choice, Definition, Field, IntegerFormat, Kind, Rest, StringFormat, Type};
use crate::text::docs;
use crate::typescript::text::{comment, member, quoted};
use crate::typescript::{BigIntegers, Writer};
use crate::value::Value;

/// The greatest whole number below which a double holds all.
const SAFE: i128 = (1 << 53) - 1;

impl Writer<'_> {
    pub(super) fn types(&self) -> String {
        let mut file = self.header();
        for (id, definition) in self.model.definitions() {
            file.push('\n');
            let writer = match self.inputs.contains(&id) {
                true => self.given(),
                false => *self,
            };
            file += &writer.declaration(self.names.ty(id), definition);
        }
        if self.model.definitions().next().is_none() {
            file += "\nexport {};\n";
        }
        file
    }

    fn declaration(&self, name: &str, definition: &Definition) -> String {
        let ty = &definition.ty;
        let docs = comment(&self.type_docs(ty), "");
        match &ty.kind {
            Kind::Object { fields, rest } if !ty.nullable && !fields.is_empty() => {
                format!(
                    "{docs}export interface {name} {}\n",
                    self.object(fields, rest, "")
                )
            }
            _ => format!("{docs}export type {name} ={};\n", self.member_type(ty, "")),
        }
    }

    /// What is said about a type, also what TypeScript has no type for.
    pub(super) fn type_docs(&self, ty: &Type) -> Vec<String> {
        let mut texts = docs(&ty.docs);
        let format = match &ty.kind {
            Kind::String { format, .. } => match format {
                StringFormat::Text => None,
                StringFormat::DateTime => Some("A date and time (RFC 3339)."),
                StringFormat::Date => Some("A date, such as 2026-11-27."),
                StringFormat::Time => Some("A time of the day."),
                StringFormat::Duration => Some("A duration (ISO 8601)."),
                StringFormat::Uuid => Some("A UUID."),
                StringFormat::Uri => Some("A URI."),
                StringFormat::Base64 => Some("Bytes, as base64."),
                StringFormat::Other(_) => None,
            },
            _ => None,
        };
        if texts.is_empty() {
            texts.extend(format.map(str::to_owned));
        }
        if let Kind::Enum { choices, .. } = &ty.kind {
            let described = |choice: &Choice| {
                let text = choice
                    .docs
                    .description
                    .as_ref()
                    .or(choice.docs.title.as_ref())?;
                Some(format!("- `{}`: {text}", choice.value))
            };
            let lines: Vec<String> = choices.iter().filter_map(described).collect();
            texts.extend((!lines.is_empty()).then(|| lines.join("\n")));
        }
        if let Some(default) = &ty.default {
            texts.push(format!("Default: `{default}`"));
        }
        if ty.deprecated {
            texts.push("@deprecated".to_owned());
        }
        texts
    }

    /// A type expression. Its later lines have the indentation.
    pub(super) fn ty(&self, ty: &Type, indent: &str) -> String {
        let expression = self.not_null(ty, indent);
        match ty.nullable && expression != "unknown" && expression != "null" {
            true if expression.starts_with('\n') => format!("{expression}\n{indent}  | null"),
            true => format!("{expression} | null"),
            false => expression,
        }
    }

    /// A type expression with a space before it, unless it begins on a line of its own.
    pub(super) fn member_type(&self, ty: &Type, indent: &str) -> String {
        let expression = self.ty(ty, indent);
        match expression.starts_with('\n') {
            true => expression,
            false => format!(" {expression}"),
        }
    }

    fn not_null(&self, ty: &Type, indent: &str) -> String {
        match &ty.kind {
            Kind::Any => "unknown".to_owned(),
            Kind::Never => "never".to_owned(),
            Kind::Null => "null".to_owned(),
            Kind::Boolean => "boolean".to_owned(),
            Kind::Integer { .. } => match self.is_bigint(ty) {
                true => "bigint".to_owned(),
                false => "number".to_owned(),
            },
            Kind::Number { .. } => "number".to_owned(),
            Kind::String { .. } => "string".to_owned(),
            Kind::Constant(value) => literal(value),
            Kind::Enum {
                choices,
                extensible,
            } => alternatives(enumerated(choices, *extensible), indent),
            Kind::Array { items, .. } => format!("{}[]", self.element(items, indent)),
            Kind::Tuple {
                items,
                required,
                rest,
            } => self.tuple(items, *required, rest.as_deref(), indent),
            Kind::Map { values, .. } => {
                format!("{{ [name: string]: {} }}", self.ty(values, indent))
            }
            Kind::Object { fields, rest } => self.object(fields, rest, indent),
            Kind::Union { variants, .. } => self.union(variants, indent),
            Kind::Reference(id) => self.names.ty(*id).to_owned(),
        }
    }

    /// Whether values of an integer type are `bigint`.
    pub(super) fn is_bigint(&self, ty: &Type) -> bool {
        self.options.big_integers == BigIntegers::BigInt && is_big(ty)
    }

    fn element(&self, ty: &Type, indent: &str) -> String {
        let expression = self.ty(ty, indent);
        let is_union = expression.contains(" | ") && !expression.ends_with(['}', ']', ')'])
            || ty.nullable
            || matches!(ty.kind, Kind::Union { .. } | Kind::Enum { .. });
        match is_union {
            true if expression.starts_with('\n') => {
                let expression = self.ty(ty, &format!("{indent}  "));
                format!("({expression}\n{indent})")
            }
            true => format!("({expression})"),
            false => expression,
        }
    }

    fn tuple(&self, items: &[Type], required: usize, rest: Option<&Type>, indent: &str) -> String {
        let item = |(index, ty): (usize, &Type)| match index < required {
            true => self.ty(ty, indent),
            false => format!("{}?", self.element(ty, indent)),
        };
        let mut elements: Vec<String> = items.iter().enumerate().map(item).collect();
        elements.extend(rest.map(|rest| format!("...{}[]", self.element(rest, indent))));
        format!("[{}]", elements.join(", "))
    }

    pub(super) fn object(&self, fields: &[Field], rest: &Rest, indent: &str) -> String {
        let inner = format!("{indent}  ");
        let mut lines = String::new();
        let mut types = Vec::new();
        for field in fields {
            let optional = if field.required { "" } else { "?" };
            let ty = self.ty(&field.ty, &inner);
            lines += &comment(&self.type_docs(&field.ty), &inner);
            let mut expression = self.member_type(&field.ty, &inner);
            if !field.required {
                expression += self.or_undefined(&expression, &inner).as_str();
            }
            lines += &format!("{inner}{}{optional}:{expression};\n", member(&field.name));
            types.push(ty);
            if !field.required {
                types.push("undefined".to_owned());
            }
        }
        if let Rest::Typed(ty) = rest {
            // An index signature must hold for the known members as well.
            types.insert(0, self.ty(ty, &inner));
            let mut known = Vec::new();
            types.retain(|ty| {
                !known.contains(ty) && {
                    known.push(ty.clone());
                    true
                }
            });
            lines += &format!("{inner}[name: string]: {};\n", types.join(" | "));
        }
        match (lines.is_empty(), rest) {
            (true, Rest::Closed) => "{ [name: string]: never }".to_owned(),
            (true, _) => "{ [name: string]: unknown }".to_owned(),
            (false, _) => format!("{{\n{lines}{indent}}}"),
        }
    }

    /// What follows the type of an optional member: a program may give `undefined`.
    pub(super) fn or_undefined(&self, expression: &str, indent: &str) -> String {
        match self.is_given && expression.trim() != "unknown" {
            true if expression.starts_with('\n') => format!("\n{indent}  | undefined"),
            true => " | undefined".to_owned(),
            false => String::new(),
        }
    }

    fn union(&self, variants: &[Type], indent: &str) -> String {
        let mut expressions: Vec<String> = Vec::new();
        for variant in variants {
            let inner = format!("{indent}    ");
            match &variant.kind {
                Kind::Enum {
                    choices,
                    extensible,
                } => expressions.extend(enumerated(choices, *extensible)),
                _ => expressions.push(self.ty(variant, &inner)),
            }
        }
        alternatives(expressions, indent)
    }
}

/// The values of an enum, each as a type.
fn enumerated(choices: &[Choice], extensible: bool) -> Vec<String> {
    let mut values: Vec<String> = choices
        .iter()
        .map(|choice| literal(&choice.value))
        .collect();
    if extensible {
        // Written so, editors still offer the known values.
        values.extend(
            choices
                .first()
                .map(|choice| others(&choice.value).to_owned()),
        );
    }
    values
}

/// A union, on several lines if it is long.
fn alternatives(expressions: Vec<String>, indent: &str) -> String {
    let mut different: Vec<String> = Vec::new();
    for expression in expressions {
        if !different.contains(&expression) {
            different.push(expression);
        }
    }
    let joined = different.join(" | ");
    match joined.contains('\n') || joined.len() > 80 {
        true => different
            .iter()
            .map(|expression| format!("\n{indent}  | {expression}"))
            .collect(),
        false => joined,
    }
}

/// Whether an integer may be one that a double can't hold, as far as the schema says.
pub(super) fn is_big(ty: &Type) -> bool {
    let Kind::Integer { format, bounds } = &ty.kind else {
        return false;
    };
    let is_past = |bound: Option<i128>| bound.is_some_and(|bound| !(-SAFE..=SAFE).contains(&bound));
    match *format {
        IntegerFormat::Unknown => is_past(bounds.minimum) || is_past(bounds.maximum),
        format => format.bits().is_some_and(|bits| bits >= 64),
    }
}

/// Whether a double holds all values of an integer, as far as the schema says.
pub(super) fn is_small(ty: &Type) -> bool {
    let Kind::Integer { format, bounds } = &ty.kind else {
        return false;
    };
    match *format {
        IntegerFormat::Unknown => {
            bounds.minimum.is_some() && bounds.maximum.is_some() && !is_big(ty)
        }
        format => format.bits().is_some_and(|bits| bits < 64),
    }
}

/// Whether a value can be written as a literal type.
pub(super) fn is_literal(value: &Value) -> bool {
    match value {
        Value::Number(_) => value
            .as_integer()
            .is_none_or(|integer| (-SAFE..=SAFE).contains(&integer)),
        Value::Array(elements) => elements.iter().all(is_literal),
        Value::Object(members) => members.values().all(is_literal),
        _ => true,
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(literal).collect();
            format!("[{}]", elements.join(", "))
        }
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{}: {}", member(name), literal(value)))
                .collect();
            format!("{{ {} }}", members.join("; "))
        }
        Value::Number(_) if !is_literal(value) => format!("{value}n"),
        other => other.to_string(),
    }
}

/// The values that an extensible enum may have one day.
fn others(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "(string & {})",
        Value::Number(_) => "(number & {})",
        _ => "unknown",
    }
}

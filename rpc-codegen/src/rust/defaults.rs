//! Values of the document as expressions of Rust, by their types: defaults.

use crate::model::{IntegerFormat, Kind, StringFormat, Type};
use crate::rust::convert::{Converter, integer, is_any_object};
use crate::rust::literal;
use crate::rust::names::{Scope, pascal};
use crate::rust::pretty::Attribute;
use crate::value::Value;

impl<'a> Converter<'a> {
    /// What tells serde the default of a member. `None` if Rust can't write the value.
    pub(super) fn default_attribute(
        &mut self,
        ty: &'a Type,
        plain: &str,
        default: &Value,
        hint: &str,
    ) -> Option<Attribute> {
        if is_empty(ty, default) {
            return Some(Attribute::new("serde", &["default"]));
        }
        let value = self.expression(ty, default)?;
        let name = crate::naming::snake(&format!("Default{hint}"));
        self.defaults
            .push(format!("fn {name}() -> {plain} {{\n    {value}\n}}\n"));
        Some(Attribute::new("serde", &[&format!("default = \"{name}\"")]))
    }

    /// A value as an expression. `None` if it does not fit the type, or if the type is not simple enough.
    pub(super) fn expression(&self, ty: &Type, value: &Value) -> Option<String> {
        if ty.nullable && !self.is_null_inside(ty) {
            return match value {
                Value::Null => Some("None".to_owned()),
                value => Some(format!("Some({})", self.plain_expression(ty, value)?)),
            };
        }
        self.plain_expression(ty, value)
    }

    fn plain_expression(&self, ty: &Type, value: &Value) -> Option<String> {
        match (&ty.kind, value) {
            (Kind::Boolean, Value::Bool(flag)) => Some(flag.to_string()),
            (Kind::Integer { format, bounds }, Value::Number(_)) => {
                let number = value.as_integer()?;
                let fits = match integer(*format, *bounds) {
                    "u64" => u64::try_from(number).is_ok(),
                    "i64" => i64::try_from(number).is_ok(),
                    _ => format.contains(number) && *format != IntegerFormat::Unknown,
                };
                fits.then(|| number.to_string())
            }
            (Kind::Number { .. }, Value::Number(_)) => value
                .as_f64()
                .filter(|it| it.is_finite())
                .map(literal::float),
            (Kind::String { format, .. }, Value::String(text))
                if *format != StringFormat::Base64 =>
            {
                Some(format!("{}.to_owned()", literal::string(text)))
            }
            (Kind::Array { items, .. }, Value::Array(values)) => {
                let values: Option<Vec<String>> =
                    values.iter().map(|it| self.expression(items, it)).collect();
                let values = values?;
                match crate::rust::flow::fixed_length(&ty.kind) {
                    Some(length) if length == values.len() as i128 => {
                        Some(format!("[{}]", values.join(", ")))
                    }
                    Some(_) => None,
                    None if values.is_empty() => Some("Vec::new()".to_owned()),
                    None => Some(format!("vec![{}]", values.join(", "))),
                }
            }
            (Kind::Map { .. }, Value::Object(members)) if members.is_empty() => {
                Some("Default::default()".to_owned())
            }
            (kind, Value::Object(members)) if is_any_object(kind) && members.is_empty() => {
                Some("Default::default()".to_owned())
            }
            (Kind::Reference(id), value) => self.named(*id, value),
            _ => None,
        }
    }

    /// A value of a named type.
    fn named(&self, id: crate::model::TypeId, value: &Value) -> Option<String> {
        let id = self.twins.declared(id);
        let ty = &self.model.definition(id).ty;
        let name = self.name(id);
        match (&ty.kind, value) {
            _ if ty.nullable => None,
            (Kind::Enum { choices, .. }, Value::String(_)) if self.as_enum(&ty.kind) => {
                let mut scope = Scope::with(&["Unknown"]);
                let variant = choices.iter().find_map(|choice| {
                    let text = choice.value.as_str()?;
                    let variant = scope.unique(pascal(text), "");
                    choice.value.same(value).then_some(variant)
                })?;
                Some(format!("{name}::{variant}"))
            }
            (Kind::Object { fields, .. }, Value::Object(members)) if !is_any_object(&ty.kind) => {
                let mut scope = Scope::with(&[]);
                let is_plain = members.len() == fields.len()
                    && fields
                        .iter()
                        .all(|it| it.required && !it.ty.nullable && it.ty.default.is_none());
                let member = |field: &crate::model::Field| {
                    let value = self.expression(&field.ty, members.get(&field.name)?)?;
                    Some(format!("{}: {value}", scope.identifier(&field.name)))
                };
                let written: Option<Vec<String>> = fields.iter().map(member).collect();
                let is_written = is_plain && !fields.is_empty();
                is_written.then_some(format!("{name} {{ {} }}", written?.join(", ")))
            }
            (
                Kind::Integer { .. }
                | Kind::Number { .. }
                | Kind::String { .. }
                | Kind::Boolean
                | Kind::Array { .. },
                value,
            ) => {
                let inner = self.plain_expression(ty, value)?;
                Some(format!("{name}({inner})"))
            }
            _ => None,
        }
    }
}

/// Whether a default is what `Default` gives.
fn is_empty(ty: &Type, default: &Value) -> bool {
    match (&ty.kind, default) {
        (Kind::Boolean, Value::Bool(flag)) => !flag,
        (Kind::Integer { .. }, value) => value.as_integer() == Some(0),
        (Kind::Number { .. }, value) => value.as_f64() == Some(0.0),
        (Kind::String { .. }, Value::String(text)) => text.is_empty(),
        (Kind::Array { .. }, Value::Array(values)) => {
            values.is_empty() && !crate::rust::flow::is_fixed(&ty.kind)
        }
        (Kind::Map { .. }, Value::Object(members)) => members.is_empty(),
        _ => false,
    }
}

//! Values of the document as expressions of Rust, by their types: defaults.

use crate::model::{Field, IntegerFormat, Kind, Rest, StringFormat, Type};
use crate::rust::convert::{Converter, integer, is_any_object};
use crate::rust::enums::of_choices;
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
        let value = match self.structure_of(ty, default) {
            Some((name, members)) => literal_of(&name, &members),
            None => self.expression(ty, default)?,
        };
        let name = crate::naming::snake(&format!("Default{hint}"));
        let name = self.functions.unique(name, "");
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
                let mut scope = of_choices();
                let variant = choices.iter().find_map(|choice| {
                    let text = choice.value.as_str()?;
                    let variant = scope.unique(pascal(text), "");
                    choice.value.same(value).then_some(variant)
                })?;
                Some(format!("{name}::{variant}"))
            }
            (Kind::Object { fields, rest }, Value::Object(members)) => {
                let written = self.members_of(fields, rest, members)?;
                Some(format!("{name} {{ {} }}", written.join(", ")))
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

    /// A value of a named struct: its name and its members.
    fn structure_of(&self, ty: &Type, value: &Value) -> Option<(String, Vec<String>)> {
        let Kind::Reference(id) = ty.kind else {
            return None;
        };
        let id = self.twins.declared(id);
        let named = &self.model.definition(id).ty;
        match (&named.kind, value) {
            (Kind::Object { fields, rest }, Value::Object(members))
                if !named.nullable && !ty.nullable =>
            {
                let written = self.members_of(fields, rest, members)?;
                Some((self.name(id).to_owned(), written))
            }
            _ => None,
        }
    }

    /// The members of a struct, for its braces. `None` if the value lacks one.
    fn members_of(
        &self,
        fields: &[Field],
        rest: &Rest,
        members: &crate::value::Object,
    ) -> Option<Vec<String>> {
        let is_plain =
            |field: &Field| field.required && !field.ty.nullable && field.ty.default.is_none();
        if fields.is_empty() || members.len() != fields.len() || !fields.iter().all(is_plain) {
            return None;
        }
        let mut scope = Scope::with(&[]);
        let mut written = Vec::new();
        for field in fields {
            let value = self.expression(&field.ty, members.get(&field.name)?)?;
            written.push(format!("{}: {value}", scope.identifier(&field.name)));
        }
        if let Rest::Typed(_) = rest {
            written.push(format!("{}: Default::default()", scope.identifier("rest")));
        }
        Some(written)
    }
}

/// A struct as the body of a function. rustfmt puts members below each other unless they are short.
fn literal_of(name: &str, members: &[String]) -> String {
    let one_line = members.join(", ");
    match one_line.len() <= 18 {
        true => format!("{name} {{ {one_line} }}"),
        false => format!(
            "{name} {{\n        {},\n    }}",
            members.join(",\n        ")
        ),
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

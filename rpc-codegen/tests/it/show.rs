//! Types in a short notation, for tables of cases.

use rpc_codegen::model::{IntegerFormat, Kind, Rest, StringFormat, Type};
use rpc_codegen::{Document, Model};

/// The model of a document with these schemas, in YAML.
pub(crate) fn model(schemas: &str) -> Model {
    let schemas: String = schemas
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    let text = format!(
        "openrpc: 1.4.1\ninfo: {{title: t, version: '1'}}\nmethods: []\ncomponents:\n  schemas:\n{schemas}"
    );
    Model::read(&Document::parse(&text).unwrap()).unwrap()
}

/// A named type in short.
pub(crate) fn named(model: &Model, name: &str) -> String {
    show(model, &model.definition_named(name).unwrap().ty)
}

/// `{a: int64, b?: string|null, ...}` and so on.
pub(crate) fn show(model: &Model, ty: &Type) -> String {
    let all = |types: &[Type], between: &str| {
        let types: Vec<String> = types.iter().map(|ty| show(model, ty)).collect();
        types.join(between)
    };
    let kind = match &ty.kind {
        Kind::Any => "any".to_owned(),
        Kind::Never => "never".to_owned(),
        Kind::Null => "null".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::Integer {
            format: IntegerFormat::Unknown,
            ..
        } => "integer".to_owned(),
        Kind::Integer { format, .. } => format!("{format:?}").to_lowercase(),
        Kind::Number { .. } => "number".to_owned(),
        Kind::String {
            format: StringFormat::Text,
            ..
        } => "string".to_owned(),
        Kind::String {
            format: StringFormat::Other(format),
            ..
        } => format!("string:{format}"),
        Kind::String { format, .. } => format!("{format:?}").to_lowercase(),
        Kind::Constant(value) => value.to_string(),
        Kind::Enum {
            choices,
            extensible,
        } => {
            let values: Vec<String> = choices
                .iter()
                .map(|choice| choice.value.to_string())
                .collect();
            format!(
                "enum({}{})",
                values.join(" "),
                if *extensible { " ..." } else { "" }
            )
        }
        Kind::Array { items, .. } => format!("[{}]", show(model, items)),
        Kind::Tuple {
            items,
            required,
            rest,
        } => {
            let rest = rest
                .as_ref()
                .map(|rest| format!(" ...{}", show(model, rest)));
            format!(
                "({} min {required}{})",
                all(items, ", "),
                rest.unwrap_or_default()
            )
        }
        Kind::Map { values, .. } => format!("map({})", show(model, values)),
        Kind::Object { fields, rest } => {
            let mut members: Vec<String> = fields
                .iter()
                .map(|field| {
                    format!(
                        "{}{}: {}",
                        field.name,
                        if field.required { "" } else { "?" },
                        show(model, &field.ty)
                    )
                })
                .collect();
            match rest {
                Rest::Closed => {}
                Rest::Open => members.push("...".to_owned()),
                Rest::Typed(ty) => members.push(format!("...{}", show(model, ty))),
            }
            format!("{{{}}}", members.join(", "))
        }
        Kind::Union { variants, telling } => {
            let telling = format!("{telling:?}");
            let telling = telling
                .split(|c: char| !c.is_alphanumeric())
                .next()
                .unwrap();
            format!("{telling}({})", all(variants, " | "))
        }
        Kind::Reference(id) => format!("@{}", model.definition(*id).name),
    };
    match ty.nullable {
        true => kind + "|null",
        false => kind,
    }
}

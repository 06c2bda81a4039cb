//! Objects: their dataclasses and decoders.

use crate::model::{Field, Kind, Rest, Type};
use crate::naming::pascal;
use crate::naming::snake;
use crate::python::convert::{Converter, LONG};
use crate::python::declaration::Body;
use crate::python::expression::{Expression, either, type_docs};
use crate::python::names::fields as identifiers;
use crate::python::pretty::{WIDTH, alternatives, broken};
use crate::python::text::{docstring, literal, quoted};

impl Converter<'_> {
    /// A dataclass with these fields, and its decoder.
    pub(super) fn class(
        &mut self,
        name: &str,
        decoder: &str,
        fields: &[Field],
        rest: &Rest,
        docs: Vec<String>,
    ) {
        let others = matches!(rest, Rest::Typed(_)).then_some("others");
        let names = identifiers(fields.iter().map(|field| &*field.name).chain(others));
        let mut lines = String::new();
        let mut arguments = Vec::new();
        for (field, identifier) in fields.iter().zip(&names) {
            let (line, argument) = self.field(name, field, identifier);
            lines += &line;
            arguments.push(argument);
        }
        let known: Vec<String> = fields.iter().map(|field| quoted(&field.name)).collect();
        let others = names.get(fields.len());
        if let (Rest::Typed(ty), Some(identifier)) = (rest, others) {
            let (line, decoder) = self.others(name, ty, identifier);
            lines += &line;
            let known = known.join(", ");
            arguments.push(format!(
                "{identifier}=other_members(found, {decoder}, {known})"
            ));
        }
        let aliases = fields.iter().flat_map(|field| &field.aliases);
        let allowed: Vec<String> = known
            .into_iter()
            .chain(aliases.map(|it| quoted(it)))
            .collect();
        let found = match rest {
            Rest::Closed => format!("closed_members(value, {})", allowed.join(", ")),
            Rest::Open | Rest::Typed(_) => "members(value)".to_owned(),
        };
        let renamed: String = fields.iter().filter_map(renamed).collect();
        let arguments: String = arguments
            .iter()
            .map(|argument| format!("        {},\n", broken(argument, 8, 8, 1)))
            .collect();
        let body = format!(
            "    found = {}\n{renamed}    return {name}(\n{arguments}    )\n",
            broken(&found, 4, 12, 0)
        );
        self.declare(name, docs, Body::Class(lines));
        self.function(decoder, name, body);
    }

    /// The lines of a field, and the argument that decodes it.
    fn field(&mut self, class: &str, field: &Field, identifier: &str) -> (String, String) {
        let context = format!("{class}{}", pascal(&field.name).trim_start_matches('_'));
        let room = 70_usize.saturating_sub(identifier.len());
        let expression = self.convert_within(&field.ty, &context, room);
        let may_be_null = self.may_be_null(&field.ty);
        let mut lines = member(field, identifier, &expression, may_be_null);
        let is_class = matches!(&field.ty.kind, Kind::Object { fields, .. } if !fields.is_empty());
        let mut docs = type_docs(&field.ty);
        // Some documents repeat the name.
        docs.retain(|text| snake(text) != identifier);
        // The class of an inline object has its docs.
        if !is_class {
            lines += &docstring(&docs, "    ");
        }
        let argument = decoded(field, &expression, may_be_null);
        (lines, format!("{identifier}={argument}"))
    }

    /// The lines of the field with all other members, and the decoder of a member.
    fn others(&mut self, class: &str, ty: &Type, identifier: &str) -> (String, String) {
        let value = self.convert_within(ty, &format!("{class}Other"), LONG);
        let start = format!("    {identifier}: Mapping[str, {}] = ", value.annotation);
        let call = "field(default_factory=no_members, metadata={\"rest\": True})";
        let call = broken(call, 4, start.len(), 0);
        let lines = format!("{start}{call}\n    \"\"\"All other members.\"\"\"\n");
        (lines, value.decoder)
    }
}

/// A field of a class.
fn member(field: &Field, identifier: &str, expression: &Expression, may_be_null: bool) -> String {
    let annotation = &expression.annotation;
    let (annotation, default) = match &field.ty.kind {
        Kind::Constant(value) if field.required && !field.ty.nullable => {
            (annotation.clone(), literal(value))
        }
        _ if field.required => (annotation.clone(), None),
        _ if may_be_null => (either(annotation, "Unset"), Some("UNSET".to_owned())),
        _ => (either(annotation, "None"), Some("None".to_owned())),
    };
    let assigned = |value: &str| match value.is_empty() {
        true => String::new(),
        false => format!(" = {value}"),
    };
    if identifier == field.name {
        let value = default.unwrap_or_default();
        let flat = format!("    {identifier}: {annotation}{}", assigned(&value));
        let has_room = identifier.len() + annotation.len() + 10 <= WIDTH;
        if flat.len() > WIDTH && !value.is_empty() && has_room {
            return format!("    {identifier}: {annotation} = (\n        {value}\n    )\n");
        }
        let value = assigned(&value);
        let annotation = parenthesized(&annotation, identifier.len() + 6, value.len());
        return format!("    {identifier}: {annotation}{value}\n");
    }
    let default = default
        .map(|default| format!("default={default}, "))
        .unwrap_or_default();
    let name = quoted(&field.name);
    let call = format!("field({default}metadata={{\"json\": {name}}})");
    // The formatter breaks an annotation last.
    let target = identifier.len() + annotation.len() + 6;
    if target + " = field(".len() > WIDTH && target + " = (".len() <= WIDTH {
        let call = broken(&call, 8, 8, 0);
        return format!("    {identifier}: {annotation} = (\n        {call}\n    )\n");
    }
    let annotation = parenthesized(&annotation, identifier.len() + 6, " = field(".len());
    let last = annotation.lines().last().unwrap_or_default();
    let before = match annotation.contains('\n') {
        true => last.len() + 3,
        false => last.len() + identifier.len() + 9,
    };
    format!(
        "    {identifier}: {annotation}{}\n",
        assigned(&broken(&call, 4, before, 0))
    )
}

/// An annotation of a field, in parentheses if it does not fit between what stands before and after it.
fn parenthesized(annotation: &str, before: usize, after: usize) -> String {
    if before + annotation.len() + after <= WIDTH {
        return annotation.to_owned();
    }
    let separator = match annotation.len() + 8 <= WIDTH {
        true => " | ",
        false => "\n        | ",
    };
    let parts = alternatives(annotation).join(separator);
    format!("(\n        {parts}\n    )")
}

/// The line that gives a field its own name, if other names are taken for it too.
fn renamed(field: &Field) -> Option<String> {
    let aliases: Vec<String> = field.aliases.iter().map(|it| quoted(it)).collect();
    (!aliases.is_empty()).then(|| {
        let name = quoted(&field.name);
        let call = format!("renamed(found, {name}, {})", aliases.join(", "));
        format!("    found = {}\n", broken(&call, 4, 12, 0))
    })
}

/// The expression that decodes a field from the members in `found`.
fn decoded(field: &Field, expression: &Expression, may_be_null: bool) -> String {
    let function = match () {
        () if field.required => "required",
        () if may_be_null => "maybe",
        () => "optional",
    };
    format!(
        "{function}(found, {}, {})",
        quoted(&field.name),
        expression.decoder
    )
}

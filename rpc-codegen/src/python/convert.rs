//! From types of the model to annotations and decoders. Inline objects become classes on the way.

use std::collections::HashSet;

use crate::model::{Choice, Field, Kind, Rest, StringFormat, Type, TypeId};
use crate::naming::pascal;
use crate::python::Writer;
use crate::python::declarations::{Body, Declaration, Function};
use crate::python::names::{fields as identifiers, snake, unique};
use crate::python::pretty::{broken, tuple};
use crate::python::text::{docstring, literal, quoted};
use crate::python::union::alternatives;
use crate::text::docs;
use crate::value::Value;

/// How many elements of a tuple may be missing.
pub(super) const MOST_OPTIONAL: usize = 8;

/// Stands for what a decoder returns, in its body, until that has its name.
pub(super) const RETURNED: &str = "$returned";

/// How long an annotation may be before it gets a name.
const LONG: usize = 60;

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

    /// The expression that decodes `value`.
    pub(super) fn decode_value(&self) -> String {
        let choices = self
            .decoder
            .strip_prefix("one_of(")
            .and_then(|rest| rest.strip_suffix(')'));
        match choices {
            // Checkers see that the result is one of the choices only if they are in the same call.
            Some(choices) => format!("choice(value, {choices})"),
            None => format!("{}(value)", self.decoder),
        }
    }

    fn or_none(self) -> Expression {
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

/// Converts types, and keeps the classes, aliases and decoders that they need.
pub(super) struct Converter<'a> {
    pub(super) writer: Writer<'a>,
    pub(super) declarations: Vec<Declaration>,
    pub(super) functions: Vec<Function>,
    taken: HashSet<String>,
    taken_functions: HashSet<String>,
    /// The decoders of the named types.
    decoders: Vec<String>,
    /// The named type that is being converted: its name and its decoder.
    own: Option<Own>,
}

/// A type that has a name already.
pub(super) struct Own {
    pub(super) name: String,
    pub(super) decoder: String,
}

impl<'a> Converter<'a> {
    /// Converts the named types.
    pub(super) fn new(writer: Writer<'a>) -> Converter<'a> {
        let mut converter = Converter {
            writer,
            declarations: Vec::new(),
            functions: Vec::new(),
            taken: writer.names.taken(),
            taken_functions: writer.names.taken(),
            decoders: Vec::new(),
            own: None,
        };
        for (id, definition) in writer.model.definitions() {
            let decoder = match scalar(&definition.ty) {
                Some(expression) if definition.ty.nullable => expression.or_none().decoder,
                Some(expression) => expression.decoder,
                None => converter.function_name(writer.names.ty(id)),
            };
            converter.decoders.push(decoder);
        }
        for (id, definition) in writer.model.definitions() {
            converter.definition(id, &definition.ty);
        }
        converter
    }

    fn definition(&mut self, id: TypeId, ty: &Type) {
        let name = self.writer.names.ty(id).to_owned();
        let decoder = self.decoders[id.0].clone();
        match &ty.kind {
            Kind::Object { fields, rest } if !ty.nullable && !fields.is_empty() => {
                self.class(&name, &decoder, fields, rest, type_docs(ty));
            }
            _ => {
                let context = match ty.nullable {
                    true => format!("{name}Value"),
                    false => name.clone(),
                };
                self.own = (!ty.nullable).then(|| Own {
                    name: name.clone(),
                    decoder: decoder.clone(),
                });
                let expression = self.convert(ty, &context);
                self.own = None;
                let decode_value = expression.decode_value();
                self.declare(&name, type_docs(ty), Body::Alias(expression.annotation));
                if scalar(ty).is_none() && expression.decoder != decoder {
                    let body = format!("    return {}\n", decode_value);
                    self.function(&decoder, &name, body);
                }
            }
        }
    }

    /// A type. What it needs is named after its context.
    pub(super) fn convert(&mut self, ty: &Type, context: &str) -> Expression {
        let expression = self.not_null(ty, context);
        match ty.nullable {
            true => expression.or_none(),
            false => expression,
        }
    }

    /// The same, with a name if it is longer than the room that there is for it.
    pub(super) fn convert_within(&mut self, ty: &Type, context: &str, room: usize) -> Expression {
        let expression = self.convert(ty, context);
        self.named_if_longer(expression, context, room)
    }

    fn named_if_longer(
        &mut self,
        expression: Expression,
        context: &str,
        room: usize,
    ) -> Expression {
        let is_name = expression
            .annotation
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_');
        if expression.annotation.len() <= room || is_name {
            return expression;
        }
        let name = self.class_name(context);
        self.declare(&name, Vec::new(), Body::Alias(expression.annotation));
        Expression::new(name, expression.decoder)
    }

    fn not_null(&mut self, ty: &Type, context: &str) -> Expression {
        let own = self.own.take();
        let is_named = own.is_some();
        if let Some(expression) = scalar(ty) {
            return expression;
        }
        let expression = match &ty.kind {
            Kind::Reference(id) => {
                Expression::new(self.writer.names.ty(*id), &*self.decoders[id.0])
            }
            Kind::Never => Expression::new("Never", "nothing"),
            Kind::Null => Expression::new("None", "null"),
            Kind::Constant(value) => self.literals(std::slice::from_ref(value), context, own),
            Kind::Enum {
                choices,
                extensible,
            } => self.enumerated(choices, *extensible, context, own),
            Kind::Array { items, .. } => {
                let item = self.convert_within(items, &format!("{context}Item"), LONG);
                wrapped("list[", &item, "]", "array")
            }
            Kind::Tuple {
                items,
                required,
                rest,
            } => self.tuple(items, *required, rest.as_deref(), context, own),
            Kind::Map { values, .. } => {
                let value = self.convert_within(values, &format!("{context}Value"), LONG);
                wrapped("dict[str, ", &value, "]", "mapping")
            }
            Kind::Object { fields, rest } => self.object(fields, rest, context, ty),
            Kind::Union { variants, telling } => self.union(variants, telling, context, own),
            // The scalars.
            _ => Expression::json(),
        };
        match is_named {
            true => expression,
            false => self.named_if_longer(expression, context, LONG),
        }
    }

    fn object(&mut self, fields: &[Field], rest: &Rest, context: &str, ty: &Type) -> Expression {
        if fields.is_empty() {
            return match rest {
                Rest::Open => Expression::new("dict[str, Json]", "mapping(anything)"),
                Rest::Closed => Expression::new("dict[str, Never]", "mapping(nothing)"),
                Rest::Typed(values) => {
                    let value = self.convert(values, &format!("{context}Value"));
                    wrapped("dict[str, ", &value, "]", "mapping")
                }
            };
        }
        let name = self.class_name(context);
        let decoder = self.function_name(&name);
        self.class(&name, &decoder, fields, rest, docs(&ty.docs));
        Expression::new(name, decoder)
    }

    fn class(
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
            let context = format!("{name}{}", pascal(&field.name).trim_start_matches('_'));
            let expression = self.convert_within(
                &field.ty,
                &context,
                70_usize.saturating_sub(identifier.len()),
            );
            lines += &member(field, identifier, &expression);
            let is_object =
                matches!(&field.ty.kind, Kind::Object { fields, .. } if !fields.is_empty());
            if !is_object {
                lines += &docstring(&type_docs(&field.ty), "    ");
            }
            arguments.push(format!("{identifier}={}", decoded(field, &expression)));
        }
        let known: Vec<String> = fields.iter().map(|field| quoted(&field.name)).collect();
        if let (Rest::Typed(ty), Some(identifier)) =
            (rest, names.last().filter(|_| others.is_some()))
        {
            let value = self.convert_within(ty, &format!("{name}Other"), LONG);
            let start = format!("    {identifier}: Mapping[str, {}] = ", value.annotation);
            let call = "field(default_factory=no_members, metadata={\"rest\": True})";
            let call = broken(call, 4, start.len(), 0);
            lines += &format!("{start}{call}\n    \"\"\"All other members.\"\"\"\n");
            arguments.push(format!(
                "{identifier}=other_members(found, {}, {})",
                value.decoder,
                known.join(", ")
            ));
        }
        let found = match rest {
            Rest::Closed => format!("closed_members(value, {})", known.join(", ")),
            Rest::Open | Rest::Typed(_) => "members(value)".to_owned(),
        };
        let arguments: String = arguments
            .iter()
            .map(|argument| format!("        {},\n", broken(argument, 8, 8, 1)))
            .collect();
        let body = format!(
            "    found = {}\n    return {name}(\n{arguments}    )\n",
            broken(&found, 4, 12, 0)
        );
        self.declare(name, docs, Body::Class(lines));
        self.function(decoder, name, body);
    }

    fn enumerated(
        &mut self,
        choices: &[Choice],
        extensible: bool,
        context: &str,
        own: Option<Own>,
    ) -> Expression {
        let values: Vec<Value> = choices.iter().map(|choice| choice.value.clone()).collect();
        if !extensible {
            return self.literals(&values, context, own);
        }
        // All values of the kind are accepted, so that those of a newer server are kept.
        let open = match () {
            () if values.iter().all(|value| value.as_str().is_some()) => ("str", "string"),
            () if values.iter().all(|value| value.as_integer().is_some()) => ("int", "integer"),
            () => return Expression::json(),
        };
        let known = literal_annotation(&values);
        Expression::new(format!("{known} | {}", open.0), open.1)
    }

    /// One of these values.
    fn literals(&mut self, values: &[Value], context: &str, own: Option<Own>) -> Expression {
        if matches!(values, [Value::Null]) {
            return Expression::new("None", "null");
        }
        let literals: Option<Vec<String>> = values.iter().map(literal).collect();
        let Some(literals) = literals else {
            return Expression::json();
        };
        let mut expression = Expression::new(literal_annotation(values), "");
        if values.len() > 1 && own.is_none() {
            expression = self.named_if_longer(expression, context, LONG);
        }
        let annotation = own.map_or_else(|| expression.annotation.clone(), |own| own.name);
        let name = unique(
            snake(context).to_ascii_uppercase(),
            &mut self.taken_functions,
        );
        let start = format!("{name}: tuple[{annotation}, ...] = ");
        let start = broken_annotation(&start);
        let last = start.lines().last().unwrap_or_default().len();
        let list = broken(&tuple(&literals), 0, last, 0);
        self.functions.push(Function {
            name: name.clone(),
            text: format!("{start}{list}\n"),
            is_constant: true,
        });
        expression.decoder = format!("one_of({name})");
        expression
    }

    fn tuple(
        &mut self,
        items: &[Type],
        required: usize,
        rest: Option<&Type>,
        context: &str,
        own: Option<Own>,
    ) -> Expression {
        if items.len() - required.min(items.len()) > MOST_OPTIONAL {
            return Expression::json();
        }
        let mut parts = Vec::new();
        for (index, ty) in items.iter().enumerate() {
            parts.push(self.convert_within(ty, &format!("{context}Part{}", index + 1), 40));
        }
        let rest = rest.map(|rest| self.convert_within(rest, &format!("{context}Rest"), 40));
        let annotations: Vec<&str> = parts.iter().map(|part| &*part.annotation).collect();
        let lengths = (required.min(items.len())..=items.len()).map(|length| {
            let mut known: Vec<String> = annotations[..length]
                .iter()
                .map(|it| (*it).to_owned())
                .collect();
            if let Some(rest) = rest.as_ref().filter(|_| length == items.len()) {
                known.push(format!("*tuple[{}, ...]", rest.annotation));
            }
            match known.is_empty() {
                true => "tuple[()]".to_owned(),
                false => format!("tuple[{}]", known.join(", ")),
            }
        });
        let annotation = lengths.collect::<Vec<_>>().join(" | ");
        let body = tuple_body(&parts, required.min(items.len()), rest.as_ref());
        self.decoded_by(annotation, context, own, body)
    }

    /// A type with a decoder of its own.
    pub(super) fn decoded_by(
        &mut self,
        annotation: String,
        context: &str,
        own: Option<Own>,
        body: String,
    ) -> Expression {
        if let Some(own) = own {
            self.function(&own.decoder, &own.name, body.replace(RETURNED, &own.name));
            return Expression::new(annotation, own.decoder);
        }
        let decoder = self.function_name(context);
        let expression =
            self.named_if_longer(Expression::new(annotation, &*decoder), context, LONG);
        let body = body.replace(RETURNED, &expression.annotation);
        self.function(&decoder, &expression.annotation, body);
        expression
    }

    pub(super) fn declare(&mut self, name: &str, docs: Vec<String>, body: Body) {
        self.declarations.push(Declaration {
            name: name.to_owned(),
            docs,
            body,
        });
    }

    /// A decoder. Its body uses `value`.
    pub(super) fn function(&mut self, name: &str, returns: &str, body: String) {
        let line = format!("def {name}(value: object) -> {returns}:");
        let line = match line.len() <= super::pretty::WIDTH {
            true => line,
            false => format!("def {name}(\n    value: object,\n) -> {returns}:"),
        };
        self.functions.push(Function {
            name: name.to_owned(),
            text: format!("{line}\n{body}"),
            is_constant: false,
        });
    }

    pub(super) fn class_name(&mut self, context: &str) -> String {
        unique(context.to_owned(), &mut self.taken)
    }

    pub(super) fn function_name(&mut self, context: &str) -> String {
        unique(
            format!("decode_{}", snake(context)),
            &mut self.taken_functions,
        )
    }
}

/// A type that Python has itself, without null.
fn scalar(ty: &Type) -> Option<Expression> {
    let (annotation, decoder) = match &ty.kind {
        Kind::Any => ("Json", "anything"),
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

fn wrapped(before: &str, inner: &Expression, after: &str, decoder: &str) -> Expression {
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

/// Whether a value that is left out differs from one that is null.
pub(super) fn may_be_null(expression: &Expression) -> bool {
    let parts = alternatives(&expression.annotation);
    expression.decoder.starts_with("nullable(")
        || parts.iter().any(|part| matches!(*part, "None" | "Json"))
}

/// A field of a class.
fn member(field: &Field, identifier: &str, expression: &Expression) -> String {
    let annotation = &expression.annotation;
    let (annotation, default) = match &field.ty.kind {
        Kind::Constant(value) if field.required && !field.ty.nullable => {
            (annotation.clone(), literal(value))
        }
        _ if field.required => (annotation.clone(), None),
        _ if may_be_null(expression) => (format!("{annotation} | Unset"), Some("UNSET".to_owned())),
        _ => (format!("{annotation} | None"), Some("None".to_owned())),
    };
    let start = format!("    {identifier}: {annotation}");
    if identifier == field.name {
        let default = default
            .map(|default| format!(" = {default}"))
            .unwrap_or_default();
        return format!("{start}{default}\n");
    }
    let default = default
        .map(|default| format!("default={default}, "))
        .unwrap_or_default();
    let call = format!(
        "field({default}metadata={{\"json\": {}}})",
        quoted(&field.name)
    );
    format!("{start} = {}\n", broken(&call, 4, start.len() + 3, 0))
}

/// The expression that decodes a field from the members in `found`.
fn decoded(field: &Field, expression: &Expression) -> String {
    let function = match () {
        () if field.required => "required",
        () if may_be_null(expression) => "maybe",
        () => "optional",
    };
    format!(
        "{function}(found, {}, {})",
        quoted(&field.name),
        expression.decoder
    )
}

fn tuple_body(parts: &[Expression], required: usize, rest: Option<&Expression>) -> String {
    let most = if rest.is_none() {
        parts.len().to_string()
    } else {
        "None".to_owned()
    };
    let mut body = format!("    items = elements(value, {required}, {most})\n");
    let item =
        |(index, part): (usize, &Expression)| format!("item(items, {index}, {})", part.decoder);
    let items: Vec<String> = parts.iter().enumerate().map(item).collect();
    for length in required..parts.len() {
        let some = tuple(&items[..length]);
        let some = broken(&some, 8, 15, 0);
        body += &format!("    if len(items) == {length}:\n        return {some}\n");
    }
    let mut all = items;
    if let Some(rest) = rest {
        all.push(format!(
            "*items_from(items, {}, {})",
            parts.len(),
            rest.decoder
        ));
    }
    body + &format!("    return {}\n", broken(&tuple(&all), 4, 11, 0))
}

fn literal_annotation(values: &[Value]) -> String {
    let has_null = values.contains(&Value::Null);
    let others = values.iter().filter(|value| **value != Value::Null);
    let literals: Vec<String> = others.filter_map(literal).collect();
    let none = if has_null { " | None" } else { "" };
    format!("Literal[{}]{none}", literals.join(", "))
}

/// The start of a constant, whose annotation may be too long for its line.
fn broken_annotation(start: &str) -> String {
    match start.len() < super::pretty::WIDTH {
        true => start.to_owned(),
        false => {
            let flat = start.trim_end_matches(" = ");
            format!("{} = ", broken(flat, 0, 0, 3))
        }
    }
}

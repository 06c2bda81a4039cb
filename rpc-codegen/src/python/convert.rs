//! From types of the model to annotations and decoders. Inline objects become classes on the way.

use std::collections::HashSet;

use crate::model::{Field, JsonKind, Kind, Rest, Type, TypeId};
use crate::naming::snake;
use crate::python::Writer;
use crate::python::declaration::{Body, Declaration, Function};
use crate::python::expression::{Expression, scalar, type_docs, wrapped};
use crate::python::names::unique;
use crate::python::pretty::WIDTH;
use crate::text::docs;

/// Stands for what a decoder returns, in its body, until that has its name.
pub(super) const RETURNED: &str = "$returned";

/// How long an annotation may be before it gets a name.
pub(super) const LONG: usize = 60;

/// Converts types, and keeps the classes, aliases and decoders that they need.
pub(super) struct Converter<'a> {
    pub(super) writer: Writer<'a>,
    pub(super) declarations: Vec<Declaration>,
    pub(super) functions: Vec<Function>,
    taken: HashSet<String>,
    pub(super) taken_functions: HashSet<String>,
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
                let body = expression.return_decoded(4);
                self.declare(&name, type_docs(ty), Body::Alias(expression.annotation));
                if scalar(ty).is_none() && expression.decoder != decoder {
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

    pub(super) fn named_if_longer(
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
        // The body names it as well, in a longer line.
        let room = if body.contains(RETURNED) {
            LONG - 15
        } else {
            LONG
        };
        let expression =
            self.named_if_longer(Expression::new(annotation, &*decoder), context, room);
        let body = body.replace(RETURNED, &expression.annotation);
        self.function(&decoder, &expression.annotation, body);
        expression
    }

    /// Whether a value that is left out differs from one that is null.
    pub(super) fn may_be_null(&self, ty: &Type) -> bool {
        self.writer.model.json_kinds(ty).contains(&JsonKind::Null)
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
        let line = match line.len() <= WIDTH {
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

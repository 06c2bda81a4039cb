//! The signature of a method: its arguments, and what it returns.

use crate::model::{Method, Param, Reply};
use crate::naming::pascal;
use crate::python::Writer;
use crate::python::convert::Converter;
use crate::python::errors::Errors;
use crate::python::expression::{Expression, either, type_docs};
use crate::python::names::{MethodName, arguments};
use crate::python::twins::twin;
use crate::text::docs;

/// A method as a client has it.
pub(super) struct Signature<'a> {
    pub(super) method: &'a Method,
    pub(super) name: &'a MethodName,
    pub(super) arguments: Vec<Argument>,
    pub(super) returns: Returns,
    /// The classes of its errors, with what is said about them.
    pub(super) errors: Vec<(String, String)>,
    pub(super) is_opaque: bool,
}

/// An argument that callers give.
pub(super) struct Argument {
    /// Its name in Python.
    pub(super) identifier: String,
    /// Its name in JSON.
    pub(super) name: String,
    pub(super) annotation: String,
    pub(super) default: Option<&'static str>,
    /// Whether `None` leaves it out.
    pub(super) is_not_null: bool,
    pub(super) docs: Vec<String>,
}

/// What comes back.
pub(super) enum Returns {
    Nothing,
    Result(Expression),
    Stream { item: Expression, end: Expression },
}

impl<'a> Signature<'a> {
    pub(super) fn of(
        writer: Writer<'a>,
        converter: &mut Converter<'_>,
        errors: &Errors<'_>,
        method: &'a Method,
        name: &'a MethodName,
    ) -> Signature<'a> {
        if writer.is_opaque(method) {
            return Signature::opaque(method, name);
        }
        let given = given(method);
        let identifiers = arguments(given.iter().map(|param| &*param.name));
        let arguments = given
            .iter()
            .zip(identifiers)
            .map(|(param, identifier)| argument(converter, &name.ty, param, identifier))
            .collect();
        let mut convert =
            |ty, suffix| converter.convert_within(ty, &format!("{}{suffix}", name.ty), 50);
        let returns = match &method.reply {
            Reply::None => Returns::Nothing,
            Reply::Result(result) => Returns::Result(convert(result, "Result")),
            Reply::Stream(stream) => Returns::Stream {
                item: convert(&stream.item, "Item"),
                end: convert(&stream.end, "End"),
            },
        };
        let described = |case: &crate::model::ErrorCase| {
            let text = case.description.as_ref().unwrap_or(&case.message);
            (errors.name(case).to_owned(), text.clone())
        };
        Signature {
            method,
            name,
            arguments,
            returns,
            errors: method.errors.iter().map(described).collect(),
            is_opaque: false,
        }
    }

    /// A method without types: its params are given as one object or array.
    fn opaque(method: &'a Method, name: &'a MethodName) -> Signature<'a> {
        let returns = match &method.reply {
            Reply::None => Returns::Nothing,
            Reply::Result(_) => Returns::Result(Expression::json()),
            Reply::Stream(_) => Returns::Stream {
                item: Expression::json(),
                end: Expression::json(),
            },
        };
        let given = given(method);
        let identifiers = arguments(given.iter().map(|param| &*param.name));
        let untyped = |(param, identifier): (&&Param, String)| Argument {
            identifier,
            name: param.name.clone(),
            annotation: if param.required {
                "Json"
            } else {
                "Json | Unset"
            }
            .to_owned(),
            default: (!param.required).then_some("UNSET"),
            is_not_null: false,
            docs: docs(&param.docs),
        };
        Signature {
            method,
            name,
            arguments: given.iter().zip(identifiers).map(untyped).collect(),
            returns,
            errors: Vec::new(),
            is_opaque: true,
        }
    }
}

fn argument(
    converter: &mut Converter<'_>,
    context: &str,
    param: &Param,
    identifier: String,
) -> Argument {
    let context = format!("{context}{}", pascal(&param.name).trim_start_matches('_'));
    // The line has eight spaces, the name, a colon, the default and a comma.
    let room = 60_usize.saturating_sub(identifier.len());
    let mut expression = converter.convert_within(&param.ty, &context, room);
    if let Some(twin) = twin(converter.writer.model, &param.ty) {
        let twin = converter.writer.names.ty(twin);
        expression.annotation = format!("{} | {twin}", expression.annotation);
        expression = converter.named_if_longer(expression, &context, room);
    }
    let is_nullable = converter.may_be_null(&param.ty);
    let (annotation, default) = match (param.required, is_nullable) {
        (true, _) => (expression.annotation, None),
        (false, true) => (either(&expression.annotation, "Unset"), Some("UNSET")),
        (false, false) => (either(&expression.annotation, "None"), Some("None")),
    };
    let mut docs = docs(&param.docs);
    let mut ty = param.ty.clone();
    if !docs.is_empty() {
        ty.docs = crate::model::Docs::default();
    }
    docs.extend(type_docs(&ty));
    if param.deprecated && !ty.deprecated {
        docs.push("Deprecated.".to_owned());
    }
    Argument {
        identifier,
        name: param.name.clone(),
        annotation,
        default,
        is_not_null: !param.required && !is_nullable,
        docs,
    }
}

/// The params that callers give, those that they must give first. The token of a stream comes from the runtime.
fn given(method: &Method) -> Vec<&Param> {
    let token = match &method.reply {
        Reply::Stream(stream) => stream.token.as_deref(),
        Reply::None | Reply::Result(_) => None,
    };
    let params = method.params.iter();
    params.filter(|param| token != Some(&*param.name)).collect()
}

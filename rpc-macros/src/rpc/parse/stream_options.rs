//! Reading `stream(…)` and `cursor`: streams that can be opened again where they were cut off, and streams whose token is a
//! parameter.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident};
use syn::{Type, parse_quote};

use super::types;
use crate::errors::Errors;
use crate::options::RpcOptions;
use crate::rpc::model::{
    Argument, Form, Output, OutputKind, Parameter, StreamForm, Streamed, Style, TrackedItem,
};
use crate::tokens::source;

/// The options inside `stream(…)`.
const OPTIONS: &[&str] = &["token", "resume"];

/// A method's option `stream(…)`.
pub(super) struct StreamOption {
    kind: Kind,
    tokens: TokenStream,
}

enum Kind {
    /// `stream(resume)`
    Resume,
    /// `stream(token = "partialResultToken")`
    Token(String),
    /// It can't be read, which has been reported.
    Faulty,
}

/// Reads the option, if the method has it.
pub(super) fn read(
    options: &RpcOptions,
    is_stream: bool,
    errors: &mut Errors,
) -> Option<StreamOption> {
    let (given, option) = options.nested("stream", OPTIONS, errors)?;
    let tokens = option.to_token_stream();
    if !is_stream {
        errors.at(
            &tokens,
            "only a method that returns a stream can have this option; return `impl Stream<Item = T>`",
        );
    }
    if let Some(subscription) = options.get("subscription") {
        errors.at(
            subscription,
            "a subscription can't have `stream(…)`, since the server chooses its id; remove `subscription` or `stream`",
        );
    }
    let kind = kind(&given, &tokens, errors);
    Some(StreamOption { kind, tokens })
}

fn kind(given: &RpcOptions, option: &TokenStream, errors: &mut Errors) -> Kind {
    let token = given.string("token", errors);
    let resumes = given.flag("resume", errors).is_some();
    match token {
        Some((_, token)) if resumes => {
            errors.at(
                token,
                "a stream with a token of its own is not opened again; remove `token` or `resume`",
            );
            Kind::Faulty
        }
        Some((name, token)) if name.is_empty() => {
            errors.at(&token.value, "the token's name can't be empty");
            Kind::Faulty
        }
        Some((name, _)) => Kind::Token(name),
        None if resumes => Kind::Resume,
        None => {
            if !given.is_faulty() && given.get("token").is_none() {
                errors.at(
                    option,
                    "say what the stream can do: `stream(resume)`, or `stream(token = \"…\")` for a token in the params",
                );
            }
            Kind::Faulty
        }
    }
}

/// How a stream's items are sent. Reports what does not fit together.
pub(super) fn form(
    option: Option<&StreamOption>,
    streamed: &Streamed,
    arguments: &[Argument],
    style: Style,
    root: &TokenStream,
    errors: &mut Errors,
) -> Option<StreamForm> {
    let tracked = tracked_item(&streamed.item);
    match option {
        None => {
            if let Some((ty, _)) = tracked {
                errors.at(
                    ty,
                    "only the items of a stream that can be opened again have cursors; add `#[rpc(stream(resume))]` to the method",
                );
            }
            None
        }
        Some(option) => match &option.kind {
            Kind::Faulty => None,
            Kind::Token(name) => token(option, name, streamed, arguments, style, root, errors),
            Kind::Resume => {
                let cursor = cursor(arguments);
                if cursor.is_none() {
                    errors.at(
                        &option.tokens,
                        "a stream that can be opened again takes the cursor of the last item; add the parameter `#[rpc(cursor)] after: Option<C>`",
                    );
                }
                resume(cursor?, tracked, &streamed.item, errors)
            }
        },
    }
}

/// The parameter that is marked as the cursor.
fn cursor(arguments: &[Argument]) -> Option<&Parameter> {
    let mut parameters = arguments.iter().filter_map(Argument::parameter);
    parameters.find(|parameter| parameter.cursor)
}

/// Reports cursors that a method can't have.
pub(super) fn check_cursors(
    option: Option<&StreamOption>,
    arguments: &[Argument],
    errors: &mut Errors,
) {
    let parameters = arguments.iter().filter_map(Argument::parameter);
    let mut cursors = parameters.filter(|parameter| parameter.cursor);
    let Some(first) = cursors.next() else {
        return;
    };
    let resumes = |option: &StreamOption| !matches!(option.kind, Kind::Token(_));
    if !option.is_some_and(resumes) {
        errors.at(
            &first.ident,
            "only a stream that can be opened again has a cursor; add `stream(resume)` to the method",
        );
    }
    for other in cursors {
        errors.at(
            &other.ident,
            "a stream goes on after one cursor; put the parts into one parameter, such as a tuple",
        );
    }
}

fn resume(
    cursor: &Parameter,
    tracked: Option<(Type, TrackedItem)>,
    item: &Output,
    errors: &mut Errors,
) -> Option<StreamForm> {
    let Some((optional, owned)) = cursor_type(cursor) else {
        errors.at(
            &cursor.ty,
            format_args!(
                "the first call has no cursor yet; write `Option<{}>`",
                source(&cursor.ty)
            ),
        );
        return None;
    };
    let Some((_, tracked)) = tracked else {
        let value = value_of(item);
        errors.at(
            value,
            format_args!(
                "the items of a stream that can be opened again have cursors; write `Tracked<{owned}, {}>`",
                source(value)
            ),
        );
        return None;
    };
    let of_items = source(&tracked.cursor);
    if of_items != owned {
        errors.at(
            optional,
            format_args!(
                "the parameter takes the cursors of the items, which are `{of_items}`, but this is `{owned}`; use the same type in both"
            ),
        );
        return None;
    }
    Some(StreamForm::Resume(Box::new(tracked)))
}

/// The type inside the `Option`, and what it is called when it is owned.
fn cursor_type(cursor: &Parameter) -> Option<(&Type, String)> {
    match &cursor.form {
        Form::OptionRef(inner) => Some((inner, owned(inner))),
        _ => {
            let inner = types::only_argument(&cursor.ty, "Option")?;
            Some((inner, source(inner)))
        }
    }
}

fn owned(borrowed: &Type) -> String {
    match borrowed {
        Type::Slice(slice) => format!("Vec<{}>", source(&slice.elem)),
        other if source(other) == "str" => "String".to_owned(),
        other => source(other),
    }
}

/// The type of the values in a stream, if it has no errors or says so itself.
fn value_of(item: &Output) -> &Type {
    match &item.kind {
        OutputKind::Value => &item.ty,
        OutputKind::Result { ok, .. } => ok,
        OutputKind::ResultAlias => types::last_segment(&item.ty)
            .and_then(types::first_argument)
            .unwrap_or(&item.ty),
    }
}

/// `Tracked<C, T>`, and its parts.
fn tracked_item(item: &Output) -> Option<(Type, TrackedItem)> {
    let ty = value_of(item);
    let segment = types::last_segment(ty).filter(|segment| segment.ident == "Tracked")?;
    let mut arguments = types::all_arguments(segment);
    let (cursor, value) = (arguments.next()?.clone(), arguments.next()?.clone());
    Some((ty.clone(), TrackedItem { cursor, value }))
}

fn token(
    option: &StreamOption,
    name: &str,
    streamed: &Streamed,
    arguments: &[Argument],
    style: Style,
    root: &TokenStream,
    errors: &mut Errors,
) -> Option<StreamForm> {
    if style != Style::Named {
        errors.at(
            &option.tokens,
            match style {
                Style::Whole => {
                    "the token is a parameter beside others, so the method can't have a `flatten` parameter; write its fields as parameters"
                }
                _ => "the token is sent by name; add `params = \"named\"` to the method or the trait",
            },
        );
        return None;
    }
    let mut parameters = arguments.iter().filter_map(Argument::parameter);
    if let Some(other) = parameters.find(|parameter| parameter.name == name) {
        errors.at(
            &other.ident,
            format_args!("the client sends the token `{name}` by itself; remove this parameter"),
        );
        return None;
    }
    if let Some((ty, _)) = tracked_item(&streamed.item) {
        errors.at(
            ty,
            "only the items of a stream that can be opened again have cursors; write `stream(resume)`",
        );
        return None;
    }
    Some(StreamForm::Token {
        parameter: Box::new(token_parameter(name, root)),
        joins: types::only_argument(value_of(&streamed.item), "Vec").is_some(),
    })
}

fn token_parameter(name: &str, root: &TokenStream) -> Parameter {
    Parameter {
        ident: format_ident!("__token"),
        docs: String::new(),
        is_option: true,
        name: name.to_owned(),
        ty: parse_quote!(::core::option::Option<#root::ProgressToken>),
        form: Form::Owned,
        default: None,
        secret: false,
        explicit_null: false,
        cursor: false,
    }
}

//! Reading a stream that a method returns: `impl Stream<Item = T>`, or a `Result` of one.

use syn::{
    GenericArgument, PathArguments, PathSegment, ReturnType, Type, TypeImplTrait, parse_quote,
};

use super::instead::associated;
use super::output;
use super::stream_type::{StreamKind, StreamType, named};
use super::types;
use crate::errors::Errors;
use crate::options::RpcOptions;
use crate::rpc::model::{self, Opening, OutputKind, Returned, Streamed};
use crate::tokens::source;

/// What is wrong with a stream that is neither the result itself nor the first type of a `Result`.
const MISPLACED: &str = "a stream can't be inside another type; return `impl Stream<Item = T>`, or `Result<impl Stream<Item = T>, E>` if opening it can fail";

/// Whether a stream occurs in what a method returns.
pub(super) fn is_returned(output: &ReturnType) -> bool {
    match output {
        ReturnType::Type(_, ty) => plain_in(ty).is_some(),
        ReturnType::Default => false,
    }
}

/// Reports options that a method with a stream can't have.
pub(super) fn refuse_options(options: &RpcOptions, errors: &mut Errors) {
    let refused = [
        (
            "notification",
            "a `notification` gets no answer, so it can't return a stream; remove `notification`",
        ),
        (
            "blocking",
            "a stream runs on the async threads; remove `blocking`, and let a thread that blocks send the items through a channel",
        ),
        (
            "cancel_on_disconnect",
            "a stream is dropped in any case when its client has gone; remove `cancel_on_disconnect`",
        ),
    ];
    for (name, message) in refused {
        if let Some(option) = options.flag(name, errors) {
            errors.at(option, message);
        }
    }
}

/// What the method returns, or `None` if it can't return that. The type has a stream in it.
pub(super) fn returned(ty: &Type, errors: &mut Errors) -> Option<Returned> {
    let Some(written) = Written::read(ty) else {
        errors.at(plain_in(ty), MISPLACED);
        return None;
    };
    let Some(item) = associated(written.bound, "Item") else {
        errors.at(
            written.stream,
            "a stream needs the type of its items; write `impl Stream<Item = T>`",
        );
        return None;
    };
    if let Some(inner) = plain_in(item) {
        errors.at(inner, MISPLACED);
        return None;
    }
    let item_is_possible = output::check_type(item, errors);
    let opening_is_possible = match &written.opening {
        Opening::Certain => true,
        Opening::Result(ty) | Opening::ResultAlias(ty) => output::check_type(ty, errors),
    };
    if !(item_is_possible && opening_is_possible) {
        return None;
    }
    let item = output::output(item);
    if !have_one_error(&item.kind, &written.opening, errors) {
        return None;
    }
    Some(Returned::Stream(Box::new(Streamed {
        item,
        opening: written.opening,
        form: model::StreamForm::Progress,
    })))
}

/// A stream, and where it is in a return type.
struct Written<'a> {
    stream: &'a TypeImplTrait,
    /// `Stream<Item = T>`
    bound: &'a PathSegment,
    opening: Opening,
}

impl<'a> Written<'a> {
    /// Returns `None` if the stream is inside a type other than `Result`.
    fn read(ty: &'a Type) -> Option<Self> {
        let (stream, bound, opening) = match plain(ty) {
            Some((stream, bound)) => (stream, bound, Opening::Certain),
            None => {
                let last = types::last_segment(ty)?;
                let (stream, bound) = plain(types::first_argument(last)?)?;
                (stream, bound, opening(ty)?)
            }
        };
        Some(Written {
            stream,
            bound,
            opening,
        })
    }
}

/// How a stream is opened that is the first type of this one.
fn opening(ty: &Type) -> Option<Opening> {
    if let Some((_, error)) = types::result_arguments(ty) {
        let is_stream = plain_in(error).is_some();
        return (!is_stream).then(|| Opening::Result(error.clone()));
    }
    let last = types::last_segment(ty)?;
    let is_alias = last.ident.to_string().ends_with("Result");
    is_alias.then(|| Opening::ResultAlias(without_stream(ty)))
}

/// An alias of `Result`, with `()` instead of its first type.
fn without_stream(ty: &Type) -> Type {
    let mut ty = ty.clone();
    if let Type::Path(path) = &mut ty
        && let Some(last) = path.path.segments.last_mut()
        && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
    {
        let is_type =
            |argument: &&mut GenericArgument| matches!(argument, GenericArgument::Type(_));
        if let Some(first) = arguments.args.iter_mut().find(is_type) {
            *first = parse_quote!(());
        }
    }
    ty
}

/// The type itself and its trait, if it is an `impl Stream`.
fn plain(ty: &Type) -> Option<(&TypeImplTrait, &PathSegment)> {
    match ty {
        Type::ImplTrait(it) => named(&it.bounds, "Stream").map(|bound| (it, bound)),
        Type::Paren(it) => plain(&it.elem),
        Type::Group(it) => plain(&it.elem),
        _ => None,
    }
}

/// The `impl Stream` in a type.
fn plain_in(ty: &Type) -> Option<Type> {
    let found = StreamType::first_in(ty)?;
    (found.form == StreamKind::Plain).then_some(found.ty)
}

/// Whether the opening and the items fail with the same type, as far as the macro can see. Reports it if they don't.
fn have_one_error(item: &OutputKind, opening: &Opening, errors: &mut Errors) -> bool {
    let (OutputKind::Result { error, .. }, Opening::Result(opening)) = (item, opening) else {
        return true;
    };
    let (error_text, opening_text) = (source(error), source(opening));
    if error_text == opening_text {
        return true;
    }
    errors.at(
        error,
        format_args!(
            "the caller matches on one error type, but opening the stream fails with `{opening_text}` and its items with `{error_text}`; use the same in both"
        ),
    );
    false
}

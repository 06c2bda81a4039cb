//! What to write instead of a type that can't be sent.

use syn::punctuated::Punctuated;
use syn::{GenericArgument, PathArguments, PathSegment, ReturnType, Token, Type, TypeParamBound};

use super::types;
use crate::tokens::source;

/// Whether a type is what a method takes or what it returns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Parameter,
    Result,
}

/// What to write instead of `impl Trait` or `dyn Trait`.
pub(super) fn of_trait(ty: &Type, place: Place) -> String {
    let bounds = match ty {
        Type::ImplTrait(it) => &it.bounds,
        Type::TraitObject(it) => &it.bounds,
        _ => return "write a concrete type".to_owned(),
    };
    match first_trait(bounds) {
        Some(segment) => of_named_trait(segment, place),
        None => "write a concrete type".to_owned(),
    }
}

fn of_named_trait(segment: &PathSegment, place: Place) -> String {
    let item = |name: &str| associated(segment, name).map_or_else(|| "…".to_owned(), source);
    let argument = || types::first_argument(segment).map_or_else(|| "…".to_owned(), source);
    match (&*segment.ident.to_string(), place) {
        ("Future" | "IntoFuture", Place::Result) => async_fn(&item("Output")),
        ("Future" | "IntoFuture", Place::Parameter) => "send what the future returns".to_owned(),
        ("Iterator" | "IntoIterator" | "ExactSizeIterator" | "DoubleEndedIterator", place) => {
            match place {
                Place::Parameter => format!("write `&[{0}]` or `Vec<{0}>`", item("Item")),
                Place::Result => format!(
                    "collect it, and write `Vec<{0}>`, or return `impl Stream<Item = {0}>`",
                    item("Item")
                ),
            }
        }
        ("Error", Place::Parameter) => "write `String`, or a type of your own".to_owned(),
        ("Error", Place::Result) => "write `rpc_core::Internal`, into which `?` turns every error, or derive `RpcError` for a type of your own".to_owned(),
        ("Into" | "TryInto", _) => match &*argument() {
            "String" if place == Place::Parameter => "write `&str` or `String`".to_owned(),
            other => format!("write `{other}`"),
        },
        ("AsRef" | "Borrow" | "Deref", Place::Parameter) => format!("write `&{}`", argument()),
        ("ToString" | "Display", Place::Parameter) => "write `&str` or `String`".to_owned(),
        ("ToString" | "Display" | "AsRef" | "Borrow", Place::Result) => "write `String`".to_owned(),
        ("Fn" | "FnMut" | "FnOnce", _) => "a function can't be sent; send what it needs or what it returns".to_owned(),
        ("Read" | "Write" | "AsyncRead" | "AsyncWrite" | "BufRead", _) => "write `Vec<u8>` or `String`".to_owned(),
        ("Serialize" | "Deserialize" | "DeserializeOwned" | "Any" | "Debug", _) => "write a concrete type, or `serde_json::Value` for any JSON".to_owned(),
        _ => "write a concrete type, or an enum if there are several".to_owned(),
    }
}

/// What to write instead of a future.
fn async_fn(output: &str) -> String {
    match output {
        "()" => "write `async fn` without a return type".to_owned(),
        output => format!("write `async fn`, and `{output}` as the return type"),
    }
}

/// What to write instead of `BoxFuture<'_, T>` or `Pin<Box<dyn Future<Output = T>>>`.
pub(super) fn of_boxed_future(ty: &Type) -> Option<String> {
    let segment = types::last_segment(ty)?;
    match &*segment.ident.to_string() {
        "BoxFuture" | "LocalBoxFuture" => Some(async_fn(
            &types::first_argument(segment).map_or_else(|| "…".to_owned(), source),
        )),
        "Pin" | "Box" => match types::first_argument(segment)? {
            Type::TraitObject(object) => {
                let segment = first_trait(&object.bounds)?;
                let is_future = segment.ident == "Future";
                is_future.then(|| of_named_trait(segment, Place::Result))
            }
            inner => of_boxed_future(inner),
        },
        _ => None,
    }
}

fn first_trait(bounds: &Punctuated<TypeParamBound, Token![+]>) -> Option<&PathSegment> {
    bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last(),
        _ => None,
    })
}

/// The `T` in `Trait<Name = T>`, or in `Fn() -> T`.
pub(super) fn associated<'a>(segment: &'a PathSegment, name: &str) -> Option<&'a Type> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::AssocType(it) if it.ident == name => Some(&it.ty),
                _ => None,
            })
        }
        PathArguments::Parenthesized(arguments) => match &arguments.output {
            ReturnType::Type(_, ty) => Some(ty),
            ReturnType::Default => None,
        },
        PathArguments::None => None,
    }
}

/// The owned form of `str`, `[T]` and `Path`. Other types are their own.
pub(super) fn owned(ty: &Type) -> String {
    match ty {
        Type::Slice(slice) => format!("Vec<{}>", source(&slice.elem)),
        ty => match source(ty) {
            text if text == "str" => "String".to_owned(),
            text if text == "Path" || text.ends_with("::Path") => "PathBuf".to_owned(),
            text => text,
        },
    }
}

/// What to write instead of `str` or `[T]`.
pub(super) fn of_unsized(ty: &Type, place: Place) -> String {
    let owned = owned(ty);
    match place {
        Place::Parameter => format!("write `&{}` or `{owned}`", source(ty)),
        Place::Result => format!("write `{owned}`"),
    }
}

//! The types of what a method returns, and what the compiler is asked about them.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{GenericArgument, PathArguments, Type};

use crate::rpc::model::{Contract, Opening, Output, OutputKind, Returned};
use crate::tokens;

/// The type of the error that the caller of a method gets.
pub(super) fn error_type(contract: &Contract, returned: &Returned) -> TokenStream {
    let streamed = match returned {
        Returned::Value(output) => return result_types(contract, output).1,
        Returned::Stream(streamed) => streamed,
        Returned::Unsubscribed(_) => return quote!(::core::convert::Infallible),
    };
    match &streamed.opening {
        Opening::Certain => result_types(contract, &streamed.item).1,
        Opening::Result(error) => quote!(#error),
        Opening::ResultAlias(ty) => alias_types(contract, ty).1,
    }
}

/// The types of a value, or of an item, and of the error in its place.
pub(super) fn result_types(contract: &Contract, output: &Output) -> (TokenStream, TokenStream) {
    let ty = &output.ty;
    match &output.kind {
        OutputKind::Value => (quote!(#ty), quote!(::core::convert::Infallible)),
        OutputKind::Result { ok, error } => (ok.to_token_stream(), error.to_token_stream()),
        OutputKind::ResultAlias => alias_types(contract, ty),
    }
}

/// The types inside an alias of `Result`.
fn alias_types(contract: &Contract, ty: &Type) -> (TokenStream, TokenStream) {
    let result = method_result(contract, ty);
    (
        tokens::item_of(ty, &result, &quote!(Ok)),
        tokens::item_of(ty, &result, &quote!(Error)),
    )
}

/// `{ <Probe<Order>>::IS_RESULT }`, if the method returns a type of which the macro can't see whether it is a `Result`.
pub(super) fn is_result(contract: &Contract, output: &Output) -> Option<TokenStream> {
    let root = &contract.root;
    let ty = match &output.kind {
        OutputKind::Value => value_to_check(output)?,
        OutputKind::Result { .. } | OutputKind::ResultAlias => return None,
    };
    let is_known = !contract.mentions_parameters(ty);
    is_known.then(|| {
        quote!({
            #[allow(unused_imports)]
            use #root::Unprobed as _;
            <#root::Probe<#ty>>::IS_RESULT
        })
    })
}

/// ```text
/// MethodResult<{ <Probe<SearchResult>>::IS_RESULT }>
/// ```
///
/// A generic trait can't compute that, so there the name decides. `Result<…>` surely is one.
pub(super) fn method_result(contract: &Contract, ty: &Type) -> TokenStream {
    let root = &contract.root;
    let last = match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    let is_result = last.is_some_and(|last| last.ident == "Result" && !last.arguments.is_none());
    if is_result || contract.mentions_parameters(ty) {
        return quote!(#root::MethodResult<true>);
    }
    quote! {
        #root::MethodResult<{
            #[allow(unused_imports)]
            use #root::Unprobed as _;
            <#root::Probe<#ty>>::IS_RESULT
        }>
    }
}

/// The type that is sent as a value, unless it surely is no `Result` itself.
pub(super) fn value_to_check(output: &Output) -> Option<&Type> {
    let value = match &output.kind {
        OutputKind::Value => &output.ty,
        OutputKind::Result { ok, .. } => &**ok,
        OutputKind::ResultAlias => return None,
    };
    (!is_well_known(value)).then_some(value)
}

/// Whether the type is surely no `Result`, no reference and `Send`, by the names of the standard library.
pub(super) fn is_well_known(ty: &Type) -> bool {
    let path = match ty {
        Type::Tuple(tuple) => return tuple.elems.iter().all(is_well_known),
        Type::Array(array) => return is_well_known(&array.elem),
        Type::Path(path) if path.qself.is_none() => &path.path,
        _ => return false,
    };
    let (Some(last), 1) = (path.segments.last(), path.segments.len()) else {
        return false;
    };
    let name = last.ident.to_string();
    match &last.arguments {
        PathArguments::None => matches!(
            &*name,
            "bool"
                | "char"
                | "str"
                | "String"
                | "u8"
                | "u16"
                | "u32"
                | "u64"
                | "u128"
                | "usize"
                | "i8"
                | "i16"
                | "i32"
                | "i64"
                | "i128"
                | "isize"
                | "f32"
                | "f64"
                | "Value"
                | "RawValue"
                | "PathBuf"
                | "Path"
        ),
        PathArguments::AngleBracketed(arguments) => {
            matches!(
                &*name,
                "Option"
                    | "Box"
                    | "Vec"
                    | "HashMap"
                    | "BTreeMap"
                    | "HashSet"
                    | "BTreeSet"
                    | "VecDeque"
            ) && arguments.args.iter().all(|argument| match argument {
                GenericArgument::Type(ty) => is_well_known(ty),
                _ => false,
            })
        }
        PathArguments::Parenthesized(_) => false,
    }
}

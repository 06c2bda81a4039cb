//! The trait, as its author wrote it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{FnArg, ItemTrait, ReturnType, TraitItem, TraitItemFn, parse_quote};

/// ```text
/// #[allow(dead_code)]
/// pub trait Orders {
///     fn place(&self, item: &str) -> impl ::core::future::Future<Output = OrderId> + ::core::marker::Send;
/// }
/// ```
///
/// The future of an `async fn` in a trait need not be `Send`, but a server requires it. The `allow` is for programs
/// that only call the contract and never use the trait.
pub(crate) fn the_trait(item: &ItemTrait) -> TokenStream {
    let mut item = item.clone();
    item.attrs.push(parse_quote!(#[allow(dead_code)]));
    for function in &mut item.items {
        if let TraitItem::Fn(function) = function {
            returning_future(function);
        }
    }
    item.into_token_stream()
}

/// A trait with mistakes, changed so that the compiler reports nothing else about it or its implementations.
pub(crate) fn the_faulty_trait(item: &ItemTrait) -> TokenStream {
    let mut item = item.clone();
    for function in &mut item.items {
        let TraitItem::Fn(function) = function else {
            continue;
        };
        for input in &mut function.sig.inputs {
            if let FnArg::Typed(input) = input
                && function.default.is_none()
            {
                input.pat = parse_quote!(_);
            }
        }
        function
            .attrs
            .push(parse_quote!(#[allow(async_fn_in_trait, unused_variables)]));
    }
    item.into_token_stream()
}

fn returning_future(function: &mut TraitItemFn) {
    if function.sig.asyncness.take().is_none() {
        return;
    }
    let output = match &function.sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => quote!(#ty),
    };
    // The compiler points here if an implementation is not async, returns something else, or has a future that is not `Send`.
    let bounds = quote_spanned!(function.sig.ident.span()=> ::core::future::Future<Output = #output> + ::core::marker::Send);
    function.sig.output = parse_quote!(-> impl #bounds);
    if let Some(body) = &mut function.default {
        // The future holds `&self`.
        function
            .sig
            .generics
            .make_where_clause()
            .predicates
            .push(parse_quote!(Self: ::core::marker::Sync));
        *body = parse_quote!({ async move #body });
    }
}

//! The trait, as its author wrote it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, ItemTrait, ReturnType, TraitItem, TraitItemFn, TypeImplTrait, TypeParamBound,
    parse_quote, parse_quote_spanned,
};

use crate::tokens;

/// ```text
/// #[allow(dead_code)]
/// pub trait Orders {
///     fn place(&self, item: &str) -> impl ::core::future::Future<Output = OrderId> + ::core::marker::Send;
///     fn watch(&self, item: &str) -> impl Stream<Item = Price> + ::core::marker::Send;
/// }
/// ```
///
/// The future of an `async fn` in a trait need not be `Send`, nor need a stream, but a server requires it. The `allow` is
/// for programs that only call the contract and never use the trait.
pub(crate) fn the_trait(item: &ItemTrait) -> TokenStream {
    let mut item = item.clone();
    item.attrs.push(parse_quote!(#[allow(dead_code)]));
    for function in &mut item.items {
        if let TraitItem::Fn(function) = function {
            let is_stream = sending_stream(function);
            let is_future = returning_future(function);
            if is_stream || is_future {
                sharing_self(function);
            }
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

/// Adds `Send` to the stream that a method returns, wherever in the result it is. Returns whether there is one.
fn sending_stream(function: &mut TraitItemFn) -> bool {
    struct Sending(bool);

    impl VisitMut for Sending {
        fn visit_type_impl_trait_mut(&mut self, stream: &mut TypeImplTrait) {
            self.0 = true;
            if !stream.bounds.iter().any(is_send) {
                // The compiler points here if the stream of an implementation is not `Send`.
                let span = tokens::first_span(stream);
                stream
                    .bounds
                    .push(parse_quote_spanned!(span=> ::core::marker::Send));
            }
        }
    }

    let mut sending = Sending(false);
    // In a valid contract, an `impl Trait` in a result is a stream.
    visit_mut::visit_return_type_mut(&mut sending, &mut function.sig.output);
    sending.0
}

fn is_send(bound: &TypeParamBound) -> bool {
    match bound {
        TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last();
            last.is_some_and(|segment| segment.ident == "Send")
        }
        _ => false,
    }
}

/// Turns an `async fn` into a `fn` that returns a future. Returns whether it was one.
fn returning_future(function: &mut TraitItemFn) -> bool {
    if function.sig.asyncness.take().is_none() {
        return false;
    }
    let output = match &function.sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => quote!(#ty),
    };
    // The compiler points here if an implementation is not async, returns something else, or has a future that is not `Send`.
    let bounds = quote_spanned!(function.sig.ident.span()=> ::core::future::Future<Output = #output> + ::core::marker::Send);
    function.sig.output = parse_quote!(-> impl #bounds);
    if let Some(body) = &mut function.default {
        *body = parse_quote!({ async move #body });
    }
    true
}

/// Lets the body of a method in the trait hold `&self` in its future or in its stream, which must be `Send`.
fn sharing_self(function: &mut TraitItemFn) {
    if function.default.is_none() {
        return;
    }
    function
        .sig
        .generics
        .make_where_clause()
        .predicates
        .push(parse_quote!(Self: ::core::marker::Sync));
}

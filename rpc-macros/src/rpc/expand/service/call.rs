//! Calling: from arguments to an outcome.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::failure::into_object;
use super::group::MethodGroup;
use super::locals::Locals;
use super::stream;
use crate::rpc::expand::nested::nested_type;
use crate::rpc::expand::returned::{is_result, method_result, result_types};
use crate::rpc::model::{
    Argument, Contract, Execution, Form, Method, Output, OutputKind, Parameter, Returned,
    Unsubscribe,
};
use crate::tokens;

/// Where the generated code finds the implementation.
#[derive(Clone, Copy)]
pub(super) struct Implementation<'a> {
    /// Its type: `S`.
    pub(super) ty: &'a Ident,
    /// The variable that holds it: `self`, or `server`.
    pub(super) server: &'a TokenStream,
}

/// The match arms that call a group's methods.
pub(super) fn arms(
    contract: &Contract,
    group: &MethodGroup,
    implementation: Implementation,
) -> TokenStream {
    let args = &group.args;
    let arms = group
        .methods
        .iter()
        .map(|method| arm(contract, group, method, implementation));
    quote! {
        #(#arms)*
        #args::__Unused(_, _, never) => match never {},
    }
}

/// ```text
/// __Args::place { item, quantity } => responder.value_or::<OrderId, OrderError>(
///     <S as Orders>::place(&*self.service, lend(&item), quantity).await,
///     |error| <OrderError as MethodError>::into_error_object(error),
/// ),
/// ```
fn arm(
    contract: &Contract,
    group: &MethodGroup,
    method: &Method,
    implementation: Implementation,
) -> TokenStream {
    let args = &group.args;
    let Method { cfg, ident, .. } = method;
    let idents = method.decoded().map(|parameter| &parameter.ident);
    let Implementation { ty, server } = implementation;
    let trait_path = contract.trait_path();
    let function = quote!(<#ty as #trait_path>::#ident);
    let arguments = arguments(contract, method);
    let output = match method.execution {
        Execution::Async => quote!(#function(&*#server.service, #arguments).await),
        Execution::InPlace | Execution::Blocking => {
            quote!(#function(&*#server.service, #arguments))
        }
    };
    let body = match &method.returned {
        Returned::Stream(streamed) => stream::respond(contract, method, streamed, output),
        Returned::Value(value) if method.execution == Execution::Blocking => {
            blocking(contract, method, value, server, &function, &arguments)
        }
        Returned::Value(value) => respond(contract, value, output),
        Returned::Unsubscribed(unsubscribe) => unsubscribed(*unsubscribe),
    };
    let body = with_peer(contract, method, body);
    quote! {
        #(#cfg)*
        #args::#ident { #(#idents),* } => #body,
    }
}

/// `responder.unsubscribe(cx, &subscription)`
fn unsubscribed(unsubscribe: Unsubscribe) -> TokenStream {
    let Locals { cx, responder, .. } = Locals::new();
    match unsubscribe {
        Unsubscribe::Any => quote!(#responder.unsubscribe(#cx, &subscription)),
        Unsubscribe::Known => quote!(#responder.unsubscribe_known(#cx, &subscription)),
    }
}

/// ```text
/// {
///     let peer = <UiClient<Peer>>::new(peer(cx));
///     …
/// }
/// ```
///
/// A `Client<Peer>` calls methods by name, without a stub.
fn with_peer(contract: &Contract, method: &Method, body: TokenStream) -> TokenStream {
    let root = &contract.root;
    let Locals { peer, .. } = Locals::new();
    let Some(ty) = method.peer() else {
        return body;
    };
    // The compiler points at the user's type if it is not a stub over a `Peer`.
    let span = tokens::first_span(ty);
    let cx = Ident::new("cx", Span::mixed_site().located_at(span));
    let function = tokens::spanned(ty, quote!(#root::peer));
    let client = quote_spanned!(span=> #function(#cx));
    let client = match method.peer_stub() {
        None => client,
        Some(ty) => {
            let new = tokens::spanned(ty, quote!(<#ty>::new));
            quote_spanned!(span=> #new(#client))
        }
    };
    quote! {{
        let #peer = #client;
        #body
    }}
}

/// ```text
/// {
///     let service = Clone::clone(&self.service);
///     let blocking = responder.blocking(cx);
///     blocking.run(move |responder| responder.value::<OrderId>(<S as Orders>::place(&*service, lend_owned(&item)))).await
/// }
/// ```
fn blocking(
    contract: &Contract,
    method: &Method,
    value: &Output,
    server: &TokenStream,
    function: &TokenStream,
    arguments: &TokenStream,
) -> TokenStream {
    let Locals {
        cx,
        responder,
        service,
        blocking,
        ..
    } = Locals::new();
    // The job may outlive the call's borrow of the context.
    let (own_context, lend_context) = if method.wants_context() {
        let clone = quote!(let #cx = ::core::clone::Clone::clone(#cx););
        (clone, quote!(let #cx = &#cx;))
    } else {
        Default::default()
    };
    let outcome = respond(contract, value, quote!(#function(&*#service, #arguments)));
    quote! {{
        let #service = ::core::clone::Clone::clone(&#server.service);
        let #blocking = #responder.blocking(#cx);
        #own_context
        #blocking.run(move |#responder| {
            #lend_context
            #outcome
        }).await
    }}
}

/// `responder.value::<OrderId>(output)`, or `responder.value_or::<OrderId, OrderError>(output, |error| …)`.
fn respond(contract: &Contract, output: &Output, returned: TokenStream) -> TokenStream {
    let Locals { responder, .. } = Locals::new();
    let (ok, error) = result_types(contract, output);
    match &output.kind {
        OutputKind::Value => match is_result(contract, output) {
            Some(is_result) => quote!(#responder.value_unless_result::<#ok, #is_result>(#returned)),
            None => quote!(#responder.value::<#ok>(#returned)),
        },
        OutputKind::Result { .. } => {
            let into_object = into_object(contract, &error);
            quote!(#responder.value_or::<#ok, #error>(#returned, #into_object))
        }
        OutputKind::ResultAlias => {
            let ty = &output.ty;
            let result = method_result(contract, ty);
            let into_result = tokens::item_of(ty, &result, &quote!(into_result));
            let into_object = into_object(contract, &error);
            quote!(#responder.value_or::<#ok, #error>(#into_result(#returned), #into_object))
        }
    }
}

/// `lend(&item), quantity, cx, &peer`
fn arguments(contract: &Contract, method: &Method) -> TokenStream {
    let arguments = method.arguments.iter().map(|argument| match argument {
        Argument::Context(ty) => {
            let span = tokens::first_span(ty);
            let cx = Ident::new("cx", Span::mixed_site().located_at(span));
            quote!(#cx)
        }
        Argument::Peer(_) => {
            let Locals { peer, .. } = Locals::new();
            quote!(&#peer)
        }
        Argument::Parameter(parameter) => parameter_value(contract, method, parameter),
    });
    quote!(#(#arguments),*)
}

/// A decoded parameter, as the method takes it.
fn parameter_value(contract: &Contract, method: &Method, parameter: &Parameter) -> TokenStream {
    let root = &contract.root;
    let ident = &parameter.ident;
    let blocking = method.execution == Execution::Blocking;
    match &parameter.form {
        Form::Owned => quote!(#ident),
        Form::Ref(inner) if blocking => {
            quote!(<#inner as #root::BorrowedParam>::lend_owned(&#ident))
        }
        Form::Ref(inner) => quote!(<#inner as #root::BorrowedParam>::lend(&#ident)),
        Form::OptionRef(inner) if blocking => {
            quote!(#ident.as_ref().map(|held| <#inner as #root::BorrowedParam>::lend_owned(held)))
        }
        Form::OptionRef(inner) => {
            quote!(#ident.as_ref().map(|held| <#inner as #root::BorrowedParam>::lend(held)))
        }
        Form::Cow(inner) if blocking => quote!(<#inner as #root::CowParam>::cow_owned(#ident)),
        Form::Cow(inner) => quote!(<#inner as #root::CowParam>::cow(#ident)),
        Form::Nested(ty) | Form::NestedRef(_, ty) => {
            let nested = nested_type(contract, ty);
            let lend = match blocking {
                true => quote!(lend_owned),
                false => quote!(lend),
            };
            let reference = matches!(parameter.form, Form::NestedRef(..)).then(|| quote!(&));
            quote!(#reference <#nested as #root::NestedParam>::#lend(&#ident))
        }
    }
}

//! Calling: from arguments to an outcome.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::group::MethodGroup;
use super::locals::Locals;
use crate::rpc::expand::contract::{is_result, method_result, result_types};
use crate::rpc::expand::nested::nested_type;
use crate::rpc::model::{Argument, Contract, Execution, Form, Method, OutputKind, Parameter};
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
    let idents = method.parameters().map(|parameter| &parameter.ident);
    let Implementation { ty, server } = implementation;
    let trait_path = contract.trait_path();
    let function = quote!(<#ty as #trait_path>::#ident);
    let arguments = arguments(contract, method);
    let body = match method.execution {
        Execution::Async => {
            let output = quote!(#function(&*#server.service, #arguments).await);
            respond(contract, method, output)
        }
        Execution::InPlace => {
            let output = quote!(#function(&*#server.service, #arguments));
            respond(contract, method, output)
        }
        Execution::Blocking => blocking(contract, method, server, &function, &arguments),
    };
    quote! {
        #(#cfg)*
        #args::#ident { #(#idents),* } => #body,
    }
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
    let outcome = respond(contract, method, quote!(#function(&*#service, #arguments)));
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
fn respond(contract: &Contract, method: &Method, output: TokenStream) -> TokenStream {
    let Locals { responder, .. } = Locals::new();
    let (ok, error) = result_types(contract, &method.output);
    match &method.output.kind {
        OutputKind::Value => match is_result(contract, &method.output) {
            Some(is_result) => quote!(#responder.value_unless_result::<#ok, #is_result>(#output)),
            None => quote!(#responder.value::<#ok>(#output)),
        },
        OutputKind::Result { .. } => {
            let into_object = into_object(contract, &error);
            quote!(#responder.value_or::<#ok, #error>(#output, #into_object))
        }
        OutputKind::ResultAlias => {
            let ty = &method.output.ty;
            let result = method_result(contract, ty);
            let into_result = tokens::item_of(ty, &result, &quote!(into_result));
            let into_object = into_object(contract, &error);
            quote!(#responder.value_or::<#ok, #error>(#into_result(#output), #into_object))
        }
    }
}

/// `|error| <OrderError as MethodError>::into_error_object(error)`
///
/// As an argument, the function itself would be reported a second time if the type is not a `MethodError`.
fn into_object(contract: &Contract, error: &TokenStream) -> TokenStream {
    let root = &contract.root;
    let into_error_object = quote!(into_error_object);
    let convert = tokens::item_of(error, &quote!(#root::MethodError), &into_error_object);
    quote!(|error| #convert(error))
}

/// `lend(&item), quantity, cx`
fn arguments(contract: &Contract, method: &Method) -> TokenStream {
    let arguments = method.arguments.iter().map(|argument| match argument {
        Argument::Context(ty) => {
            let span = tokens::first_span(ty);
            let cx = Ident::new("cx", Span::mixed_site().located_at(span));
            quote!(#cx)
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

//! The typed client.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::{
    Contract, Form, Method, Parameter, Returned, StreamForm, Style, Subscription, Topic,
    TrackedItem,
};
use super::case::case;
use super::contract::style;
use super::generics::without_defaults;
use super::returned::{error_type, is_result, result_types};

/// ```text
/// pub struct OrdersClient<C: Transport = BoxTransport> { … }
///
/// impl<C: Transport> OrdersClient<C> {
///     pub fn place(&self, item: &str) -> Call<C, OrderId, OrderError> {
///         self.client
///             .start("orders.place")
///             .argument::<str>(ParamsStyle::Positional, "item", item)
///             .call::<OrderId, OrderError>()
///     }
/// }
/// ```
pub(crate) fn client(contract: &Contract) -> TokenStream {
    let Contract {
        root,
        vis,
        cfg,
        lints,
        ident,
        ..
    } = contract;
    let name = contract.client_ident();
    let generics = ClientGenerics::of(contract);
    let ClientGenerics {
        transport,
        declaration,
        declaration_without_bounds,
        arguments,
        clause,
        phantom,
    } = &generics;
    let methods = contract
        .methods
        .iter()
        .filter(|method| method.is_declared())
        .map(|method| client_method(contract, method, transport));
    let about = format!(
        "Calls [`{ident}`] over a transport.\n\nEach method makes a call: a future that can first be given a timeout, \
         headers or an id, sent as a notification, or put into a batch. A clone shares its client.\n\nWithout a type \
         parameter for the transport it is over `BoxTransport`: see `Client::boxed`."
    );
    let new = format!("Calls [`{ident}`] over a client, which other stubs may share.");
    // What the compiler thinks of the methods it has said of the trait: the `allow` is for the second time.
    quote! {
        #(#cfg)*
        #(#lints)*
        #[doc = #about]
        #vis struct #name<#declaration_without_bounds = #root::BoxTransport> {
            client: #root::Client<#transport>,
            contract: #phantom,
        }

        #(#cfg)*
        #(#lints)*
        #[allow(deprecated, non_snake_case, clippy::too_many_arguments)]
        impl<#declaration> #name<#arguments> #clause {
            #[doc = #new]
            #vis fn new(client: #root::Client<#transport>) -> Self {
                #name { client, contract: ::core::marker::PhantomData }
            }

            #(#methods)*
        }

        #(#cfg)*
        impl<#declaration_without_bounds> ::core::clone::Clone for #name<#arguments> {
            fn clone(&self) -> Self {
                #name { client: ::core::clone::Clone::clone(&self.client), contract: ::core::marker::PhantomData }
            }
        }

        #(#cfg)*
        impl<#declaration_without_bounds> ::core::fmt::Debug for #name<#arguments> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.client, f)
            }
        }
    }
}

/// `CONTRACT` stands apart, where the table is in scope.
pub(super) fn contract(contract: &Contract) -> TokenStream {
    let Contract {
        root, vis, ident, ..
    } = contract;
    let name = contract.client_ident();
    let ClientGenerics {
        declaration,
        arguments,
        clause,
        ..
    } = ClientGenerics::of(contract);
    let table_arguments = contract.generic_arguments();
    let about = format!("What [`{ident}`] promises, as data.");
    quote! {
        impl<#declaration> #name<#arguments> #clause {
            #[doc = #about]
            #vis const CONTRACT: &'static #root::Contract = __Table::<#(#table_arguments),*>::CONTRACT;
        }
    }
}

fn client_method(contract: &Contract, method: &Method, transport: &syn::Ident) -> TokenStream {
    let Contract { root, vis, .. } = contract;
    let Method {
        ident,
        client_attributes,
        ..
    } = method;
    // In Ethereum's form, the topic is the first param.
    let (name, topic, first) = match method.topic() {
        None => (&method.name, None, 0),
        Some(Topic { subscribe, topic }) => {
            let style = style(contract, Style::Positional);
            let topic = quote!(.argument::<str>(#style, "", #topic));
            (subscribe, Some(topic), 1)
        }
    };
    let parameters: Vec<_> = method.parameters().collect();
    let idents: Vec<_> = parameters
        .iter()
        .map(|parameter| &parameter.ident)
        .collect();
    let types = parameters.iter().map(|parameter| &parameter.ty);
    // Each type is named where it has to travel, since that is where the compiler points when it can't.
    let arguments = parameters
        .iter()
        .zip(first..)
        .map(|(parameter, index): (_, usize)| {
            let (ident, parameter_name) = (&parameter.ident, &parameter.name);
            let (ty, value) = match &parameter.form {
                Form::Ref(inner) => (inner, quote!(#ident)),
                Form::NestedRef(inner, _) => (&**inner, quote!(#ident)),
                Form::Owned | Form::OptionRef(_) | Form::Cow(_) | Form::Nested(_) => {
                    (&parameter.ty, quote!(&#ident))
                }
            };
            let always = parameter.is_always_sent();
            let (argument, secret) = match method.style {
                Style::Whole => (
                    match (method.case.map(|it| case(contract, it)), always) {
                        (None, true) => quote!(.whole::<#ty>(#value)),
                        (None, false) => quote!(.flattened::<#ty>(#value)),
                        (Some(case), true) => quote!(.whole_as::<#ty>(#case, #value)),
                        (Some(case), false) => quote!(.flattened_as::<#ty>(#case, #value)),
                    },
                    quote!(.secret(#root::Secret::params(#name))),
                ),
                style_of_method => {
                    let style = style(contract, style_of_method);
                    let argument = match always {
                        true => quote!(explicit_argument),
                        false => quote!(argument),
                    };
                    (
                        quote!(.#argument::<#ty>(#style, #parameter_name, #value)),
                        quote!(.secret(#root::Secret::param(#name, #index, #parameter_name))),
                    )
                }
            };
            let secret = parameter.secret.then_some(secret);
            quote!(#argument #secret)
        });
    let (returned, finish) = finish(contract, method, transport);
    let idempotent = method.idempotent.then(|| quote!(.idempotent()));
    let about = client_docs(method);
    quote! {
        #(#client_attributes)*
        #[doc = #about]
        #vis fn #ident(&self, #(#idents: #types),*) -> #returned {
            self.client.start(#name)#topic #idempotent #(#arguments)*.#finish
        }
    }
}

/// The future that a method returns, and the function that makes it.
///
/// ```text
/// Call<C, OrderId, OrderError>               call::<OrderId, OrderError>()
/// StreamCall<C, Price, Infallible>           stream::<Price, Infallible>()
/// StreamCall<C, Tracked<u64, Line>, LogError>  resuming::<u64, Line, LogError>(CursorParameter::new(…))
/// StreamCall<C, Symbol, Infallible>          stream_with_token::<Symbol, Infallible>("partialResultToken")
/// StreamCall<C, Price, Infallible>           subscription::<Price, Infallible>("prices.unsubscribe")
/// Notification<C>                            notification()
/// ```
fn finish(
    contract: &Contract,
    method: &Method,
    transport: &syn::Ident,
) -> (TokenStream, TokenStream) {
    let root = &contract.root;
    if method.notification {
        return (
            quote!(#root::Notification<#transport>),
            quote!(notification()),
        );
    }
    let error = error_type(contract, &method.returned);
    match &method.returned {
        Returned::Stream(streamed) => {
            let (ok, _) = result_types(contract, &streamed.item);
            let finish = match &streamed.form {
                StreamForm::Progress => quote!(stream::<#ok, #error>()),
                StreamForm::Resume(tracked) => {
                    let TrackedItem { cursor, value } = &**tracked;
                    let parameter = cursor_parameter(contract, method);
                    quote!(resuming::<#cursor, #value, #error>(#parameter))
                }
                StreamForm::Token { parameter, joins } => {
                    let name = &parameter.name;
                    match joins {
                        true => quote!(stream_of_lists::<#ok, #error>(#name)),
                        false => quote!(stream_with_token::<#ok, #error>(#name)),
                    }
                }
                StreamForm::Subscription(Subscription { unsubscribe, .. }) => {
                    quote!(subscription::<#ok, #error>(#unsubscribe))
                }
            };
            (quote!(#root::StreamCall<#transport, #ok, #error>), finish)
        }
        Returned::Value(value) => {
            let (ok, _) = result_types(contract, value);
            let finish = match is_result(contract, value) {
                Some(is_result) => quote!(call_unless_result::<#ok, #error, #is_result>()),
                None => quote!(call::<#ok, #error>()),
            };
            (quote!(#root::Call<#transport, #ok, #error>), finish)
        }
        Returned::Unsubscribed(_) => Default::default(), // dropping a stream closes it
    }
}

/// `CursorParameter::new(ParamsStyle::Positional, 0, "after")`
fn cursor_parameter(contract: &Contract, method: &Method) -> TokenStream {
    let root = &contract.root;
    let style = style(contract, method.style);
    let mut parameters = method.parameters().enumerate();
    let cursor = parameters.find(|(_, parameter)| parameter.cursor);
    let cursor = cursor.map(|(index, Parameter { name, .. })| quote!(#index, #name));
    quote!(#root::CursorParameter::new(#style, #cursor))
}

/// What goes below the method's own docs.
fn client_docs(method: &Method) -> String {
    let name = &method.name;
    let does = match &method.returned {
        _ if method.notification => return format!("\n\nSends the notification `{name}`."),
        Returned::Value(_) | Returned::Unsubscribed(_) => "Calls",
        Returned::Stream(_) => "Opens the stream",
    };
    let fails = match method.returned.can_fail() {
        true => "",
        false => " The method itself can't fail.",
    };
    format!("\n\n{does} `{name}`.{fails}")
}

/// The trait's own generics and the transport. The transport goes last, since only the last parameters can have a default.
struct ClientGenerics {
    /// `C`
    transport: syn::Ident,
    /// `K: Bound, const N: usize, C: Transport`
    declaration: TokenStream,
    /// `K, const N: usize, C: Transport`
    declaration_without_bounds: TokenStream,
    /// `K, N, C`
    arguments: TokenStream,
    /// `where …`
    clause: TokenStream,
    /// `PhantomData<fn() -> (K,)>`
    phantom: TokenStream,
}

impl ClientGenerics {
    fn of(contract: &Contract) -> Self {
        let root = &contract.root;
        let extended = contract.extended(&contract.transport, quote!(#root::Transport));
        let transport = extended.added;
        let own = without_defaults(&contract.generics);
        let declared: Vec<_> = own.params.iter().collect();
        let without_bounds = declared.iter().copied().map(without_bounds);
        let arguments = contract.generic_arguments();
        ClientGenerics {
            declaration: quote!(#(#declared,)* #transport: #root::Transport),
            declaration_without_bounds: quote!(#(#without_bounds,)* #transport: #root::Transport),
            arguments: quote!(#(#arguments,)* #transport),
            clause: extended.clause,
            phantom: extended.phantom,
            transport,
        }
    }
}

fn without_bounds(parameter: &syn::GenericParam) -> TokenStream {
    match parameter {
        syn::GenericParam::Type(parameter) => {
            let ident = &parameter.ident;
            quote!(#ident)
        }
        syn::GenericParam::Const(parameter) => {
            let (ident, ty) = (&parameter.ident, &parameter.ty);
            quote!(const #ident: #ty)
        }
        syn::GenericParam::Lifetime(_) => quote!(#parameter),
    }
}

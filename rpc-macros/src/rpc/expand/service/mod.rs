//! The `Service` of the server: names to methods, params to arguments, arguments to calls.

mod groups;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Generics, Lifetime, WhereClause, parse_quote};

use self::groups::Group;
use super::super::model::{
    Argument, Contract, DefaultValue, Execution, Form, Method, OutputKind, Parameter, Style,
};
use super::super::types::with_lifetime;
use super::contract::result_types;
use super::{Extended, without_defaults};
use crate::text;

/// ```text
/// enum __Index { place, list }
/// static __LOOKUP: Lookup<…> = Lookup::new(&[("orders.place", 0), ("orders.list", 1)]);
/// pub enum __Args<'de> { place { item: Text<'de>, quantity: u32 }, list { … } }
///
/// impl<S: Orders> Service for OrdersServer<S> {
///     type Args<'de> = __Args<'de>;
///     fn find(&self, name: &str) -> Option<ResolvedMethod> { … }
///     fn decode<'de>(&self, method: &ResolvedMethod, params: Params<'_, 'de>) -> Result<__Args<'de>, InvalidParams> { … }
///     async fn call(&self, args: Self::Args<'_>, cx: &Context, responder: Responder) -> Outcome { … }
/// }
/// ```
///
/// A large trait is taken apart: see [`groups`].
pub(super) fn service(contract: &Contract) -> TokenStream {
    let lookup = lookup(contract);
    let groups = Group::of(contract);
    let args = groups.iter().map(|group| args(contract, group));
    let all = groups::all(contract, &groups);
    let implementation = implementation(contract, &groups);
    quote!(#lookup #(#args)* #all #implementation)
}

/// The methods that `cfg` has left, numbered as in the contract's table.
fn lookup(contract: &Contract) -> TokenStream {
    let root = &contract.root;
    let idents = contract
        .methods
        .iter()
        .map(|method| (&method.cfg, &method.ident));
    let (variants, positions): (Vec<_>, Vec<_>) = idents
        .map(|(cfg, ident)| {
            (
                quote!(#(#cfg)* #ident),
                quote!(#(#cfg)* const #ident: usize = __Index::#ident as usize;),
            )
        })
        .unzip();
    let names = contract.methods.iter().flat_map(
        |Method {
             name,
             aliases,
             cfg,
             ident,
             ..
         }| {
            std::iter::once(name)
                .chain(aliases)
                .map(move |name| quote!(#(#cfg)* (#name, __Position::#ident)))
        },
    );
    quote! {
        #[allow(non_camel_case_types, dead_code)]
        enum __Index { #(#variants),* }

        struct __Position;

        #[allow(non_upper_case_globals)]
        impl __Position { #(#positions)* }

        const __NAMES: &[(&str, usize)] = &[#(#names),*];
        static __LOOKUP: #root::Lookup<{ #root::lookup_slots(__NAMES.len()) }> = #root::Lookup::new(__NAMES);
    }
}

fn args(contract: &Contract, group: &Group) -> TokenStream {
    let args = &group.args;
    let generics = args_generics(contract);
    let (declared, clause) = (&generics.params, &generics.where_clause);
    let phantom = contract.phantom();
    let variants = group.methods.iter().map(|method| {
        let Method { cfg, ident, .. } = method;
        let fields = method.parameters().map(|parameter| {
            let (ident, held) = (&parameter.ident, held(contract, method, parameter));
            quote!(#ident: #held)
        });
        quote!(#(#cfg)* #ident { #(#fields),* })
    });
    quote! {
        #[allow(non_camel_case_types, non_snake_case)]
        pub enum #args<#declared> #clause {
            #(#variants,)*
            #[allow(dead_code)]
            __Unused(::core::marker::PhantomData<&'de ()>, #phantom, ::core::convert::Infallible),
        }
    }
}

/// Those of the arguments, which may borrow from the message.
fn args_generics(contract: &Contract) -> Generics {
    let mut generics = without_defaults(&contract.generics);
    generics.params.insert(0, parse_quote!('de));
    generics
}

/// The generated functions' own variables, apart from the user's parameters of the same name.
struct Locals {
    server: Ident,
    params: Ident,
    cx: Ident,
    responder: Ident,
    service: Ident,
    blocking: Ident,
    default: Ident,
}

impl Locals {
    fn new() -> Self {
        let local = |name| Ident::new(name, Span::mixed_site());
        Locals {
            server: local("server"),
            params: local("params"),
            cx: local("cx"),
            responder: local("responder"),
            service: local("service"),
            blocking: local("blocking"),
            default: local("default"),
        }
    }
}

fn implementation(contract: &Contract, groups: &[Group]) -> TokenStream {
    let Contract {
        root, vis, ident, ..
    } = contract;
    let Locals {
        params,
        cx,
        responder,
        ..
    } = Locals::new();
    let name = contract.server_ident();
    let generics = server_generics(contract);
    let (declaration, arguments, clause) =
        (&generics.declaration, &generics.arguments, &generics.clause);
    let service_clause = service_clause(contract);
    let own_arguments = contract.generic_arguments();
    let decoders = groups.iter().flat_map(|group| {
        let methods = group.methods.iter();
        methods.map(|method| decoder(contract, group, method))
    });
    let callers = match groups {
        [whole] => callers(contract, whole, &generics.added, &quote!(self)),
        parts => groups::callers(parts),
    };
    let about = format!("What [`{ident}`] promises, as data.");
    quote! {
        impl #declaration #name #arguments #clause {
            #[doc = #about]
            #vis const CONTRACT: &'static #root::Contract = __Table::<#(#own_arguments),*>::CONTRACT;
        }

        #[allow(deprecated, non_snake_case)]
        impl #declaration #root::Service for #name #arguments #service_clause {
            type Args<'de> = __Args<'de, #(#own_arguments),*>;

            fn contracts(&self) -> ::std::vec::Vec<#root::Contract> {
                ::std::vec![::core::clone::Clone::clone(Self::CONTRACT)]
            }

            #[inline]
            fn find(&self, name: &str) -> ::core::option::Option<#root::ResolvedMethod> {
                let index = __LOOKUP.find(name)?;
                ::core::option::Option::Some(#root::ResolvedMethod::new(&Self::CONTRACT.methods[index], index))
            }

            #[allow(unused_variables)]
            fn decode<'de>(
                &self,
                method: &#root::ResolvedMethod,
                #params: #root::Params<'_, 'de>,
            ) -> ::core::result::Result<Self::Args<'de>, #root::InvalidParams> {
                match method.index() {
                    #(#decoders)*
                    _ => ::core::result::Result::Err(#root::InvalidParams::foreign_method()),
                }
            }

            #[allow(unused_variables)]
            async fn call(
                &self,
                args: Self::Args<'_>,
                #cx: &#root::Context,
                #responder: #root::Responder,
            ) -> #root::Outcome {
                match args { #callers }
            }
        }
    }
}

/// The server's generics, for an implementation that can be served.
fn server_generics(contract: &Contract) -> Extended {
    let trait_path = contract.trait_path();
    let bounds = quote!(#trait_path + ::core::marker::Send + ::core::marker::Sync + 'static);
    contract.extended(["S", "__S"], bounds)
}

/// The trait's own clause, and what a service asks of every type it holds: nobody has to write that on the trait.
fn service_clause(contract: &Contract) -> Option<WhereClause> {
    let mut generics = contract.generics.clone();
    let types: Vec<Ident> = generics
        .type_params()
        .map(|parameter| parameter.ident.clone())
        .collect();
    for ty in types {
        let bounds = parse_quote!(#ty: ::core::marker::Send + 'static);
        generics.make_where_clause().predicates.push(bounds);
    }
    generics.where_clause
}

/// ```text
/// __Position::place => {
///     let (item, (quantity, ())) = params.read_into(
///         (Slot::empty(), (Slot::empty(), ())), &["item", "quantity"], Strictness::Strict,
///     )?;
///     Ok(__Args::place { item: item.required("item")?, quantity: quantity.or_else(|| 20) })
/// }
/// ```
fn decoder(contract: &Contract, group: &Group, method: &Method) -> TokenStream {
    let root = &contract.root;
    let Locals { params, .. } = Locals::new();
    let Method { cfg, ident, .. } = method;
    let parameters: Vec<&Parameter> = method.parameters().collect();
    let idents = parameters.iter().map(|parameter| &parameter.ident);
    let strictness = if contract.lenient {
        quote!(#root::Strictness::Lenient)
    } else {
        quote!(#root::Strictness::Strict)
    };
    let body = if method.style == Style::Whole {
        let types = parameters
            .iter()
            .map(|parameter| held(contract, method, parameter));
        let args = group.args_of(
            ident,
            &quote!(#(#idents: #params.read_whole::<#types>(#strictness)?),*),
        );
        quote!(::core::result::Result::Ok(#args))
    } else {
        let names = parameters.iter().map(|parameter| &parameter.name);
        let pattern = idents
            .clone()
            .rev()
            .fold(quote!(()), |rest, ident| quote!((#ident, #rest)));
        // The compiler points at the slot of a parameter that can't be read, as long as both come from the user.
        let read = Ident::new("read_into", ident.span());
        let slots = parameters.iter().rev().fold(quote!(()), |rest, parameter| {
            let slot = text::spanned(&parameter.ty, quote!(#root::Slot::empty()));
            quote!((#slot, #rest))
        });
        let values = parameters
            .iter()
            .map(|parameter| value(parameter, &held(contract, method, parameter)));
        let args = group.args_of(ident, &quote!(#(#idents: #values),*));
        quote! {
            let #pattern = #params.#read(#slots, &[#(#names),*], #strictness)?;
            ::core::result::Result::Ok(#args)
        }
    };
    quote! {
        #(#cfg)*
        __Position::#ident => { #body }
    }
}

/// What is in a slot, or its default.
fn value(parameter: &Parameter, held: &TokenStream) -> TokenStream {
    let Locals { default: local, .. } = Locals::new();
    let Parameter {
        ident,
        name,
        ty,
        form,
        default,
        ..
    } = parameter;
    let expression = match (default, form) {
        (None, _) => return quote!(#ident.required(#name)?),
        (Some(DefaultValue::OfType), _) => {
            text::spanned(ty, quote!(::core::default::Default::default()))
        }
        // The `let` makes the compiler point at an expression of another type, not at the closure around it.
        (Some(DefaultValue::Expression(expression)), Form::Owned | Form::OptionRef(_)) => quote! {{
            let #local: #held = #expression;
            #local
        }},
        (Some(DefaultValue::Expression(expression)), Form::Ref(inner)) => quote! {{
            let #local: &#inner = #expression;
            ::core::convert::From::from(<#inner as ::std::borrow::ToOwned>::to_owned(#local))
        }},
        (Some(DefaultValue::Expression(expression)), Form::Cow(inner)) => quote! {{
            let #local: ::std::borrow::Cow<'_, #inner> = #expression;
            ::core::convert::From::from(#local.into_owned())
        }},
    };
    quote!(#ident.or_else(|| #expression))
}

/// The type that is decoded for a parameter.
fn held(contract: &Contract, method: &Method, parameter: &Parameter) -> TokenStream {
    let root = &contract.root;
    let lifetime: Lifetime = parse_quote!('de);
    let lent = |inner: &syn::Type| match method.execution {
        Execution::Blocking => quote!(<#inner as #root::BorrowedParam>::Owned),
        Execution::Async | Execution::InPlace => {
            quote!(<#inner as #root::BorrowedParam>::Held<'de>)
        }
    };
    match &parameter.form {
        Form::Owned => {
            let ty = with_lifetime(&parameter.ty, &lifetime);
            quote!(#ty)
        }
        Form::Ref(inner) | Form::Cow(inner) => lent(inner),
        Form::OptionRef(inner) => {
            let lent = lent(inner);
            quote!(::core::option::Option<#lent>)
        }
    }
}

/// The arms for a group's methods. `server` is the variable that holds the implementation.
fn callers(
    contract: &Contract,
    group: &Group,
    implementor: &Ident,
    server: &TokenStream,
) -> TokenStream {
    let args = &group.args;
    let callers = group
        .methods
        .iter()
        .map(|method| caller(contract, group, method, implementor, server));
    quote! {
        #(#callers)*
        #args::__Unused(_, _, never) => match never {},
    }
}

/// ```text
/// __Args::place { item, quantity } => responder.result::<OrderId, OrderError>(<S as Orders>::place(&*self.service, lend(&item), quantity).await),
/// ```
fn caller(
    contract: &Contract,
    group: &Group,
    method: &Method,
    implementor: &Ident,
    server: &TokenStream,
) -> TokenStream {
    let root = &contract.root;
    let Locals {
        cx,
        responder,
        service,
        blocking,
        ..
    } = Locals::new();
    let Method { cfg, ident, .. } = method;
    let trait_path = contract.trait_path();
    let idents: Vec<_> = method
        .parameters()
        .map(|parameter| &parameter.ident)
        .collect();
    let arguments = method.arguments.iter().map(|argument| match argument {
        Argument::Context(ty) => {
            let span = text::first_span(ty);
            let cx = Ident::new("cx", Span::mixed_site().located_at(span));
            quote!(#cx)
        }
        Argument::Parameter(parameter) => handed_over(root, method, parameter),
    });
    let respond = |output| respond(contract, method, &responder, output);
    let call = quote!(<#implementor as #trait_path>::#ident);
    let body = match method.execution {
        Execution::Async => respond(quote!(#call(&*#server.service, #(#arguments),*).await)),
        Execution::InPlace => respond(quote!(#call(&*#server.service, #(#arguments),*))),
        Execution::Blocking => {
            let (own_context, lend_context) = if method.wants_context() {
                let clone = quote!(let #cx = ::core::clone::Clone::clone(#cx););
                (clone, quote!(let #cx = &#cx;))
            } else {
                Default::default()
            };
            let outcome = respond(quote!(#call(&*#service, #(#arguments),*)));
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
    };
    let args = &group.args;
    quote! {
        #(#cfg)*
        #args::#ident { #(#idents),* } => #body,
    }
}

/// `responder.value::<OrderId>(output)`, or `responder.result::<OrderId, OrderError>(output)`.
fn respond(
    contract: &Contract,
    method: &Method,
    responder: &Ident,
    output: TokenStream,
) -> TokenStream {
    let root = &contract.root;
    let (ok, error) = result_types(contract, &method.output);
    match &method.output.kind {
        OutputKind::Value => quote!(#responder.value::<#ok>(#output)),
        OutputKind::Result { .. } => quote!(#responder.result::<#ok, #error>(#output)),
        OutputKind::ResultAlias => {
            let ty = &method.output.ty;
            let into_result = text::spanned(ty, quote!(<#ty as #root::MethodResult>::into_result));
            quote!(#responder.result::<#ok, #error>(#into_result(#output)))
        }
    }
}

/// A held parameter, as the method takes it.
fn handed_over(root: &TokenStream, method: &Method, parameter: &Parameter) -> TokenStream {
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
    }
}

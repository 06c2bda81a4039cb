//! The server's `Service`: names to methods, params to arguments, arguments to calls.

mod args;
mod call;
mod decode;
mod failure;
mod group;
mod locals;
mod lookup;
mod stream;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{WhereClause, parse_quote};

use self::call::Implementation;
use self::group::MethodGroup;
use self::locals::Locals;
use crate::rpc::expand::checks::{add_clone_bounds, moved_types};
use crate::rpc::model::Contract;
use crate::tokens;

/// ```text
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
pub(super) fn service(contract: &Contract) -> TokenStream {
    let groups = MethodGroup::of(contract);
    let lookup = lookup::lookup(contract);
    let args = args::args(contract, &groups);
    let functions = group_functions(contract, &groups);
    let metadata = metadata(contract);
    let implementation = implementation(contract, &groups);
    quote!(#lookup #args #functions #metadata #implementation)
}

/// ```text
/// impl<S: Orders> OrdersServer<S> {
///     pub const CONTRACT: &'static Contract = __Table::CONTRACT;
/// }
/// ```
fn metadata(contract: &Contract) -> TokenStream {
    let Contract {
        root, vis, ident, ..
    } = contract;
    let name = contract.server_ident();
    let generics = contract.server_generics();
    let (declaration, arguments, clause) =
        (&generics.declaration, &generics.arguments, &generics.clause);
    let own_arguments = contract.generic_arguments();
    let about = format!("What [`{ident}`] promises, as data.");
    quote! {
        impl #declaration #name #arguments #clause {
            #[doc = #about]
            #vis const CONTRACT: &'static #root::Contract = __Table::<#(#own_arguments),*>::CONTRACT;
        }
    }
}

fn implementation(contract: &Contract, groups: &[MethodGroup]) -> TokenStream {
    let root = &contract.root;
    let name = contract.server_ident();
    let generics = contract.server_generics();
    let (declaration, arguments) = (&generics.declaration, &generics.arguments);
    let clause = service_clause(contract);
    let own_arguments = contract.generic_arguments();
    let decode = decode_function(contract, groups);
    let call = call_function(contract, groups, &generics.added);
    quote! {
        #[allow(deprecated, non_snake_case, trivial_bounds)]
        impl #declaration #root::Service for #name #arguments #clause {
            type Args<'de> = __Args<'de, #(#own_arguments),*>;

            fn contracts(&self) -> ::std::vec::Vec<#root::Contract> {
                ::std::vec![::core::clone::Clone::clone(Self::CONTRACT)]
            }

            #[inline]
            fn find(&self, name: &str) -> ::core::option::Option<#root::ResolvedMethod> {
                let index = __LOOKUP.find(name)?;
                ::core::option::Option::Some(#root::ResolvedMethod::new(&Self::CONTRACT.methods[index], index))
            }

            #decode
            #call
        }
    }
}

fn decode_function(contract: &Contract, groups: &[MethodGroup]) -> TokenStream {
    let root = &contract.root;
    let Locals { params, .. } = Locals::new();
    let decoders = groups.iter().flat_map(|group| {
        let methods = group.methods.iter();
        methods.map(|method| decode::decoder(contract, group, method))
    });
    quote! {
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
    }
}

fn call_function(contract: &Contract, groups: &[MethodGroup], ty: &Ident) -> TokenStream {
    let root = &contract.root;
    let Locals { cx, responder, .. } = Locals::new();
    let arms = call_arms(contract, groups, ty);
    quote! {
        #[allow(unused_variables, clippy::redundant_closure)]
        async fn call(
            &self,
            args: Self::Args<'_>,
            #cx: &#root::Context,
            #responder: #root::Responder,
        ) -> #root::Outcome {
            match args { #arms }
        }
    }
}

/// The arms call the methods, or in a large trait the functions of the groups:
///
/// ```text
/// __Args::__Args0(args) => __call__Args0(self, args, cx, responder).await,
/// ```
fn call_arms(contract: &Contract, groups: &[MethodGroup], ty: &Ident) -> TokenStream {
    if let [whole] = groups {
        let server = &quote!(self);
        return call::arms(contract, whole, Implementation { ty, server });
    }
    let Locals { cx, responder, .. } = Locals::new();
    let arms = groups.iter().map(|group| {
        let (args, function) = (&group.args, group.function());
        quote!(__Args::#args(args) => #function(self, args, #cx, #responder).await,)
    });
    quote!(#(#arms)*)
}

/// The functions that call the methods of a large trait. A trait with one group needs none.
fn group_functions(contract: &Contract, groups: &[MethodGroup]) -> TokenStream {
    if let [_whole] = groups {
        return TokenStream::new();
    }
    let functions = groups.iter().map(|group| group_function(contract, group));
    functions.collect()
}

/// ```text
/// async fn __call__Args0<S: Orders>(
///     server: &OrdersServer<S>, args: __Args0<'_>, cx: &Context, responder: Responder,
/// ) -> Outcome {
///     match args { … }
/// }
/// ```
fn group_function(contract: &Contract, group: &MethodGroup) -> TokenStream {
    let root = &contract.root;
    let Locals {
        server,
        cx,
        responder,
        ..
    } = Locals::new();
    let name = contract.server_ident();
    let generics = contract.server_generics();
    let (declaration, arguments) = (&generics.declaration, &generics.arguments);
    let clause = service_clause(contract);
    let own_arguments = contract.generic_arguments();
    let (args, function) = (&group.args, group.function());
    let implementation = Implementation {
        ty: &generics.added,
        server: &quote!(#server),
    };
    let arms = call::arms(contract, group, implementation);
    quote! {
        #[allow(deprecated, non_snake_case, unused_variables, trivial_bounds, clippy::multiple_bound_locations)]
        async fn #function #declaration (
            #server: &#name #arguments,
            args: #args<'_, #(#own_arguments),*>,
            #cx: &#root::Context,
            #responder: #root::Responder,
        ) -> #root::Outcome
        #clause
        {
            match args { #arms }
        }
    }
}

/// The trait's own clause, and what a service needs from every type it holds, so that users need not write that.
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
    add_clone_bounds(contract, &mut generics);
    for ty in moved_types(contract) {
        let bounds = tokens::spanned(&ty, quote!(#ty: ::core::marker::Send));
        generics
            .make_where_clause()
            .predicates
            .push(parse_quote!(#bounds));
    }
    generics.where_clause
}

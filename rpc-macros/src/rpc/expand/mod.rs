//! Turning a contract into code. Nothing here can fail.
//!
//! What is generated names `::rpc_core::__private` only, and is thin: the logic is in rpc-core.

mod client;
mod contract;
mod server;
mod service;
mod the_trait;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{GenericParam, Generics, Ident};

pub(crate) use client::client;
pub(crate) use server::server;
pub(crate) use the_trait::{the_faulty_trait, the_trait};

use super::model::Contract;

/// What no user names: the contract as data, the arguments, and the `Service`. A block of its own keeps the names apart.
pub(crate) fn glue(mut contract: Contract) -> TokenStream {
    // In the block, rpc-core has a short name: the rest reads better for it.
    let root = std::mem::replace(&mut contract.root, quote!(__rpc));
    let contract = &contract;
    let table = contract::table(contract);
    let client = client::contract(contract);
    let service = service::service(contract);
    let cfg = &contract.cfg;
    quote! {
        #(#cfg)*
        const _: () = {
            use #root as __rpc;
            #table
            #client
            #service
        };
    }
}

/// The generics of what is generated: the trait's own, and one more type that goes before them.
struct Extended {
    /// `<S, K: Bound>`
    declaration: TokenStream,
    /// `<S, K>`
    arguments: TokenStream,
    /// `where …`
    clause: TokenStream,
    /// The added type's name.
    added: Ident,
    /// `(K,)`: what has to be held in a `PhantomData`.
    phantom: TokenStream,
}

impl Contract {
    /// The trait's generics with another type, called by the first of these names that is free.
    fn extended(&self, names: [&str; 2], bounds: TokenStream) -> Extended {
        let taken = |name: &str| {
            self.generics
                .type_params()
                .any(|parameter| parameter.ident == name)
        };
        let name = if taken(names[0]) { names[1] } else { names[0] };
        let added = format_ident!("{name}");
        let declared = without_defaults(&self.generics);
        let declared: Vec<&GenericParam> = declared.params.iter().collect();
        let arguments = self.generic_arguments();
        let clause = &self.generics.where_clause;
        Extended {
            declaration: quote!(<#added: #bounds, #(#declared),*>),
            arguments: quote!(<#added, #(#arguments),*>),
            clause: quote!(#clause),
            phantom: self.phantom(),
            added,
        }
    }

    /// `K, V, N`
    fn generic_arguments(&self) -> Vec<Ident> {
        let name = |parameter: &GenericParam| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident.clone()),
            GenericParam::Const(parameter) => Some(parameter.ident.clone()),
            GenericParam::Lifetime(_) => None,
        };
        self.generics.params.iter().filter_map(name).collect()
    }

    /// `fn() -> (K, V,)`: it is `Send` and `Sync` whatever the types are.
    fn phantom(&self) -> TokenStream {
        let types = self
            .generics
            .type_params()
            .map(|parameter| &parameter.ident);
        quote!(::core::marker::PhantomData<fn() -> (#(#types,)*)>)
    }

    /// `Orders<K, V>`
    fn trait_path(&self) -> TokenStream {
        let ident = &self.ident;
        let arguments = self.generic_arguments();
        if arguments.is_empty() {
            quote!(#ident)
        } else {
            quote!(#ident<#(#arguments),*>)
        }
    }

    fn client_ident(&self) -> Ident {
        format_ident!("{}Client", self.ident)
    }

    fn server_ident(&self) -> Ident {
        format_ident!("{}Server", self.ident)
    }
}

/// Defaults are only allowed where a type is declared, and there is no use for them there.
fn without_defaults(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    for parameter in &mut generics.params {
        match parameter {
            GenericParam::Type(parameter) => parameter.default = None,
            GenericParam::Const(parameter) => parameter.default = None,
            GenericParam::Lifetime(_) => {}
        }
    }
    generics
}

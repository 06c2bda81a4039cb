//! Turning a contract into code. Nothing here can fail.
//!
//! Generated code names only `::rpc_core::__private`. It is thin: the logic is in rpc-core.

mod case;
mod checks;
mod client;
mod contract;
mod generics;
mod nested;
mod returned;
mod schema;
mod server;
mod service;
mod the_trait;

use proc_macro2::TokenStream;
use quote::quote;

pub(crate) use client::client;
pub(crate) use server::server;
pub(crate) use the_trait::{the_faulty_trait, the_trait};

use super::model::Contract;

/// ```text
/// const _: () = {
///     use ::rpc_core::__private as __rpc;
///     …
/// };
/// ```
///
/// What users never name: the contract as data, the arguments, the `Service`. The block keeps their names private, and
/// gives rpc-core a short name, which makes the rest easier to read.
pub(crate) fn private_items(mut contract: Contract) -> TokenStream {
    let root = std::mem::replace(&mut contract.root, quote!(__rpc));
    let contract = &contract;
    let checks = checks::checks(contract);
    let table = contract::table(contract);
    let client = client::contract(contract);
    let service = service::service(contract);
    let (cfg, lints) = (&contract.cfg, &contract.lints);
    quote! {
        #(#cfg)*
        #(#lints)*
        const _: () = {
            use #root as __rpc;
            #checks
            #table
            #client
            #service
        };
    }
}

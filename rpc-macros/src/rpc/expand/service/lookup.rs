//! The table from names to methods.

use proc_macro2::TokenStream;
use quote::quote;

use crate::rpc::model::{Contract, Method};

/// ```text
/// enum __Index { place, list }
///
/// impl __Position {
///     const place: usize = __Index::place as usize;
///     const list: usize = __Index::list as usize;
/// }
///
/// const __NAMES: &[(&str, usize)] = &[("orders.place", __Position::place), ("orders.list", __Position::list)];
/// static __LOOKUP: Lookup<…> = Lookup::new(__NAMES);
/// ```
///
/// The compiler numbers the methods after it has applied `cfg`, as it does in the contract's table.
pub(super) fn lookup(contract: &Contract) -> TokenStream {
    let root = &contract.root;
    let variants = contract
        .methods
        .iter()
        .map(|Method { cfg, ident, .. }| quote!(#(#cfg)* #ident));
    let positions = contract
        .methods
        .iter()
        .map(|Method { cfg, ident, .. }| quote!(#(#cfg)* const #ident: usize = __Index::#ident as usize;));
    let names = contract.methods.iter().flat_map(names);
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

/// A method's name and its aliases, each with the method's position.
fn names(method: &Method) -> impl Iterator<Item = TokenStream> {
    let Method {
        name,
        aliases,
        cfg,
        ident,
        ..
    } = method;
    std::iter::once(name)
        .chain(aliases)
        .map(move |name| quote!(#(#cfg)* (#name, __Position::#ident)))
}

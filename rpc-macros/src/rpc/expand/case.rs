//! The case of the fields of a `flatten` struct, as generated code names it.

use proc_macro2::TokenStream;
use quote::quote;

use crate::case::Case;
use crate::rpc::model::Contract;

/// `Case::Camel`
pub(super) fn case(contract: &Contract, case: Case) -> TokenStream {
    let root = &contract.root;
    let variant = match case {
        Case::Lower => quote!(Lower),
        Case::Upper => quote!(Upper),
        Case::Pascal => quote!(Pascal),
        Case::Camel => quote!(Camel),
        Case::Snake => quote!(Snake),
        Case::ScreamingSnake => quote!(ScreamingSnake),
        Case::Kebab => quote!(Kebab),
        Case::ScreamingKebab => quote!(ScreamingKebab),
    };
    quote!(#root::Case::#variant)
}

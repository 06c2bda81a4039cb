//! Parameters with references inside, as the type that `NestedParam` is implemented for.

use proc_macro2::TokenStream;
use quote::quote;

use super::generics::with_lifetime;
use crate::rpc::model::{Contract, NestedType};

/// ```text
/// Vec<(&'static str, Leaf<u32>)>
/// ```
pub(super) fn nested_type(contract: &Contract, ty: &NestedType) -> TokenStream {
    let root = &contract.root;
    let inner = |ty: &NestedType| nested_type(contract, ty);
    match ty {
        NestedType::Leaf(ty) => {
            let ty = with_lifetime(ty, "'static");
            quote!(#root::Leaf<#ty>)
        }
        NestedType::Reference(ty) => {
            let ty = with_lifetime(ty, "'static");
            quote!(&'static #ty)
        }
        NestedType::Tuple(types) => {
            let types = types.iter().map(inner);
            quote!((#(#types,)*))
        }
        NestedType::List(ty) => {
            let ty = inner(ty);
            quote!(::std::vec::Vec<#ty>)
        }
        NestedType::Generic(path, types) => {
            let types = types.iter().map(inner);
            quote!(#path<#(#types),*>)
        }
    }
}

//! The kind of each variant.

use proc_macro2::TokenStream;
use quote::quote;

use crate::rpc_error::model::{ErrorType, Field, Meaning, Variant};
use crate::tokens;

/// The function `kind`, if any variant has one.
pub(super) fn function(error_type: &ErrorType) -> Option<TokenStream> {
    let root = &error_type.root;
    let arms: Vec<TokenStream> = error_type
        .variants
        .iter()
        .filter_map(|variant| arm(root, variant))
        .collect();
    if arms.is_empty() {
        return None;
    }
    let others = (arms.len() < error_type.variants.len())
        .then(|| quote!(_ => ::core::option::Option::None,));
    Some(quote! {
        fn kind(&self) -> ::core::option::Option<#root::ErrorKind> {
            match self {
                #(#arms)*
                #others
            }
        }
    })
}

fn arm(root: &TokenStream, variant: &Variant) -> Option<TokenStream> {
    let path = &variant.path;
    let some = quote!(::core::option::Option::Some);
    match &variant.meaning {
        Meaning::Code(code) => {
            let kind = code.kind.as_ref()?;
            Some(quote!(#path { .. } => #some(#root::ErrorKind::#kind),))
        }
        Meaning::Internal => Some(quote!(#path { .. } => #some(#root::ErrorKind::Internal),)),
        Meaning::Transparent => {
            let Field { member, ty, .. } = variant.fields.first()?;
            let kind = tokens::spanned(ty, quote!(<#ty as #root::MethodError>::kind));
            Some(quote!(#path { #member: error } => #kind(error),))
        }
    }
}

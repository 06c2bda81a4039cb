//! From an error object back to a variant.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{codes, local};
use crate::rpc_error::model::{Code, CodeValue, ErrorType, Field, Shape, Variant};
use crate::tokens;

/// The body that finds the variant of an error object. Transparent variants are tried in turn.
pub(super) fn body(error_type: &ErrorType, object: &Ident) -> TokenStream {
    let root = &error_type.root;
    let arms: Vec<TokenStream> = error_type
        .variants
        .iter()
        .filter_map(|variant| arm(error_type, variant, object))
        .collect();
    let transparent = error_type.transparent().map(|(variant, field)| {
        let (path, member, ty) = (&variant.path, &field.member, &field.ty);
        let read = quote!(<#ty as #root::MethodError>::from_error_object);
        let read = tokens::spanned(ty, read);
        quote! {
            if let ::core::option::Option::Some(error) = #read(#object) {
                return ::core::option::Option::Some(#path { #member: error });
            }
        }
    });
    let transparent: Vec<TokenStream> = transparent.collect();
    let none = quote!(::core::option::Option::None);
    match (arms.is_empty(), transparent.is_empty()) {
        (true, _) => quote! {
            #(#transparent)*
            #none
        },
        (false, true) => quote! {
            match #object.code() {
                #(#arms)*
                _ => #none,
            }
        },
        (false, false) => quote! {
            match #object.code() {
                #(#arms)*
                _ => {
                    #(#transparent)*
                    #none
                }
            }
        },
    }
}

/// The arm that turns an error object back into a variant.
fn arm(error_type: &ErrorType, variant: &Variant, object: &Ident) -> Option<TokenStream> {
    let root = &error_type.root;
    let pattern = pattern(error_type, variant, variant.code()?);
    let path = &variant.path;
    let read = read_data(root, variant, object);
    let values = variant.fields.iter().enumerate().map(|(index, field)| {
        let (member, local) = (&field.member, local(index));
        if field.skip {
            let default = tokens::spanned(&field.ty, quote!(::core::default::Default::default()));
            quote!(#member: #default)
        } else {
            quote!(#member: #local)
        }
    });
    Some(quote! {
        #pattern => {
            #read
            ::core::option::Option::Some(#path { #(#values),* })
        }
    })
}

/// `1001`, or `code if code == <Self as MethodError>::CODES[0].code`.
fn pattern(error_type: &ErrorType, variant: &Variant, code: &Code) -> TokenStream {
    let value = codes::value(error_type, variant, code);
    match code.value {
        CodeValue::Literal(_) => value,
        CodeValue::Constant(_) => quote!(code if code == #value),
    }
}

/// Reads the fields of a variant into local variables.
fn read_data(root: &TokenStream, variant: &Variant, object: &Ident) -> TokenStream {
    match (&variant.sent()[..], variant.shape) {
        ([], _) => TokenStream::new(),
        ([(index, field)], Shape::Unnamed) => {
            let (local, ty) = (local(*index), &field.ty);
            quote!(let #local = #root::ErrorData::read::<#ty>(#object)?;)
        }
        (sent, _) => read_fields(root, sent, object),
    }
}

/// ```text
/// let (field_0, ()) = object.read_into((Slot::empty(), ()), &["left"])?;
/// let field_0 = field_0.required("left").ok()?;
/// ```
fn read_fields(root: &TokenStream, sent: &[(usize, &Field)], object: &Ident) -> TokenStream {
    let names: Vec<&str> = sent.iter().map(|(_, field)| &*field.name).collect();
    let locals: Vec<Ident> = sent.iter().map(|(index, _)| local(*index)).collect();
    let pattern = locals
        .iter()
        .rev()
        .fold(quote!(()), |rest, local| quote!((#local, #rest)));
    let slots = sent.iter().rev().fold(quote!(()), |rest, (_, field)| {
        let slot = tokens::spanned(&field.ty, quote!(#root::Slot::empty()));
        quote!((#slot, #rest))
    });
    let span = tokens::first_span(&sent[0].1.ty);
    let read = Ident::new("read_into", span);
    quote! {
        let #pattern = #object.#read(#slots, &[#(#names),*])?;
        #(let #locals = #locals.required(#names).ok()?;)*
    }
}

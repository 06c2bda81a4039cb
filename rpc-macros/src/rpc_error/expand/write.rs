//! From a variant to an error object.

use proc_macro2::TokenStream;
use quote::quote;

use super::{codes, local};
use crate::rpc_error::model::{Code, ErrorType, Meaning, Shape, Variant};
use crate::tokens;

/// The arms that turn each variant into an error object.
pub(super) fn arms(error_type: &ErrorType) -> impl Iterator<Item = TokenStream> {
    let root = &error_type.root;
    error_type
        .variants
        .iter()
        .map(move |variant| match &variant.meaning {
            Meaning::Code(code) => with_code(error_type, variant, code),
            Meaning::Internal => internal(root, variant),
            Meaning::Transparent => transparent(root, variant),
        })
}

fn with_code(error_type: &ErrorType, variant: &Variant, code: &Code) -> TokenStream {
    let root = &error_type.root;
    let path = &variant.path;
    let bindings = variant.sent().into_iter().map(|(index, field)| {
        let (member, local) = (&field.member, local(index));
        quote!(#member: #local)
    });
    let value = codes::value(error_type, variant, code);
    let kind = code.kind.as_ref();
    let kind = kind.map(|kind| quote!(.with_kind(#root::ErrorKind::#kind)));
    let object = quote!(#root::ErrorObject::new(#value, message)#kind);
    let object = with_data(root, variant, object);
    quote!(#path { #(#bindings,)* .. } => #object,)
}

fn internal(root: &TokenStream, variant: &Variant) -> TokenStream {
    let path = &variant.path;
    if variant.shape == Shape::Unit {
        return quote!(#path => #root::ErrorObject::internal(message),);
    }
    // The chain takes the whole error, so that the log shows its sources as well as its text.
    let chain = tokens::spanned(path, quote!(#root::Chain(&error)));
    quote!(error @ #path { .. } => #root::ErrorObject::internal(#chain),)
}

/// `OrderError::Auth { 0: field_0 } => MethodError::into_error_object(field_0),`
fn transparent(root: &TokenStream, variant: &Variant) -> TokenStream {
    let path = &variant.path;
    let field = variant.fields.iter().map(|field| {
        let (member, ty, local) = (&field.member, &field.ty, local(0));
        let convert = quote!(<#ty as #root::MethodError>::into_error_object);
        let convert = tokens::spanned(ty, convert);
        quote!(#path { #member: #local } => #convert(#local),)
    });
    quote!(#(#field)*)
}

/// An error object with a variant's fields as its data.
fn with_data(root: &TokenStream, variant: &Variant, object: TokenStream) -> TokenStream {
    match (&variant.sent()[..], variant.shape) {
        ([], _) => object,
        ([(index, field)], Shape::Unnamed) => {
            let (local, ty) = (local(*index), &field.ty);
            quote!(#object.with_data::<#ty>(&#local))
        }
        (sent, Shape::Unnamed) => {
            let elements = sent.iter().map(|(index, field)| {
                let (ty, local) = (&field.ty, local(*index));
                quote!(.element::<#ty>(&#local))
            });
            quote!(#root::ErrorData::array()#(#elements)*.attach(#object))
        }
        (sent, Shape::Named | Shape::Unit) => {
            let fields = sent.iter().map(|(index, field)| {
                let (name, ty, local) = (&field.name, &field.ty, local(*index));
                quote!(.field::<#ty>(#name, &#local))
            });
            quote!(#root::ErrorData::object()#(#fields)*.attach(#object))
        }
    }
}

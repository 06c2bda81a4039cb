//! The implementation of `MethodError` for an error type.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Member, WhereClause, parse_quote};

use super::model::{Code, ErrorType, Field, Shape, Variant};
use crate::tokens;

/// ```text
/// impl MethodError for OrderError {
///     const CODES: &'static [ErrorCode] = &[ErrorCode::new(1001, "SoldOut", "…")];
///
///     fn into_error_object(self) -> ErrorObject {
///         let message = ErrorMessage::message(&self);
///         match self {
///             OrderError::SoldOut { left: field_0 } => {
///                 ErrorData::object().field::<u32>("left", &field_0).attach(ErrorObject::new(1001, message))
///             }
///         }
///     }
///
///     fn from_error_object(object: &ErrorObject) -> Option<Self> {
///         Some(match object.code() {
///             1001 => {
///                 let (field_0, ()) = object.read_into((Slot::empty(), ()), &["left"])?;
///                 let field_0 = field_0.required("left").ok()?;
///                 OrderError::SoldOut { left: field_0 }
///             }
///             _ => return None,
///         })
///     }
/// }
/// ```
pub(super) fn method_error(error_type: &ErrorType) -> TokenStream {
    let ErrorType {
        ident,
        generics,
        root,
        variants,
    } = error_type;
    let (declaration, arguments, _) = generics.split_for_impl();
    let clause = clause(error_type);
    let codes = variants.iter().filter_map(|variant| code(root, variant));
    let writers = variants.iter().map(|variant| writer(root, variant));
    let object = Ident::new("object", Span::mixed_site());
    let read = read(error_type, &object);
    let text = tokens::spanned(ident, quote!(#root::ErrorMessage::message(&self)));
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #declaration #root::MethodError for #ident #arguments #clause {
            const CODES: &'static [#root::ErrorCode] = &[#(#codes),*];

            fn into_error_object(self) -> #root::ErrorObject {
                #[allow(unused_variables)]
                let message: ::std::string::String = #text;
                match self {
                    #(#writers)*
                }
            }

            #[allow(unused_variables)]
            fn from_error_object(#object: &#root::ErrorObject) -> ::core::option::Option<Self> {
                #read
            }
        }
    }
}

/// The type's own clause. A generic type is an error only if its text and the types of its fields allow it.
fn clause(error_type: &ErrorType) -> Option<WhereClause> {
    let ErrorType {
        generics,
        root,
        variants,
        ..
    } = error_type;
    let mut generics = generics.clone();
    let parameters: Vec<Ident> = generics
        .type_params()
        .map(|parameter| parameter.ident.clone())
        .collect();
    if parameters.is_empty() {
        return generics.where_clause;
    }
    let clause = generics.make_where_clause();
    let trait_of_self = match variants.iter().any(Variant::is_internal) {
        true => quote!(::std::error::Error),
        false => quote!(::core::fmt::Display),
    };
    clause.predicates.push(parse_quote!(Self: #trait_of_self));
    let sent = variants
        .iter()
        .filter(|variant| !variant.is_internal())
        .flat_map(Variant::sent);
    for (_, Field { ty, .. }) in sent {
        if tokens::mentions(ty, &parameters) {
            let bounds = parse_quote!(#ty: #root::Writable + #root::ReadableOwned);
            clause.predicates.push(bounds);
        }
    }
    generics.where_clause
}

/// `ErrorCode::new(1001, "SoldOut", "…")`
fn code(root: &TokenStream, variant: &Variant) -> Option<TokenStream> {
    let Code::Of(code) = variant.code else {
        return None;
    };
    let (name, docs) = (&variant.name, &variant.docs);
    Some(quote!(#root::ErrorCode::new(#code, #name, #docs)))
}

/// The arm that turns a variant into an error object.
fn writer(root: &TokenStream, variant: &Variant) -> TokenStream {
    let path = &variant.path;
    let Code::Of(code) = variant.code else {
        return internal_writer(root, variant);
    };
    let bindings = variant.sent().into_iter().map(|(index, field)| {
        let (member, local) = (&field.member, local(index));
        quote!(#member: #local)
    });
    let object = quote!(#root::ErrorObject::new(#code, message));
    let object = with_data(root, variant, object);
    quote!(#path { #(#bindings,)* .. } => #object,)
}

fn internal_writer(root: &TokenStream, variant: &Variant) -> TokenStream {
    let path = &variant.path;
    if variant.shape == Shape::Unit {
        return quote!(#path => #root::ErrorObject::internal(message),);
    }
    // The chain takes the whole error, so that the log shows its sources as well as its text.
    let chain = tokens::spanned(path, quote!(#root::Chain(&error)));
    quote!(error @ #path { .. } => #root::ErrorObject::internal(#chain),)
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
                let (name, ty, local) = (name(&field.member), &field.ty, local(*index));
                quote!(.field::<#ty>(#name, &#local))
            });
            quote!(#root::ErrorData::object()#(#fields)*.attach(#object))
        }
    }
}

/// The body that finds the variant of an error object.
fn read(error_type: &ErrorType, object: &Ident) -> TokenStream {
    let ErrorType { root, variants, .. } = error_type;
    let readers: Vec<TokenStream> = variants
        .iter()
        .filter_map(|variant| reader(root, variant, object))
        .collect();
    if readers.is_empty() {
        return quote!(::core::option::Option::None);
    }
    quote! {
        ::core::option::Option::Some(match #object.code() {
            #(#readers)*
            _ => return ::core::option::Option::None,
        })
    }
}

/// The arm that turns an error object back into a variant.
fn reader(root: &TokenStream, variant: &Variant, object: &Ident) -> Option<TokenStream> {
    let Code::Of(code) = variant.code else {
        return None;
    };
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
        #code => {
            #read
            #path { #(#values),* }
        }
    })
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
    let names: Vec<String> = sent.iter().map(|(_, field)| name(&field.member)).collect();
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

/// The variable of a field.
fn local(index: usize) -> Ident {
    format_ident!("field_{index}")
}

/// The name of a field on the wire.
fn name(member: &Member) -> String {
    match member {
        Member::Named(ident) => ident.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

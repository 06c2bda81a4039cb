//! From an error type to its implementation of `MethodError`, and its conversions.

mod codes;
mod conversions;
mod kind;
mod read;
mod write;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{WhereClause, parse_quote};

use super::model::{ErrorType, Field, Variant};
use crate::tokens;

/// ```text
/// impl MethodError for OrderError {
///     const CODES: &'static [ErrorCode] = &[ErrorCode::new(1001, "SoldOut", "…").kind(ErrorKind::Conflict)];
///
///     fn into_error_object(self) -> ErrorObject {
///         let this = &self;
///         let message = ErrorMessage::message(this);
///         match self {
///             OrderError::SoldOut { left: field_0 } => {
///                 ErrorData::object().field::<u32>("left", &field_0).attach(ErrorObject::new(1001, message))
///             }
///         }
///     }
///
///     fn from_error_object(object: &ErrorObject) -> Option<Self> {
///         match object.code() {
///             1001 => {
///                 let (field_0, ()) = object.read_into((Slot::empty(), ()), &["left"])?;
///                 let field_0 = field_0.required("left").ok()?;
///                 Some(OrderError::SoldOut { left: field_0 })
///             }
///             _ => None,
///         }
///     }
///
///     fn kind(&self) -> Option<ErrorKind> {
///         match self {
///             OrderError::SoldOut { .. } => Some(ErrorKind::Conflict),
///         }
///     }
/// }
/// ```
pub(super) fn error_type(error_type: &ErrorType) -> TokenStream {
    let ErrorType {
        ident,
        generics,
        root,
        ..
    } = error_type;
    let (declaration, arguments, _) = generics.split_for_impl();
    let clause = clause(error_type);
    let codes = codes::constant(error_type);
    let checks = codes::checks(error_type);
    // With the span of a type from a `macro_rules`, `self` would be another one.
    let this = Ident::new("this", ident.span());
    let text = tokens::spanned(ident, quote!(#root::ErrorMessage::message(#this)));
    let writers = write::arms(error_type);
    let object = Ident::new("object", Span::mixed_site());
    let read = read::body(error_type, &object);
    let kind = kind::function(error_type);
    let conversions = conversions::conversions(error_type);
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #declaration #root::MethodError for #ident #arguments #clause {
            const CODES: &'static [#root::ErrorCode] = #codes;

            fn into_error_object(self) -> #root::ErrorObject {
                let #this = &self;
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

            #kind
        }
        #checks
        #conversions
    }
}

/// The type's own clause. A generic type is an error only if its text and the types of its fields allow it.
fn clause(error_type: &ErrorType) -> Option<WhereClause> {
    let ErrorType {
        generics,
        root,
        has_schema,
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
        .filter(|variant| variant.code().is_some())
        .flat_map(Variant::sent);
    for (_, Field { ty, .. }) in sent {
        if tokens::mentions(ty, &parameters) {
            let bounds = parse_quote!(#ty: #root::Writable + #root::ReadableOwned);
            clause.predicates.push(bounds);
            if *has_schema {
                clause.predicates.push(parse_quote!(#ty: #root::Described));
            }
        }
    }
    generics.where_clause
}

/// The variable of a field.
fn local(index: usize) -> Ident {
    format_ident!("field_{index}")
}

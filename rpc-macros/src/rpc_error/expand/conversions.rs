//! The conversions with which `?` makes an error: `#[rpc(from)]`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{GenericParam, Generics, Lifetime, LifetimeParam, parse_quote};

use crate::rpc_error::model::{ErrorType, Field, Variant};
use crate::tokens;

pub(super) fn conversions(error_type: &ErrorType) -> TokenStream {
    if let Some((variant, field)) = error_type.catch_all() {
        return from_any(error_type, variant, field);
    }
    let conversions = error_type.conversions();
    let conversions = conversions.map(|(variant, field)| from_one(error_type, variant, field));
    conversions.collect()
}

/// ```text
/// impl From<AuthError> for OrderError {
///     fn from(error: AuthError) -> Self {
///         OrderError::Auth { 0: error }
///     }
/// }
/// ```
fn from_one(error_type: &ErrorType, variant: &Variant, field: &Field) -> TokenStream {
    let ErrorType {
        ident, generics, ..
    } = error_type;
    let (declaration, arguments, clause) = generics.split_for_impl();
    let (path, member, ty) = (&variant.path, &field.member, &field.ty);
    quote! {
        #[automatically_derived]
        impl #declaration ::core::convert::From<#ty> for #ident #arguments #clause {
            fn from(error: #ty) -> Self {
                #path { #member: error }
            }
        }
    }
}

/// A conversion of every error. Where the error has a variant of its own, it becomes that one.
///
/// ```text
/// impl<E: IntoInternal + Unpin> From<E> for OrderError {
///     fn from(error: E) -> Self {
///         let error = IntoInternal::into_internal(error);
///         let error = match error.downcast::<AuthError>() {
///             Ok(error) => return OrderError::Auth { 0: error },
///             Err(error) => error,
///         };
///         OrderError::Internal { 0: FromInternal::from_internal(error) }
///     }
/// }
///
/// impl<'never> Unpin for OrderError where OrderError: Never<'never> {}
/// ```
///
/// The standard library already converts every type into itself, and the two implementations may not overlap. So the type
/// itself must lack something that all errors have. It can't lack `Error`, since people derive that. `Unpin` it can: the second
/// implementation never applies, as nothing implements `Never`, and its presence keeps the compiler from making its own. The
/// lifetime is there because the compiler refuses conditions that it can see to be false.
fn from_any(error_type: &ErrorType, variant: &Variant, field: &Field) -> TokenStream {
    let ErrorType {
        ident,
        generics,
        root,
        ..
    } = error_type;
    let (_, arguments, clause) = generics.split_for_impl();
    let any = Ident::new("__E", Span::mixed_site());
    let with_any = with_any(generics, root, &any);
    let (declaration_any, _, _) = with_any.split_for_impl();
    let with_never = with_never(error_type);
    let (declaration_never, _, clause_never) = with_never.split_for_impl();
    let others = error_type.conversions().filter(|(it, _)| !it.is_internal());
    let others = others.map(|(variant, field)| {
        let (path, member, ty) = (&variant.path, &field.member, &field.ty);
        let downcast = tokens::spanned(ty, quote!(error.downcast::<#ty>()));
        quote! {
            let error = match #downcast {
                ::core::result::Result::Ok(error) => return #path { #member: error },
                ::core::result::Result::Err(error) => error,
            };
        }
    });
    let (path, member) = (&variant.path, &field.member);
    let convert = tokens::spanned(&field.ty, quote!(#root::FromInternal::from_internal(error)));
    quote! {
        #[automatically_derived]
        #[allow(clippy::useless_conversion)]
        impl #declaration_any ::core::convert::From<#any> for #ident #arguments #clause {
            fn from(error: #any) -> Self {
                let error = #root::IntoInternal::into_internal(error);
                #(#others)*
                #path { #member: #convert }
            }
        }

        #[automatically_derived]
        #[allow(single_use_lifetimes)]
        impl #declaration_never ::core::marker::Unpin for #ident #arguments #clause_never {}
    }
}

fn with_any(generics: &Generics, root: &TokenStream, any: &Ident) -> Generics {
    let mut generics = generics.clone();
    let parameter = parse_quote!(#any: #root::IntoInternal + ::core::marker::Unpin);
    generics.params.push(GenericParam::Type(parameter));
    generics
}

fn with_never(error_type: &ErrorType) -> Generics {
    let ErrorType {
        ident,
        generics,
        root,
        ..
    } = error_type;
    let (_, arguments, _) = generics.split_for_impl();
    let never = Lifetime::new("'never", Span::mixed_site());
    let condition = parse_quote!(#ident #arguments: #root::Never<#never>);
    let mut generics = generics.clone();
    let parameter = GenericParam::Lifetime(LifetimeParam::new(never));
    generics.params.insert(0, parameter);
    generics.make_where_clause().predicates.push(condition);
    generics
}

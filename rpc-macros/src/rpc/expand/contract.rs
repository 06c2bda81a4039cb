//! The contract as data, and the checks of its types.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Lifetime, parse_quote};

use super::super::model::{
    Contract, DefaultValue, Form, Method, Output, OutputKind, Parameter, Style,
};
use super::super::types::with_lifetime;
use super::without_defaults;
use crate::text;

/// ```ignore
/// struct __Table<K>(PhantomData<fn() -> (K,)>);
///
/// impl<K> __Table<K> {
///     const METHODS: &'static [Method] = &[Method::new("orders.place", "…")];
///     const CONTRACT: &'static Contract = &Contract::new("Orders", "…", Self::METHODS);
/// }
/// ```
pub(super) fn table(contract: &Contract) -> TokenStream {
    let Contract {
        root, ident, docs, ..
    } = contract;
    let generics = without_defaults(&contract.generics);
    let (declaration, arguments, clause) = generics.split_for_impl();
    let phantom = contract.phantom();
    let name = ident.to_string();
    let methods = contract.methods.iter().map(|method| {
        let cfg = &method.cfg;
        let value = method_value(contract, method);
        quote!(#(#cfg)* #value)
    });
    quote! {
        struct __Table #declaration (#phantom) #clause;

        impl #declaration __Table #arguments #clause {
            const METHODS: &'static [#root::Method] = &[#(#methods),*];
            const CONTRACT: &'static #root::Contract = &#root::Contract::new(#name, #docs, Self::METHODS);
        }
    }
}

fn method_value(contract: &Contract, method: &Method) -> TokenStream {
    let root = &contract.root;
    let Method {
        name,
        aliases,
        docs,
        ..
    } = method;
    let style = style(contract, method.style);
    let parameters = method
        .parameters()
        .map(|parameter| parameter_value(contract, parameter));
    let (_, error) = result_types(contract, &method.output);
    let result = match &method.output.kind {
        OutputKind::Result { ok, .. } => text::source(ok),
        OutputKind::Value | OutputKind::ResultAlias => text::source(&method.output.ty),
    };
    let mut value = quote! {
        #root::Method::new(#name, #docs)
            .params(#style, &[#(#parameters),*])
            .result(#result)
            .errors(<#error as #root::MethodError>::CODES)
    };
    if !aliases.is_empty() {
        value.extend(quote!(.aliases(&[#(#aliases),*])));
    }
    if method.notification {
        value.extend(quote!(.notification()));
    }
    if method.idempotent {
        value.extend(quote!(.idempotent()));
    }
    if method.execution == super::super::model::Execution::Blocking {
        value.extend(quote!(.blocking()));
    }
    if let Some(note) = &method.deprecated {
        value.extend(quote!(.deprecated(#note)));
    }
    value
}

fn parameter_value(contract: &Contract, parameter: &Parameter) -> TokenStream {
    let root = &contract.root;
    let (name, ty) = (&parameter.name, text::source(&parameter.ty));
    let default = parameter.default.as_ref().map(|default| {
        let expression = match default {
            DefaultValue::OfType => "Default::default()".to_owned(),
            DefaultValue::Expression(expression) => text::source(expression),
        };
        quote!(.default(#expression))
    });
    quote!(#root::Parameter::new(#name, #ty)#default)
}

pub(super) fn style(contract: &Contract, style: Style) -> TokenStream {
    let root = &contract.root;
    match style {
        Style::Positional => quote!(#root::ParamsStyle::Positional),
        Style::Named => quote!(#root::ParamsStyle::Named),
        Style::Whole => quote!(#root::ParamsStyle::Whole),
    }
}

/// The types of result and error.
pub(super) fn result_types(contract: &Contract, output: &Output) -> (TokenStream, TokenStream) {
    let root = &contract.root;
    let ty = &output.ty;
    match &output.kind {
        OutputKind::Value => (quote!(#ty), quote!(::core::convert::Infallible)),
        OutputKind::Result { ok, error } => (ok.to_token_stream(), error.to_token_stream()),
        OutputKind::ResultAlias => (
            quote!(<#ty as #root::MethodResult>::Ok),
            quote!(<#ty as #root::MethodResult>::Error),
        ),
    }
}

/// Requires each type to travel, at the place where the user wrote it:
///
/// ```ignore
/// fn __checks<'de>() {
///     parameter::<'de, u32>();
///     result::<OrderId>();
///     error::<OrderError>();
/// }
/// ```
pub(super) fn checks(contract: &Contract) -> TokenStream {
    let root = &contract.root;
    let mut generics = without_defaults(&contract.generics);
    generics.params.insert(0, parse_quote!('de));
    let (declaration, _, clause) = generics.split_for_impl();
    let checks = contract.methods.iter().map(|method| {
        let cfg = &method.cfg;
        let parameters = method
            .parameters()
            .map(|parameter| parameter_check(root, parameter));
        let result = result_check(root, &method.output);
        quote!(#(#cfg)* { #(#parameters)* #result })
    });
    quote! {
        #[allow(dead_code, unused_braces)]
        fn __checks #declaration () #clause {
            #(#checks)*
        }
    }
}

fn parameter_check(root: &TokenStream, parameter: &Parameter) -> TokenStream {
    let lifetime: Lifetime = parse_quote!('de);
    let ty = match &parameter.form {
        Form::Owned => with_lifetime(&parameter.ty, &lifetime),
        Form::Ref(inner) | Form::OptionRef(inner) => inner.clone(),
        Form::Cow(inner) => inner.clone(),
    };
    match &parameter.form {
        Form::Owned => quote_spanned!(ty.span()=> #root::checks::parameter::<'de, #ty>();),
        Form::Ref(_) | Form::OptionRef(_) => {
            quote_spanned!(ty.span()=> #root::checks::lent::<#ty>();)
        }
        Form::Cow(_) => quote_spanned!(ty.span()=> #root::checks::lent_cow::<#ty>();),
    }
}

fn result_check(root: &TokenStream, output: &Output) -> TokenStream {
    match &output.kind {
        OutputKind::Value => {
            let ty = &output.ty;
            quote_spanned!(ty.span()=> #root::checks::result::<#ty>();)
        }
        OutputKind::Result { ok, error } => {
            let ok = quote_spanned!(ok.span()=> #root::checks::result::<#ok>(););
            let error = quote_spanned!(error.span()=> #root::checks::error::<#error>(););
            quote!(#ok #error)
        }
        OutputKind::ResultAlias => {
            let ty = &output.ty;
            quote_spanned! {ty.span()=>
                #root::checks::result::<<#ty as #root::MethodResult>::Ok>();
                #root::checks::error::<<#ty as #root::MethodResult>::Error>();
            }
        }
    }
}

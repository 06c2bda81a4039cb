//! The codes of an error type, and what the compiler checks of them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

use crate::rpc_error::model::{Code, CodeValue, ErrorType, Shape, Variant};
use crate::tokens;

/// The value of `CODES`: the type's own codes, then those of transparent variants.
///
/// ```text
/// {
///     const __PARTS: &[&[ErrorCode]] = &[&[ErrorCode::new(1001, "SoldOut", "…")], <AuthError as MethodError>::CODES];
///     const __CODES: [ErrorCode; codes::count(__PARTS)] = codes::merge(__PARTS);
///     &__CODES
/// }
/// ```
pub(super) fn constant(error_type: &ErrorType) -> TokenStream {
    let root = &error_type.root;
    let own = error_type.variants.iter().filter_map(|variant| {
        let code = variant.code()?;
        Some(entry(error_type, variant, code))
    });
    let own = quote!(&[#(#own),*]);
    let others: Vec<TokenStream> = others(error_type).collect();
    if others.is_empty() {
        return own;
    }
    quote! {{
        const __PARTS: &[&[#root::ErrorCode]] = &[#own, #(#others),*];
        const __CODES: [#root::ErrorCode; #root::codes::count(__PARTS)] = #root::codes::merge(__PARTS);
        &__CODES
    }}
}

/// The codes of each transparent variant: `<AuthError as MethodError>::CODES`.
fn others(error_type: &ErrorType) -> impl Iterator<Item = TokenStream> {
    let root = &error_type.root;
    error_type.transparent().map(move |(_, field)| {
        let ty = &field.ty;
        tokens::spanned(ty, quote!(<#ty as #root::MethodError>::CODES))
    })
}

/// `ErrorCode::new(1001, "SoldOut", "…").kind(ErrorKind::Conflict).with_data()`
fn entry(error_type: &ErrorType, variant: &Variant, code: &Code) -> TokenStream {
    let root = &error_type.root;
    let (name, docs) = (variant.ident.unraw().to_string(), &variant.docs);
    let value = match &code.value {
        CodeValue::Literal(code) => quote!(#code),
        CodeValue::Constant(constant) => quote!(#constant),
    };
    let kind = code.kind.as_ref();
    let kind = kind.map(|kind| quote!(.kind(#root::ErrorKind::#kind)));
    let data = data(error_type, variant);
    quote!(#root::ErrorCode::new(#value, #name, #docs)#kind #data)
}

/// `.data(DataSchema::Object(const { &[("left", TypeSchema::of::<u32>())] }))`, or only that there is data.
fn data(error_type: &ErrorType, variant: &Variant) -> Option<TokenStream> {
    let root = &error_type.root;
    let sent = variant.sent();
    if sent.is_empty() {
        return None;
    }
    if !error_type.has_schema {
        return Some(quote!(.with_data()));
    }
    let types = sent.iter().map(|(_, field)| {
        let ty = &field.ty;
        quote!(#root::TypeSchema::of::<#ty>())
    });
    let data = match (variant.shape, &sent[..]) {
        (Shape::Unnamed, [_]) => quote!(#root::DataSchema::Value(#(#types),*)),
        (Shape::Unnamed, _) => quote!(#root::DataSchema::List(const { &[#(#types),*] })),
        (Shape::Named | Shape::Unit, _) => {
            let names = sent.iter().map(|(_, field)| &field.name);
            quote!(#root::DataSchema::Object(const { &[#((#names, #types)),*] }))
        }
    };
    Some(quote!(.data(#data)))
}

/// The code of a variant where it is used: as it is, or by its place in `CODES`, so that a wrong type is reported once.
pub(super) fn value(error_type: &ErrorType, variant: &Variant, code: &Code) -> TokenStream {
    match &code.value {
        CodeValue::Literal(code) => quote!(#code),
        CodeValue::Constant(_) => {
            let (root, index) = (&error_type.root, index(error_type, variant));
            quote!(<Self as #root::MethodError>::CODES[#index].code)
        }
    }
}

/// The place of a variant among the type's own codes.
fn index(error_type: &ErrorType, variant: &Variant) -> usize {
    let with_codes = error_type.variants.iter().filter(|it| it.code().is_some());
    with_codes
        .take_while(|it| it.ident != variant.ident)
        .count()
}

/// What the macro can't check, since it does not know the values: that constants are not reserved, and that no code occurs
/// twice.
///
/// ```text
/// const _: () = codes::check(<OrderError as MethodError>::CODES, 0, false);
/// const _: () = codes::check_shared(<OrderError as MethodError>::CODES, 1, <AuthError as MethodError>::CODES, "Auth");
/// ```
///
/// The codes of a generic type are not known before its parameters are, so they are not checked.
pub(super) fn checks(error_type: &ErrorType) -> TokenStream {
    let ErrorType {
        ident,
        generics,
        root,
        variants,
        ..
    } = error_type;
    if !generics.params.is_empty() {
        return TokenStream::new();
    }
    let all = quote!(<#ident as #root::MethodError>::CODES);
    let has_constants = variants.iter().any(|it| is_constant(it.code()));
    let own = variants
        .iter()
        .filter(|it| has_constants && it.code().is_some());
    let own = own.map(|variant| {
        let index = index(error_type, variant);
        let server_error = variant.code().is_some_and(|code| code.server_error);
        let check = quote!(#root::codes::check(#all, #index, #server_error));
        match variant.code().map(|code| &code.value) {
            Some(CodeValue::Constant(constant)) => tokens::spanned(constant, check),
            _ => tokens::spanned(&variant.ident, check),
        }
    });
    let count = variants.iter().filter(|it| it.code().is_some()).count();
    let mut start = quote!(#count);
    let shared = error_type.transparent().zip(others(error_type));
    let shared: Vec<TokenStream> = shared
        .map(|((variant, field), others)| {
            let name = variant.ident.unraw().to_string();
            let check = quote!(#root::codes::check_shared(#all, #start, #others, #name));
            start = quote!(#start + #others.len());
            tokens::spanned(&field.ty, check)
        })
        .collect();
    quote! {
        #(const _: () = #own;)*
        #(const _: () = #shared;)*
    }
}

fn is_constant(code: Option<&Code>) -> bool {
    code.is_some_and(|code| matches!(code.value, CodeValue::Constant(_)))
}

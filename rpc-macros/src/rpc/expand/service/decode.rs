//! Decoding: from params to arguments.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::args::held;
use super::group::MethodGroup;
use super::locals::Locals;
use crate::rpc::model::{Contract, DefaultValue, Form, Method, Parameter, Style};
use crate::tokens;

/// ```text
/// __Position::place => {
///     let (item, (quantity, ())) = params.read_into(
///         (Slot::empty(), (Slot::empty(), ())), &["item", "quantity"], Strictness::Strict,
///     )?;
///     Ok(__Args::place { item: item.required("item")?, quantity: quantity.or_else(|| 20) })
/// }
/// ```
pub(super) fn decoder(contract: &Contract, group: &MethodGroup, method: &Method) -> TokenStream {
    let Method { cfg, ident, .. } = method;
    let body = match method.style {
        Style::Whole => whole(contract, group, method),
        Style::Positional | Style::Named => one_by_one(contract, group, method),
    };
    quote! {
        #(#cfg)*
        __Position::#ident => { #body }
    }
}

/// ```text
/// Ok(__Args::search { search: params.read_whole::<Search>(Strictness::Strict)? })
/// ```
fn whole(contract: &Contract, group: &MethodGroup, method: &Method) -> TokenStream {
    let Locals { params, .. } = Locals::new();
    let strictness = strictness(contract);
    let fields = method.parameters().map(|parameter| {
        let (ident, held) = (&parameter.ident, held(contract, method, parameter));
        match method.case {
            None => quote!(#ident: #params.read_whole::<#held>(#strictness)?),
            Some(case) => {
                let case = super::super::case::case(contract, case);
                quote!(#ident: #params.read_renamed::<#held>(#strictness, #case)?)
            }
        }
    });
    let args = group.args_of(&method.ident, &quote!(#(#fields),*));
    quote!(::core::result::Result::Ok(#args))
}

fn one_by_one(contract: &Contract, group: &MethodGroup, method: &Method) -> TokenStream {
    let root = &contract.root;
    let Locals { params, .. } = Locals::new();
    let strictness = strictness(contract);
    let parameters: Vec<&Parameter> = method.decoded().collect();
    let names = parameters.iter().map(|parameter| &*parameter.name);
    let pattern = parameters.iter().rev().fold(quote!(()), |rest, parameter| {
        let ident = &parameter.ident;
        quote!((#ident, #rest))
    });
    // The compiler points at the slot of a parameter that can't be read only if slot and method have the user's spans.
    let read = Ident::new("read_into", method.ident.span());
    let slots = parameters.iter().rev().fold(quote!(()), |rest, parameter| {
        let slot = tokens::spanned(&parameter.ty, quote!(#root::Slot::empty()));
        quote!((#slot, #rest))
    });
    let fields = parameters.iter().map(|parameter| {
        let ident = &parameter.ident;
        let value = value(parameter, &held(contract, method, parameter));
        quote!(#ident: #value)
    });
    let args = group.args_of(&method.ident, &quote!(#(#fields),*));
    // The service was found by the topic already.
    let topic = method.topic().map(|_| "");
    let (pattern, slots) = match topic {
        None => (pattern, slots),
        Some(_) => (
            quote!((_, #pattern)),
            quote!((#root::Slot::<#root::Topic>::empty(), #slots)),
        ),
    };
    let names = topic.into_iter().chain(names);
    quote! {
        let #pattern = #params.#read(#slots, &[#(#names),*], #strictness)?;
        ::core::result::Result::Ok(#args)
    }
}

fn strictness(contract: &Contract) -> TokenStream {
    let root = &contract.root;
    match contract.lenient {
        true => quote!(#root::Strictness::Lenient),
        false => quote!(#root::Strictness::Strict),
    }
}

/// The value of a slot, or the parameter's default.
fn value(parameter: &Parameter, held: &TokenStream) -> TokenStream {
    let Parameter {
        ident,
        name,
        ty,
        form,
        default,
        ..
    } = parameter;
    let local = Locals::new().default;
    let expression = match (default, form) {
        (None, _) => return quote!(#ident.required(#name)?),
        (Some(DefaultValue::OfType), _) => {
            tokens::spanned(ty, quote!(::core::default::Default::default()))
        }
        // With the `let`, the compiler points at an expression of the wrong type, not at the closure around it.
        (
            Some(DefaultValue::Expression(expression)),
            Form::Owned | Form::OptionRef(_) | Form::Nested(_) | Form::NestedRef(..),
        ) => quote! {{
            let #local: #held = #expression;
            #local
        }},
        (Some(DefaultValue::Expression(expression)), Form::Ref(inner)) => quote! {{
            let #local: &#inner = #expression;
            ::core::convert::From::from(<#inner as ::std::borrow::ToOwned>::to_owned(#local))
        }},
        (Some(DefaultValue::Expression(expression)), Form::Cow(inner)) => quote! {{
            let #local: ::std::borrow::Cow<'_, #inner> = #expression;
            ::core::convert::From::from(#local.into_owned())
        }},
    };
    quote!(#ident.or_else(|| #expression))
}

//! The enum of decoded arguments, with one variant for each method.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, Type, parse_quote};

use super::group::MethodGroup;
use crate::rpc::expand::checks::add_clone_bounds;
use crate::rpc::expand::generics::{with_lifetime, without_defaults};
use crate::rpc::expand::nested::nested_type;
use crate::rpc::model::{Contract, Execution, Form, Method, Parameter};

/// ```text
/// pub enum __Args<'de> { place { item: Text<'de>, quantity: u32 }, list { … } }
/// ```
///
/// A large trait has one enum for each group, and one of these enums:
///
/// ```text
/// pub enum __Args<'de> { __Args0(__Args0<'de>), __Args1(__Args1<'de>) }
/// ```
pub(super) fn args(contract: &Contract, groups: &[MethodGroup]) -> TokenStream {
    let enums = groups.iter().map(|group| group_args(contract, group));
    let outer = match groups {
        [_whole] => None,
        parts => Some(outer_args(contract, parts)),
    };
    quote!(#(#enums)* #outer)
}

fn group_args(contract: &Contract, group: &MethodGroup) -> TokenStream {
    let args = &group.args;
    let generics = args_generics(contract);
    let (declared, clause) = (&generics.params, &generics.where_clause);
    let phantom = contract.phantom();
    let variants = group
        .methods
        .iter()
        .map(|method| method_args(contract, method));
    quote! {
        #[allow(non_camel_case_types, non_snake_case, private_interfaces, trivial_bounds)]
        pub enum #args<#declared> #clause {
            #(#variants,)*
            #[allow(dead_code)]
            __Unused(::core::marker::PhantomData<&'de ()>, #phantom, ::core::convert::Infallible),
        }
    }
}

fn method_args(contract: &Contract, method: &Method) -> TokenStream {
    let Method { cfg, ident, .. } = method;
    let fields = method.decoded().map(|parameter| {
        let (ident, held) = (&parameter.ident, held(contract, method, parameter));
        quote!(#ident: #held)
    });
    quote!(#(#cfg)* #ident { #(#fields),* })
}

fn outer_args(contract: &Contract, groups: &[MethodGroup]) -> TokenStream {
    let generics = args_generics(contract);
    let (declared, clause) = (&generics.params, &generics.where_clause);
    let own_arguments = contract.generic_arguments();
    let variants = groups
        .iter()
        .map(|MethodGroup { args, .. }| quote!(#args(#args<'de, #(#own_arguments),*>)));
    quote! {
        #[allow(non_camel_case_types, private_interfaces, trivial_bounds)]
        pub enum __Args<#declared> #clause {
            #(#variants),*
        }
    }
}

/// The trait's generics, with the lifetime of the message before them.
fn args_generics(contract: &Contract) -> Generics {
    let mut generics = without_defaults(&contract.generics);
    generics.params.insert(0, parse_quote!('de));
    add_clone_bounds(contract, &mut generics);
    generics
}

/// The type that a parameter is decoded into.
pub(super) fn held(contract: &Contract, method: &Method, parameter: &Parameter) -> TokenStream {
    let root = &contract.root;
    let held = |ty: TokenStream, of: TokenStream| match method.execution {
        Execution::Blocking => quote!(<#ty as #of>::Owned),
        Execution::Async | Execution::InPlace => quote!(<#ty as #of>::Held<'de>),
    };
    let lent = |inner: &Type| {
        let inner = with_lifetime(inner, "'de");
        held(quote!(#inner), quote!(#root::BorrowedParam))
    };
    match &parameter.form {
        Form::Owned => {
            let ty = with_lifetime(&parameter.ty, "'de");
            quote!(#ty)
        }
        Form::Ref(inner) | Form::Cow(inner) => lent(inner),
        Form::OptionRef(inner) => {
            let lent = lent(inner);
            quote!(::core::option::Option<#lent>)
        }
        Form::Nested(ty) | Form::NestedRef(_, ty) => {
            held(nested_type(contract, ty), quote!(#root::NestedParam))
        }
    }
}

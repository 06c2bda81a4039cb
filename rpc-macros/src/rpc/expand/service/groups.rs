//! [`Group`]: a large trait's methods, so many at a time.
//!
//! The compiler's borrow check of an async function takes time with the square of the calls that it awaits: of a thousand,
//! most of the time that the whole contract takes. So they are called from several functions.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::super::super::model::{Contract, Method};
use super::{Locals, args_generics, callers as callers_of, server_generics, service_clause};

/// As many methods are called from one function.
const LARGEST: usize = 64;

/// Methods that are called from one function.
pub(super) struct Group<'a> {
    /// The enum of their arguments.
    pub(super) args: Ident,
    pub(super) methods: &'a [Method],
    /// Whether there are others, so that the enum is a variant of `__Args`.
    is_part: bool,
}

impl<'a> Group<'a> {
    /// At least one.
    pub(super) fn of(contract: &'a Contract) -> Vec<Self> {
        if contract.methods.len() <= LARGEST {
            return vec![Group {
                args: format_ident!("__Args"),
                methods: &contract.methods,
                is_part: false,
            }];
        }
        let parts = contract.methods.chunks(LARGEST).enumerate();
        parts
            .map(|(number, methods)| Group {
                args: format_ident!("__Args{number}"),
                methods,
                is_part: true,
            })
            .collect()
    }

    /// `__Args::place { … }`, or `__Args::__Args0(__Args0::place { … })`
    pub(super) fn args_of(&self, method: &Ident, fields: &TokenStream) -> TokenStream {
        let args = &self.args;
        let own = quote!(#args::#method { #fields });
        match self.is_part {
            true => quote!(__Args::#args(#own)),
            false => own,
        }
    }

    fn function(&self) -> Ident {
        format_ident!("__call{}", self.args)
    }
}

/// ```text
/// pub enum __Args<'de> { __Args0(__Args0<'de>), __Args1(__Args1<'de>) }
///
/// async fn __call0<S: Orders>(server: &OrdersServer<S>, args: __Args0<'_>, cx: &Context, responder: Responder) -> Outcome {
///     match args { … }
/// }
/// ```
///
/// Nothing, where the only group has all methods.
pub(super) fn all(contract: &Contract, groups: &[Group]) -> TokenStream {
    if let [_whole] = groups {
        return TokenStream::new();
    }
    let generics = args_generics(contract);
    let (declared, clause) = (&generics.params, &generics.where_clause);
    let own_arguments = contract.generic_arguments();
    let variants = groups
        .iter()
        .map(|Group { args, .. }| quote!(#args(#args<'de, #(#own_arguments),*>)));
    let functions = groups.iter().map(|group| function(contract, group));
    quote! {
        #[allow(non_camel_case_types)]
        pub enum __Args<#declared> #clause {
            #(#variants),*
        }

        #(#functions)*
    }
}

fn function(contract: &Contract, group: &Group) -> TokenStream {
    let root = &contract.root;
    let Locals {
        server,
        cx,
        responder,
        ..
    } = Locals::new();
    let name = contract.server_ident();
    let generics = server_generics(contract);
    let (declaration, arguments) = (&generics.declaration, &generics.arguments);
    let clause = service_clause(contract);
    let own_arguments = contract.generic_arguments();
    let (args, function) = (&group.args, group.function());
    let callers = callers_of(contract, group, &generics.added, &quote!(#server));
    quote! {
        #[allow(deprecated, non_snake_case, unused_variables, clippy::multiple_bound_locations)]
        async fn #function #declaration (
            #server: &#name #arguments,
            args: #args<'_, #(#own_arguments),*>,
            #cx: &#root::Context,
            #responder: #root::Responder,
        ) -> #root::Outcome
        #clause
        {
            match args { #callers }
        }
    }
}

/// `__Args::__Args0(args) => __call0(self, args, cx, responder).await,`, and so on.
pub(super) fn callers(groups: &[Group]) -> TokenStream {
    let Locals { cx, responder, .. } = Locals::new();
    let callers = groups.iter().map(|group| {
        let (args, function) = (&group.args, group.function());
        quote!(__Args::#args(args) => #function(self, args, #cx, #responder).await,)
    });
    quote!(#(#callers)*)
}

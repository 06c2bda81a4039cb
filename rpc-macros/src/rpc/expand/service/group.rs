//! [`MethodGroup`]: the methods of a large trait, 64 at a time.
//!
//! The compiler's borrow check of an async function takes time with the square of the calls that it awaits. For a
//! thousand methods in one function, that is most of the time that the contract takes to compile. So several functions
//! share them.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::rpc::model::{Contract, Method};

/// How many methods one function calls at most.
const LARGEST: usize = 64;

/// Methods that are called from one function.
pub(super) struct MethodGroup<'a> {
    /// The name of the enum of their arguments.
    pub(super) args: Ident,
    pub(super) methods: &'a [Method],
    /// Whether there are other groups. Then this group's enum is a variant of `__Args`.
    is_part: bool,
}

impl<'a> MethodGroup<'a> {
    /// Divides a contract's methods. There is at least one group.
    pub(super) fn of(contract: &'a Contract) -> Vec<Self> {
        if contract.methods.len() <= LARGEST {
            return vec![MethodGroup {
                args: format_ident!("__Args"),
                methods: &contract.methods,
                is_part: false,
            }];
        }
        let parts = contract.methods.chunks(LARGEST).enumerate();
        parts
            .map(|(number, methods)| MethodGroup {
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

    /// The name of the function that calls the methods, if there are other groups.
    pub(super) fn function(&self) -> Ident {
        format_ident!("__call{}", self.args)
    }
}

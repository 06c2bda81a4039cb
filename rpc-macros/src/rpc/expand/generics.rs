//! The names and generics of what is generated, taken from the trait's.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::VisitMut;
use syn::{GenericParam, Generics, Ident, Lifetime, Type};

use crate::rpc::model::Contract;
use crate::tokens;

/// The trait's generics, with one more type before them.
pub(super) struct Extended {
    /// `<S, K: Bound>`
    pub(super) declaration: TokenStream,
    /// `<S, K>`
    pub(super) arguments: TokenStream,
    /// `where …`
    pub(super) clause: TokenStream,
    /// The name of the added type.
    pub(super) added: Ident,
    /// `PhantomData<fn() -> (K,)>`
    pub(super) phantom: TokenStream,
}

impl Contract {
    /// Adds a type to the trait's generics.
    pub(super) fn extended(&self, added: &Ident, bounds: TokenStream) -> Extended {
        let declared = without_defaults(&self.generics);
        let declared: Vec<&GenericParam> = declared.params.iter().collect();
        let arguments = self.generic_arguments();
        let clause = &self.generics.where_clause;
        Extended {
            declaration: quote!(<#added: #bounds, #(#declared),*>),
            arguments: quote!(<#added, #(#arguments),*>),
            clause: quote!(#clause),
            phantom: self.phantom(),
            added: added.clone(),
        }
    }

    /// The generics of a server whose implementation can be served.
    pub(super) fn server_generics(&self) -> Extended {
        let trait_path = self.trait_path();
        let root = &self.root;
        let bounds = quote!(#trait_path + #root::Shareable);
        self.extended(&self.implementation, bounds)
    }

    /// Whether a type depends on the trait's type parameters.
    pub(super) fn mentions_parameters(&self, ty: &impl ToTokens) -> bool {
        tokens::mentions(ty, &self.generic_arguments())
    }

    /// `K, V, N`
    pub(super) fn generic_arguments(&self) -> Vec<Ident> {
        let name = |parameter: &GenericParam| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident.clone()),
            GenericParam::Const(parameter) => Some(parameter.ident.clone()),
            GenericParam::Lifetime(_) => None,
        };
        self.generics.params.iter().filter_map(name).collect()
    }

    /// `PhantomData<fn() -> (K, V,)>`: the function makes it `Send` and `Sync` for all types.
    pub(super) fn phantom(&self) -> TokenStream {
        let types = self
            .generics
            .type_params()
            .map(|parameter| &parameter.ident);
        quote!(::core::marker::PhantomData<fn() -> (#(#types,)*)>)
    }

    /// `Orders<K, V>`
    pub(super) fn trait_path(&self) -> TokenStream {
        let ident = &self.ident;
        let arguments = self.generic_arguments();
        if arguments.is_empty() {
            quote!(#ident)
        } else {
            quote!(#ident<#(#arguments),*>)
        }
    }

    pub(super) fn client_ident(&self) -> Ident {
        format_ident!("{}Client", self.ident)
    }

    pub(super) fn server_ident(&self) -> Ident {
        format_ident!("{}Server", self.ident)
    }
}

/// Removes defaults, which Rust allows only where a type is declared.
pub(super) fn without_defaults(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    for parameter in &mut generics.params {
        match parameter {
            GenericParam::Type(parameter) => parameter.default = None,
            GenericParam::Const(parameter) => parameter.default = None,
            GenericParam::Lifetime(_) => {}
        }
    }
    generics
}

/// Replaces each `'_` in a type by this lifetime.
pub(super) fn with_lifetime(ty: &Type, lifetime: &str) -> Type {
    struct NameLifetimes(Lifetime);

    impl VisitMut for NameLifetimes {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident == "_" {
                *lifetime = self.0.clone();
            }
        }
    }

    let mut ty = ty.clone();
    NameLifetimes(Lifetime::new(lifetime, Span::call_site())).visit_type_mut(&mut ty);
    ty
}

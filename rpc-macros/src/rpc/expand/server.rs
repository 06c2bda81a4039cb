//! The server: wraps an implementation of the trait.

use proc_macro2::TokenStream;
use quote::quote;

use crate::rpc::model::Contract;

/// ```text
/// pub struct OrdersServer<S> { service: Arc<S> }
///
/// impl<S: Orders + Send + Sync + 'static> OrdersServer<S> {
///     pub fn new(service: S) -> Self { … }
/// }
/// ```
pub(crate) fn server(contract: &Contract) -> TokenStream {
    let Contract {
        vis, cfg, ident, ..
    } = contract;
    let name = contract.server_ident();
    let generics = contract.server_generics();
    let (added, phantom, clause) = (&generics.added, &generics.phantom, &generics.clause);
    let (declaration, arguments) = (&generics.declaration, &generics.arguments);
    let unbounded = contract.extended(["S", "__S"], quote!(?::core::marker::Sized));
    let (struct_declaration, struct_clause) = (&unbounded.declaration, &unbounded.clause);
    let about = format!("Serves an implementation of [`{ident}`]. A clone shares it.");
    quote! {
        #(#cfg)*
        #[doc = #about]
        #vis struct #name #struct_declaration #struct_clause {
            service: ::std::sync::Arc<#added>,
            contract: #phantom,
        }

        #(#cfg)*
        impl #declaration #name #arguments #clause {
            /// Serves this implementation.
            #vis fn new(service: #added) -> Self {
                Self::from_arc(::std::sync::Arc::new(service))
            }

            /// Serves an implementation that other code also holds.
            #vis fn from_arc(service: ::std::sync::Arc<#added>) -> Self {
                #name { service, contract: ::core::marker::PhantomData }
            }
        }

        #(#cfg)*
        impl #struct_declaration ::core::clone::Clone for #name #arguments #struct_clause {
            fn clone(&self) -> Self {
                #name { service: ::core::clone::Clone::clone(&self.service), contract: ::core::marker::PhantomData }
            }
        }

        #(#cfg)*
        impl #struct_declaration ::core::fmt::Debug for #name #arguments #struct_clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(::core::stringify!(#name))
            }
        }
    }
}

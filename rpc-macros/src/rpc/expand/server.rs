//! The server: wraps an implementation of the trait.

use proc_macro2::TokenStream;
use quote::quote;

use crate::rpc::model::Contract;

/// ```text
/// pub struct OrdersServer<S: 'static> { service: Shared<S> }
///
/// impl<S: Orders + Send + Sync + 'static> OrdersServer<S> {
///     pub fn new<F>(service: impl IntoShared<OrdersServer<()>, S, F>) -> Self { … }
/// }
///
/// impl<S: Orders> ImplementedBy<S> for OrdersServer<()> {}
/// ```
///
/// The last one tells an implementation from an `Arc` of one.
pub(crate) fn server(contract: &Contract) -> TokenStream {
    let Contract {
        root,
        vis,
        cfg,
        lints,
        ident,
        ..
    } = contract;
    let name = contract.server_ident();
    let generics = contract.server_generics();
    let (added, phantom, clause) = (&generics.added, &generics.phantom, &generics.clause);
    let (declaration, arguments) = (&generics.declaration, &generics.arguments);
    let unbounded = contract.extended(
        &contract.implementation,
        quote!(?::core::marker::Sized + 'static),
    );
    let (struct_declaration, struct_clause) = (&unbounded.declaration, &unbounded.clause);
    let trait_path = contract.trait_path();
    let implementing = contract.extended(
        &contract.implementation,
        quote!(#trait_path + ?::core::marker::Sized),
    );
    let implementing_declaration = &implementing.declaration;
    let own_arguments = contract.generic_arguments();
    let unnamed = quote!(#name<(), #(#own_arguments),*>);
    let about = format!("Serves an implementation of [`{ident}`]. A clone shares it.");
    quote! {
        #(#cfg)*
        #(#lints)*
        #[doc = #about]
        #vis struct #name #struct_declaration #struct_clause {
            service: #root::Shared<#added>,
            contract: #phantom,
        }

        #(#cfg)*
        impl #declaration #name #arguments #clause {
            /// Serves an implementation: the value itself, or an `Arc`, a `Box` or a `&'static` with it.
            #vis fn new<__Form>(service: impl #root::IntoShared<#unnamed, #added, __Form>) -> Self {
                #name { service: #root::IntoShared::into_shared(service), contract: ::core::marker::PhantomData }
            }

            /// Serves an implementation that other code also holds.
            #vis fn from_arc(service: ::std::sync::Arc<#added>) -> Self {
                #name { service: #root::Shared::Counted(service), contract: ::core::marker::PhantomData }
            }
        }

        #(#cfg)*
        impl #implementing_declaration #root::ImplementedBy<#added> for #unnamed #struct_clause {}

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

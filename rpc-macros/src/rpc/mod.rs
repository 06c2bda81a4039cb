//! `#[rpc]`: turns a trait into a contract.

mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;

pub(crate) fn rpc(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (item, contract) = match parse::contract(options, item, &mut errors) {
        Ok(parsed) => parsed,
        Err(item) => {
            let errors = errors.to_compile_errors();
            return quote!(#errors #item);
        }
    };
    if !errors.is_empty() {
        // The trait is still emitted, so that the code that names it causes no second wave of errors.
        let errors = errors.to_compile_errors();
        let the_trait = expand::the_faulty_trait(&item);
        return quote!(#errors #the_trait);
    }
    let the_trait = expand::the_trait(&item);
    let client = expand::client(&contract);
    let server = expand::server(&contract);
    let private_items = expand::private_items(contract);
    quote! {
        #the_trait
        #client
        #server
        #private_items
    }
}

//! From an error of the user's to its error object.

use proc_macro2::TokenStream;
use quote::quote;

use crate::rpc::model::Contract;
use crate::tokens;

/// `|error| <OrderError as MethodError>::into_error_object(error)`
///
/// As an argument, the function itself would be reported a second time if the type is not a `MethodError`.
pub(super) fn into_object(contract: &Contract, error: &TokenStream) -> TokenStream {
    let root = &contract.root;
    let into_error_object = quote!(into_error_object);
    let convert = tokens::item_of(error, &quote!(#root::MethodError), &into_error_object);
    quote!(|error| #convert(error))
}

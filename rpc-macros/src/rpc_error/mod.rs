//! `#[derive(RpcError)]`: turns an enum or a struct into a `MethodError`, with the conversions that `?` uses.

mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;

use crate::errors::Errors;

pub(crate) fn rpc_error(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let parsed = parse::error_type(item, &mut errors);
    match parsed {
        Some(error_type) if errors.is_empty() => expand::error_type(&error_type),
        _ => errors.to_compile_errors(),
    }
}

//! `#[derive(RpcError)]`: an enum or a struct becomes a `MethodError`.

mod expand;
mod parse;

use proc_macro2::TokenStream;

use crate::errors::Errors;

pub(crate) fn rpc_error(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let parsed = parse::error_type(item, &mut errors);
    match parsed {
        Some(error_type) if errors.is_empty() => expand::method_error(&error_type),
        _ => errors.to_compile_errors(),
    }
}

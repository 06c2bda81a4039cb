//! Answering with a stream: opening it, and driving it to its end.

use proc_macro2::TokenStream;
use quote::quote;

use super::failure::{conversion, into_object};
use super::locals::Locals;
use crate::rpc::expand::contract::{error_type, method_result, result_types};
use crate::rpc::model::{Contract, Method, Opening, OutputKind, Streamed};
use crate::tokens;

/// ```text
/// responder.stream::<Price, _>(cx, <S as Prices>::watch(&*self.service, lend(&symbol)), Ok).await
/// ```
///
/// If opening the stream can fail:
///
/// ```text
/// {
///     let stream = match <S as Prices>::fills(&*self.service, lend(&account)).await {
///         Ok(stream) => stream,
///         Err(error) => return From::from(<FillError as MethodError>::into_error_object(error)),
///     };
///     responder.stream::<Fill, _>(cx, stream, |item| item.map_err(|error| …)).await
/// }
/// ```
///
/// The `return` ends the life of the error before the first `await`, so that it need not be `Send`.
pub(super) fn respond(
    contract: &Contract,
    method: &Method,
    streamed: &Streamed,
    opened: TokenStream,
) -> TokenStream {
    let Locals {
        cx,
        responder,
        stream,
        ..
    } = Locals::new();
    let (item, _) = result_types(contract, &streamed.item);
    let error = error_type(contract, &method.returned);
    let into = into_value(contract, streamed, &error);
    if let Opening::Certain = &streamed.opening {
        return quote!(#responder.stream::<#item, _>(#cx, #opened, #into).await);
    }
    let conversion = conversion(contract, &error);
    quote! {{
        let #stream = match #opened {
            ::core::result::Result::Ok(stream) => stream,
            ::core::result::Result::Err(error) => {
                return ::core::convert::From::from(#conversion(error));
            }
        };
        #responder.stream::<#item, _>(#cx, #stream, #into).await
    }}
}

/// What makes a value of an item: `Ok`, or `|item| item.map_err(|error| …)`.
fn into_value(contract: &Contract, streamed: &Streamed, error: &TokenStream) -> TokenStream {
    let ty = &streamed.item.ty;
    let into_object = into_object(contract, error);
    match &streamed.item.kind {
        OutputKind::Value => quote!(::core::result::Result::Ok),
        OutputKind::Result { .. } => quote!(|item| item.map_err(#into_object)),
        OutputKind::ResultAlias => {
            let result = method_result(contract, ty);
            let into_result = tokens::item_of(ty, &result, &quote!(into_result));
            quote!(|item| #into_result(item).map_err(#into_object))
        }
    }
}

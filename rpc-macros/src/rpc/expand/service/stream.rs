//! Answering with a stream: opening it, and driving it to its end.

use proc_macro2::TokenStream;
use quote::quote;

use super::failure::into_object;
use super::locals::Locals;
use crate::rpc::expand::returned::{error_type, method_result, result_types};
use crate::rpc::model::{
    Contract, Method, Opening, OutputKind, Parameter, StreamForm, Streamed, TrackedItem,
};
use crate::tokens;

/// ```text
/// responder
///     .stream(cx, <S as Prices>::watch(&*self.service, lend(&symbol)), |item, sender| sender.value::<Price>(item))
///     .await
/// ```
///
/// If opening the stream can fail:
///
/// ```text
/// match <S as Prices>::fills(&*self.service, lend(&account)).await.map_err(|error| …) {
///     Ok(stream) => responder
///         .stream(cx, stream, |item, sender| sender.value_or::<Fill, FillError>(item, |error| …))
///         .await,
///     Err(error) => From::from(error),
/// }
/// ```
///
/// The error becomes an error object before the stream is driven, since the user's type need not be `Send`. The arguments
/// live as long as the `match`.
pub(super) fn respond(
    contract: &Contract,
    method: &Method,
    streamed: &Streamed,
    opened: TokenStream,
) -> TokenStream {
    let Opening::Certain = &streamed.opening else {
        return respond_or_fail(contract, method, streamed, opened);
    };
    drive(contract, method, streamed, opened)
}

fn respond_or_fail(
    contract: &Contract,
    method: &Method,
    streamed: &Streamed,
    opened: TokenStream,
) -> TokenStream {
    let error = error_type(contract, &method.returned);
    let into_object = into_object(contract, &error);
    let driven = drive(contract, method, streamed, quote!(stream));
    quote! {
        match #opened.map_err(#into_object) {
            ::core::result::Result::Ok(stream) => {
                #driven
            }
            ::core::result::Result::Err(error) => ::core::convert::From::from(error),
        }
    }
}

/// `responder.stream(cx, stream, |item, sender| …).await`, or
/// `responder.stream_or_list::<false, _>(cx, token, stream, |item, sender| …).await`
fn drive(
    contract: &Contract,
    method: &Method,
    streamed: &Streamed,
    stream: TokenStream,
) -> TokenStream {
    let Locals { cx, responder, .. } = Locals::new();
    let send = send(contract, streamed);
    match (&streamed.form, method.token()) {
        (StreamForm::Token { joins, .. }, Some(Parameter { ident, .. })) => {
            quote!(#responder.stream_or_list::<#joins, _>(#cx, #ident, #stream, #send).await)
        }
        _ => quote!(#responder.stream(#cx, #stream, #send).await),
    }
}

/// `|item, sender| sender.value::<Price>(item)`, or `|item, sender| sender.value_or::<Fill, FillError>(item, |error| …)`. If the
/// items have cursors, `|item, sender| sender.tracked::<u64, Line>(item)`, and so on.
fn send(contract: &Contract, streamed: &Streamed) -> TokenStream {
    let Streamed {
        item,
        opening,
        form,
    } = streamed;
    let (value, own_error) = result_types(contract, item);
    let error = match (opening, &item.kind) {
        // Both are the same. The compiler reports one that is not a `MethodError` once, if its tokens are the same, too.
        (Opening::Result(error), OutputKind::Result { .. }) => quote!(#error),
        _ => own_error,
    };
    let into_object = into_object(contract, &error);
    let (send, send_or, sent) = match form {
        StreamForm::Resume(tracked) => {
            let TrackedItem { cursor, value } = &**tracked;
            (quote!(tracked), quote!(tracked_or), quote!(#cursor, #value))
        }
        StreamForm::Progress | StreamForm::Token { .. } | StreamForm::Subscription(_) => {
            (quote!(value), quote!(value_or), quote!(#value))
        }
    };
    match &item.kind {
        OutputKind::Value => quote!(|item, sender| sender.#send::<#sent>(item)),
        OutputKind::Result { .. } => {
            quote!(|item, sender| sender.#send_or::<#sent, #error>(item, #into_object))
        }
        OutputKind::ResultAlias => {
            let result = method_result(contract, &item.ty);
            let into_result = tokens::item_of(&item.ty, &result, &quote!(into_result));
            quote! {
                |item, sender| {
                    sender.#send_or::<#sent, #error>(#into_result(item), #into_object)
                }
            }
        }
    }
}

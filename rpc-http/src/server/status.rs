//! The HTTP statuses that stand for JSON-RPC errors.
//!
//! JSON-RPC over HTTP answers with 200, errors included. An endpoint uses these statuses if
//! [`error_statuses`](super::Endpoint::error_statuses) is on, and in the [shorthand](super::shorthand).
//!
//! | error | status |
//! | --- | --- |
//! | malformed JSON, an invalid request, wrong params (-32700, -32600, -32602) | 400 |
//! | unknown method (-32601) | 404 |
//! | an error whose kind is known | that of its [`ErrorKind`] |
//! | any other code that the specification reserves | 500 |
//! | any other error of a method or of middleware | 422 |
//!
//! So a status from 500 on means that the server failed, unless a contract says otherwise: an error that a method declares is
//! an answer, not an outage.

use http::StatusCode;
use rpc_core::transport::Reply;
use rpc_core::{ErrorKind, ErrorObject, code};

/// The status for an error: see the [table](self).
///
/// ```
/// use rpc_core::{ErrorKind, ErrorObject};
/// use rpc_http::server::status;
///
/// assert_eq!(status::of_error(&ErrorObject::method_not_found()), 404);
/// assert_eq!(status::of_error(&ErrorObject::new(1001, "sold out")), 422);
/// assert_eq!(status::of_error(&ErrorObject::new(1001, "sold out").with_kind(ErrorKind::Conflict)), 409);
/// ```
pub fn of_error(error: &ErrorObject) -> StatusCode {
    of(error.code(), error.kind())
}

/// The status for a reply: that of its error, or 200. A reply to a batch is always 200.
pub fn of_reply(reply: &Reply) -> StatusCode {
    let error = reply.error_code();
    error.map_or(StatusCode::OK, |code| of(code, reply.error_kind()))
}

fn of(code: i64, kind: Option<ErrorKind>) -> StatusCode {
    let status = match kind {
        _ if code == code::METHOD_NOT_FOUND => 404,
        Some(kind) => kind.http_status(),
        None if code::is_reserved(code) => 500,
        None => 422,
    };
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

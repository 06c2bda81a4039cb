//! The HTTP statuses that stand for JSON-RPC errors.
//!
//! JSON-RPC over HTTP answers with 200, errors included. An endpoint uses these statuses if
//! [`error_statuses`](super::Endpoint::error_statuses) is on, and in the [shorthand](super::shorthand).

use http::StatusCode;
use rpc_core::code;
use rpc_core::transport::Reply;

/// The status for an error's code: 400 for a malformed request or wrong params, 404 for an unknown method, 500 for any other
/// error.
///
/// ```
/// use rpc_core::code;
/// use rpc_http::server::status;
///
/// assert_eq!(status::of_error(code::METHOD_NOT_FOUND), 404);
/// ```
pub const fn of_error(code: i64) -> StatusCode {
    match code {
        code::PARSE_ERROR | code::INVALID_REQUEST | code::INVALID_PARAMS => StatusCode::BAD_REQUEST,
        code::METHOD_NOT_FOUND => StatusCode::NOT_FOUND,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The status for a reply: that of its error, or 200. A reply to a batch is always 200.
pub fn of_reply(reply: &Reply) -> StatusCode {
    reply.error_code().map_or(StatusCode::OK, of_error)
}

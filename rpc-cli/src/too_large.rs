//! Messages and replies that are too large, and how servers and transports say so.

use rpc_core::{CallError, ErrorObject, Execution, code};
use rpc_http::{ReplyTooLarge, StatusError, refuses_batch};
use rpc_zmq::ZmqError;

/// HTTP 413: Content Too Large.
const CONTENT_TOO_LARGE: u16 = 413;

/// Whether the server refused a batch for its length, or for being a batch, and certainly ran none of it.
pub(crate) fn is_batch(error: &CallError) -> bool {
    let status = error.downcast_ref::<StatusError>().map(StatusError::status);
    let is_413 = status.is_some_and(|status| status.as_u16() == CONTENT_TOO_LARGE);
    is_413 && error.execution() == Execution::NotRun || error.object().is_some_and(refuses_batch)
}

/// Whether the reply was larger than `--max-reply`.
pub(crate) fn is_reply(error: &CallError) -> bool {
    let over_zmq = error.downcast_ref::<ZmqError>();
    error.downcast_ref::<ReplyTooLarge>().is_some()
        || over_zmq.is_some_and(|error| matches!(error, ZmqError::ReplyTooLarge { .. }))
}

/// Whether the server has no room for this answer, which may be because of the others in its message.
pub(crate) fn is_answer(error: &ErrorObject) -> bool {
    /// Geth and its relatives.
    const GETH: (i64, &str) = (-32003, "response too large");

    error.code() == code::REPLY_TOO_LARGE || (error.code(), error.message()) == GETH
}

/// What helps if the answers to so many calls are too large together.
pub(crate) fn smaller_batches(count: usize) -> String {
    format!("a --batch-size of less than {count} makes replies smaller")
}

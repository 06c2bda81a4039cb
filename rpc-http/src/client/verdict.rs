//! [`of_status`]: what an HTTP status says about the call, if no answer came with it; and [`may_pass`], what our own refusals
//! say.

use http::StatusCode;
use rpc_core::Execution;

/// Whether the method ran, and whether another attempt may succeed.
///
/// Statuses that say that the message was refused unread prove that nothing ran. Others may come after some of it has run:
/// 500 and 503 from anywhere, 408 from a server that waited for its own method, 400 and 422 from one that runs the entries of a
/// batch one by one.
pub(super) fn of_status(status: StatusCode) -> (Execution, bool) {
    use Execution::{MaybeRun, NotRun};

    match status.as_u16() {
        300..=399 => (NotRun, false),
        401 | 403 | 404 | 405 | 407 | 411 | 413 | 415 | 431 | 501 => (NotRun, false),
        425 | 429 => (NotRun, true),
        408 | 502 | 503 | 504 => (MaybeRun, true),
        _ => (MaybeRun, false),
    }
}

/// Whether another attempt may succeed after a refusal of this crate's server, by its reason.
pub(super) fn may_pass(reason: &[u8], status: StatusCode) -> bool {
    match reason {
        b"busy" | b"crowded" | b"draining" | b"expired" => true,
        b"too-large" => false,
        _ => of_status(status).1,
    }
}

/// Whether a message with several calls was refused because of its form or size, so that its calls may be sent one by
/// one.
pub(super) fn refuses_batch(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::NOT_IMPLEMENTED
    )
}

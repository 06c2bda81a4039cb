//! Messages of which nothing runs: they are answered with an error.

use crate::error::{ErrorObject, code};
use crate::kind::ErrorKind;
use crate::wire::summary::Summary;
use crate::wire::write;

/// An error in answer to each call in a message.
pub(super) fn refusal(message: &[u8], error: &ErrorObject) -> Option<Vec<u8>> {
    let summary = Summary::read(message);
    let mut replies = summary
        .ids
        .iter()
        .map(|id| write::error_response(error, id));
    if !summary.is_batch {
        return replies.next();
    }
    let replies = replies.collect::<Vec<_>>().join(&b',');
    (!replies.is_empty()).then(|| [b"[", &*replies, b"]"].concat())
}

pub(super) fn busy() -> ErrorObject {
    let message = "too many calls are in flight";
    ErrorObject::new(code::BUSY, message).with_kind(ErrorKind::Unavailable)
}

pub(super) fn stopping() -> ErrorObject {
    ErrorObject::new(code::SERVER_CANCELLED, "the server is shutting down")
        .with_kind(ErrorKind::Unavailable)
}

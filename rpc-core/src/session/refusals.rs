//! Messages of which nothing runs: they are answered with an error.

use crate::error::{ErrorObject, code};
use crate::kind::ErrorKind;

pub(super) fn busy() -> ErrorObject {
    let message = "too many calls are in flight";
    ErrorObject::new(code::BUSY, message).with_kind(ErrorKind::Unavailable)
}

pub(super) fn stopping() -> ErrorObject {
    ErrorObject::new(code::SERVER_CANCELLED, "the server is shutting down")
        .with_kind(ErrorKind::Unavailable)
}

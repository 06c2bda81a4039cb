//! [`Refusal`]: why a message is refused before anything of it has run.

use rpc_core::{ErrorKind, ErrorObject, code};

/// Why a message is refused before anything of it has run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// As many calls as the worker may have at the same time are running.
    Busy,
    /// As many streams as the worker may have at the same time are open.
    Crowded,
    /// The time of the call is over.
    Expired,
    /// It came to the subject of a method, and is not a call of that method.
    OtherMethod,
}

impl Refusal {
    /// What the header `rpc-refused` says.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Refusal::Busy => "busy",
            Refusal::Crowded => "crowded",
            Refusal::Expired => "expired",
            Refusal::OtherMethod => "other-method",
        }
    }

    /// The error in answer to each call. `method` is that of the subject.
    pub(super) fn error(self, method: &str) -> ErrorObject {
        match self {
            Refusal::Busy => ErrorObject::new(code::BUSY, "too many calls are in flight")
                .with_kind(ErrorKind::Unavailable),
            Refusal::Crowded => {
                ErrorObject::new(code::TOO_MANY_STREAMS, "too many streams are open")
                    .with_kind(ErrorKind::TooMany)
            }
            Refusal::Expired => {
                ErrorObject::new(code::EXPIRED, "the call's time was over before it began")
                    .with_kind(ErrorKind::Timeout)
            }
            Refusal::OtherMethod => {
                let message = "only calls of the subject's method are accepted here";
                ErrorObject::new(code::INVALID_REQUEST, message).with_data(method)
            }
        }
    }
}

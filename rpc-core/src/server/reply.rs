//! [`Reply`]: the reply to a message.

use std::fmt;

use crate::json::id::Id;
use crate::service::Context;
use crate::service::Outcome;
use crate::wire::write;

/// The reply to a message.
pub struct Reply {
    pub(super) body: Vec<u8>,
    pub(super) error_code: Option<i64>,
}

impl Reply {
    /// The message, to send unchanged.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The message, to send unchanged.
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// The error code, if the reply is a single error. A transport may expose it, for example as an HTTP status.
    pub fn error_code(&self) -> Option<i64> {
        self.error_code
    }

    /// The reply to one call, or `None` for a notification.
    #[inline]
    pub(super) fn to(cx: &Context, outcome: Outcome, disclose: bool) -> Option<Self> {
        let id = cx.id()?;
        let outcome = match disclose {
            true => outcome.disclosed(),
            false => outcome,
        };
        Some(match cx.version_1 {
            true => Reply::finish_version_1(outcome, id),
            false => Reply::finish(outcome, id),
        })
    }

    #[inline]
    pub(super) fn finish(outcome: Outcome, id: &Id) -> Self {
        let (mut body, error) = outcome.into_parts();
        match &error {
            None => write::end_response(&mut body, id),
            Some(error) => write::error_response(&mut body, error, id),
        }
        Reply {
            body,
            error_code: error.map(|error| error.code()),
        }
    }

    #[cold]
    fn finish_version_1(outcome: Outcome, id: &Id) -> Self {
        let (body, error) = outcome.into_parts();
        let result = error.is_none().then_some(body);
        Reply {
            body: write::version_1_response(result, error.as_ref(), id),
            error_code: error.map(|error| error.code()),
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("body", &String::from_utf8_lossy(&self.body))
            .field("error_code", &self.error_code)
            .finish()
    }
}

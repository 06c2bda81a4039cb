//! [`Reply`]: the reply to a message.

use std::fmt;

use http::HeaderMap;

use crate::json::id::Id;
use crate::kind::ErrorKind;
use crate::service::{Context, Outcome};
use crate::wire::write;

/// The reply to a message.
pub struct Reply {
    pub(super) body: Vec<u8>,
    /// The code and the kind.
    error: Option<(i64, Option<ErrorKind>)>,
    headers: Option<Box<HeaderMap>>,
}

impl Reply {
    /// The reply to a batch.
    pub(super) fn batch(body: Vec<u8>) -> Self {
        Reply {
            body,
            error: None,
            headers: None,
        }
    }

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
        self.error.map(|(code, _)| code)
    }

    /// What kind of error it is, if the reply is a single error whose kind is known.
    pub fn error_kind(&self) -> Option<ErrorKind> {
        self.error?.1
    }

    /// The headers that the method or middleware [added](Context::add_reply_header), for a transport whose messages have
    /// headers. A reply to a batch has none.
    pub fn take_headers(&mut self) -> Option<Box<HeaderMap>> {
        self.headers.take()
    }

    /// The reply to one call, or `None` for a notification.
    #[inline]
    pub(super) fn to(cx: &Context, outcome: Outcome, disclose: bool) -> Option<Self> {
        let id = cx.id()?;
        let outcome = match disclose {
            true => outcome.disclosed(),
            false => outcome,
        };
        let mut reply = match cx.version_1 {
            true => Reply::finish_version_1(outcome, id),
            false => Reply::finish(outcome, id),
        };
        reply.headers = cx.metadata.take_reply_headers();
        Some(reply)
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
            error: error.map(|error| (error.code(), error.kind())),
            headers: None,
        }
    }

    #[cold]
    fn finish_version_1(outcome: Outcome, id: &Id) -> Self {
        let (body, error) = outcome.into_parts();
        let result = error.is_none().then_some(body);
        Reply {
            body: write::version_1_response(result, error.as_ref(), id),
            error: error.map(|error| (error.code(), error.kind())),
            headers: None,
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("body", &String::from_utf8_lossy(&self.body))
            .field("error", &self.error)
            .finish()
    }
}

//! [`Reply`]: the reply to a message.

use std::fmt;

use http::HeaderMap;
use serde_json::value::RawValue;

use crate::error::{ErrorObject, code};
use crate::json::id::Id;
use crate::kind::ErrorKind;
use crate::service::room::{self, FREE};
use crate::service::{Context, Outcome, Refused};
use crate::wire::write;

/// The reply to a message.
pub struct Reply {
    pub(super) body: Vec<u8>,
    error: Option<SingleError>,
    items: Option<u64>,
    headers: Option<Box<HeaderMap>>,
}

/// What a transport may want to know of a reply that is a single error.
#[derive(Debug, Clone, Copy)]
struct SingleError {
    code: i64,
    kind: Option<ErrorKind>,
    /// Here, so that a result carries no more because of it.
    refused: Option<Refused>,
}

impl Reply {
    /// The reply to a batch.
    pub(super) fn batch(body: Vec<u8>) -> Self {
        Reply {
            body,
            error: None,
            items: None,
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
        self.error.map(|error| error.code)
    }

    /// What kind of error it is, if the reply is a single error whose kind is known.
    pub fn error_kind(&self) -> Option<ErrorKind> {
        self.error?.kind
    }

    /// Why nothing has run, if that is so: `expired` for a call whose [deadline](super::Server::deadlines) had passed. A transport
    /// with headers says so in the header `rpc-refused`.
    pub fn refused(&self) -> Option<&'static str> {
        self.error?.refused.map(Refused::reason)
    }

    /// How many items came before it, if it ends a stream.
    pub fn items(&self) -> Option<u64> {
        self.items
    }

    /// The headers that the method or middleware [added](Context::add_reply_header), for a transport whose messages have
    /// headers. A reply to a batch has none.
    pub fn take_headers(&mut self) -> Option<Box<HeaderMap>> {
        self.headers.take()
    }

    /// The reply to one call, or `None` for a notification, and for a call that has been answered.
    #[inline]
    pub(super) fn to(cx: &Context, outcome: Outcome, rules: ReplyRules) -> Option<Self> {
        let id = cx.id()?;
        let (body, error) = outcome.into_parts();
        Some(match error {
            Some(error) => Reply::to_failure(cx, id, rules.error(*error), rules.limit),
            // A subscription, which has been answered.
            None if body.is_empty() => return None,
            None => Reply::to_success(cx, id, body, rules.limit),
        })
    }

    /// The reply to a message that is not a call.
    #[cold]
    pub(super) fn refusal(error: &ErrorObject) -> Self {
        Reply {
            error: Some(SingleError::of(error)),
            ..Reply::batch(write::error_response(error, &Id::NULL))
        }
    }

    /// The reply to a call whose own reply no longer fits into the reply to its batch.
    #[cold]
    pub(super) fn replaced(cx: &Context, error: &ErrorObject) -> Option<Self> {
        Some(Reply::error(cx, cx.id()?, error))
    }

    #[inline]
    fn to_success(cx: &Context, id: &Id, mut body: Vec<u8>, limit: usize) -> Self {
        if cx.version_1 {
            body = write::version_1_response(Some(body), None, id);
        } else {
            write::end_response(&mut body, id);
        }
        if body.len() > limit {
            return Reply::too_long(cx, id, limit);
        }
        Reply {
            body,
            error: None,
            items: cx.items_sent(),
            headers: cx.metadata().take_reply_headers(),
        }
    }

    #[inline(never)]
    fn to_failure(cx: &Context, id: &Id, error: ErrorObject, limit: usize) -> Self {
        if error.code() == code::REPLY_TOO_LARGE {
            log_too_long(cx, &error);
        }
        match is_too_long(&error, id, limit) {
            true => Reply::too_long(cx, id, limit),
            false => Reply::error(cx, id, &error),
        }
    }

    #[cold]
    pub(super) fn too_long(cx: &Context, id: &Id, limit: usize) -> Self {
        Reply::error(cx, id, &too_long(cx, limit))
    }

    fn error(cx: &Context, id: &Id, error: &ErrorObject) -> Self {
        let body = match cx.version_1 {
            true => write::version_1_response(None, Some(error), id),
            false => write::error_response(error, id),
        };
        Reply {
            body,
            error: Some(SingleError {
                refused: cx.get().copied(),
                ..SingleError::of(error)
            }),
            items: cx.items_sent(),
            headers: cx.metadata().take_reply_headers(),
        }
    }
}

impl SingleError {
    fn of(error: &ErrorObject) -> Self {
        SingleError {
            code: error.code(),
            kind: error.kind(),
            refused: None,
        }
    }
}

/// Whether an error is too long to be sent, with the id. A short error is always sent: the one in its place would be as long.
fn is_too_long(error: &ErrorObject, id: &Id, limit: usize) -> bool {
    const ENVELOPE: usize = r#"{"jsonrpc":"2.0","error":,"id":}"#.len();
    let limit = limit.saturating_sub(id.as_bytes().len() + ENVELOPE);
    error.is_longer_than(limit.max(FREE))
}

/// The error in place of a reply that is longer than the limit. It is logged.
#[cold]
fn too_long(cx: &Context, limit: usize) -> ErrorObject {
    let error = room::too_long(limit);
    log_too_long(cx, &error);
    error
}

#[cold]
fn log_too_long(cx: &Context, error: &ErrorObject) {
    let method = cx.method_name();
    let detail = error.data().map(RawValue::get);
    tracing::warn!(method, detail, "a reply was too long to be sent");
}

/// What replies may say, and at what length.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReplyRules {
    pub(super) disclose: bool,
    /// The maximum length of a reply, in bytes.
    pub(super) limit: usize,
}

impl ReplyRules {
    /// The error that ends a subscription, as it is sent.
    pub(super) fn error_of_subscription(self, cx: &Context, error: ErrorObject) -> ErrorObject {
        let error = self.error(error);
        match is_too_long(&error, &Id::NULL, self.limit) {
            true => too_long(cx, self.limit),
            false => error,
        }
    }

    /// The error as it is sent.
    pub(super) fn error(self, error: ErrorObject) -> ErrorObject {
        match self.disclose {
            true => error.disclosed(),
            false => error,
        }
    }

    /// The result of a call without a message, or its error.
    pub(super) fn result(
        self,
        cx: &Context,
        outcome: Outcome,
    ) -> Result<Box<RawValue>, ErrorObject> {
        let result = outcome.into_result().map_err(|error| self.error(error));
        let is_too_long = match &result {
            Ok(result) => result.get().len() > self.limit,
            Err(error) => is_too_long(error, &Id::NULL, self.limit),
        };
        match is_too_long {
            true => Err(too_long(cx, self.limit)),
            false => result,
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

//! [`StatusError`]: an HTTP status other than success.

use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};

/// A reply whose HTTP status is not a success, and whose body is not a JSON-RPC reply.
///
/// It is the source of the [`TransportError`](rpc_core::TransportError):
///
/// ```
/// use rpc_core::CallError;
/// use rpc_http::StatusError;
///
/// fn is_overloaded<E>(error: &CallError<E>) -> bool {
///     let CallError::Transport(error) = error else { return false };
///     error.downcast_ref::<StatusError>().is_some_and(|error| error.status() == 503)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct StatusError {
    status: StatusCode,
    content_type: Option<HeaderValue>,
    body: Bytes,
}

impl StatusError {
    pub(crate) fn new(status: StatusCode, content_type: Option<HeaderValue>, body: Bytes) -> Self {
        StatusError {
            status,
            content_type,
            body,
        }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The body's content type, if the server names one in text.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_ref()?.to_str().ok()
    }

    /// The body, as it came.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Display for StatusError {
    /// How the body begins.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const EXCERPT: usize = 200;
        if self.body.is_empty() {
            return f.write_str("its body is empty");
        }
        let text = String::from_utf8_lossy(&self.body);
        let excerpt: String = text.chars().take(EXCERPT).collect();
        let more = if excerpt.len() < text.len() {
            "…"
        } else {
            ""
        };
        write!(f, "its body is: {excerpt}{more}")
    }
}

impl std::error::Error for StatusError {}

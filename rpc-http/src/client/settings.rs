//! [`Settings`]: what holds for every call of a client.

use std::fmt;
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use rpc_core::Batching;
use rpc_core::message_log::Headers;
use rpc_core::transport::{TIMEOUT_HEADER, timeout_value};

use super::defaults;
use super::refusal::refuses_batch;

/// What a client says it is, unless the application says otherwise. Public services refuse requests that don't say.
pub(crate) const USER_AGENT: &str = concat!("rpc-http/", env!("CARGO_PKG_VERSION"));

/// The header of a client that decodes nothing.
#[cfg(any(feature = "lean", not(feature = "gzip")))]
pub(crate) const IDENTITY_ONLY: (http::HeaderName, http::HeaderValue) = (
    http::header::ACCEPT_ENCODING,
    http::HeaderValue::from_static("identity"),
);

/// What a client's builder says about its calls, for every kind of connection.
#[derive(Clone)]
pub struct Settings {
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Duration,
    /// Whether the server is told how long a call waits.
    pub(crate) tells_timeout: bool,
    pub(crate) max_reply: usize,
    /// `None`: each call is a message of its own.
    pub(crate) batching: Option<Batching>,
}

/// Headers with credentials are not shown.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("headers", &Headers(&self.headers))
            .field("timeout", &self.timeout)
            .field("tells_timeout", &self.tells_timeout)
            .field("max_reply", &self.max_reply)
            .field("batching", &self.batching)
            .finish()
    }
}

impl Default for Settings {
    fn default() -> Self {
        let json = HeaderValue::from_static("application/json");
        Settings {
            headers: HeaderMap::from_iter([(CONTENT_TYPE, json.clone()), (ACCEPT, json)]),
            timeout: defaults::CALL_TIMEOUT,
            tells_timeout: true,
            max_reply: defaults::MAX_REPLY,
            batching: None,
        }
    }
}

impl Settings {
    /// How calls are batched, if they are. Unless the application says otherwise, [`refuses_batch`] recognises refusals.
    pub(crate) fn batching_with_refusal(&self) -> Option<Batching> {
        let batching = self.batching.clone()?;
        Some(batching.or_refusal(refuses_batch))
    }

    /// The same, with further headers, unless these are set already. Tells the server how long a call waits.
    pub(crate) fn after(mut self, mut headers: HeaderMap) -> Self {
        headers.extend(self.headers);
        // What the application says itself stays.
        self.tells_timeout &= !headers.contains_key(TIMEOUT_HEADER);
        if self.tells_timeout {
            headers.insert(TIMEOUT_HEADER, timeout_value(self.timeout));
        }
        self.headers = headers;
        self
    }

    /// The headers for a call, which takes no longer than `timeout`. A call's own take precedence over the client's.
    pub(crate) fn headers_with(&self, of_call: HeaderMap, timeout: Duration) -> HeaderMap {
        let mut headers = self.headers.clone();
        if self.tells_timeout && timeout != self.timeout {
            headers.insert(TIMEOUT_HEADER, timeout_value(timeout));
        }
        // Most calls have none of their own.
        if !of_call.is_empty() {
            headers.extend(of_call);
        }
        headers
    }

    /// The timeout for a call. A call's own takes precedence over the client's.
    pub(crate) fn timeout_of(&self, message: &rpc_core::transport::TransportRequest) -> Duration {
        message.timeout_or(self.timeout)
    }
}

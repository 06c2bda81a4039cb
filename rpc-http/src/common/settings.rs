//! [`Settings`]: what holds for every call of a client.

use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use rpc_core::Outgoing;

/// What a client's builder says of its calls, whatever carries them.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Duration,
    pub(crate) max_reply: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let json = HeaderValue::from_static("application/json");
        Settings {
            headers: HeaderMap::from_iter([(CONTENT_TYPE, json.clone()), (ACCEPT, json)]),
            timeout: Duration::from_secs(30),
            max_reply: 16 * 1024 * 1024,
        }
    }
}

impl Settings {
    /// The headers of a call: each goes before the client's header of that name.
    pub(crate) fn headers_with(&self, of_call: HeaderMap) -> HeaderMap {
        // A clone would have no room left for the length of the body, which hyper adds.
        let mut headers = HeaderMap::with_capacity(self.headers.len() + of_call.len() + 1);
        let of_client = self.headers.iter();
        headers.extend(of_client.map(|(name, value)| (name.clone(), value.clone())));
        headers.extend(of_call);
        headers
    }

    /// A call's own timeout goes before the client's.
    pub(crate) fn timeout_of(&self, message: &Outgoing) -> Duration {
        message.timeout.unwrap_or(self.timeout)
    }
}

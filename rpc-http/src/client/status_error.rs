//! [`StatusError`]: an HTTP status other than success.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, LOCATION, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use rpc_core::Excerpt;
use rpc_core::message_log::Headers;

use super::defaults::{ERROR_BODY, ERROR_HEADERS};

/// A reply whose HTTP status is not a success: its status, its headers and the start of its body.
///
/// It is the source of a [`TransportError`](rpc_core::TransportError). [`CallError::downcast_ref`](rpc_core::CallError::downcast_ref)
/// also finds it if the reply was an error object all the same.
///
/// ```
/// use rpc_core::CallError;
/// use rpc_http::StatusError;
///
/// /// How the server wants callers to authenticate.
/// fn challenge<E>(error: &CallError<E>) -> Option<&str> {
///     error.downcast_ref::<StatusError>()?.www_authenticate()
/// }
/// # let _: fn(&CallError) -> Option<&str> = challenge;
/// ```
///
/// [`execution`](rpc_core::CallError::execution) and [`is_retryable`](rpc_core::CallError::is_retryable) say what the status
/// means for the call, so that few callers need to look at it.
#[derive(Clone)]
pub struct StatusError(Box<Fields>);

#[derive(Clone)]
struct Fields {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl StatusError {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: &[u8]) -> Self {
        // A copy, so that the rest is not kept.
        let body = Bytes::copy_from_slice(&body[..body.len().min(ERROR_BODY)]);
        StatusError(Box::new(Fields {
            status,
            headers,
            body,
        }))
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The headers. If the head is very large, only its first 16 KiB.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The body's content type, if the server names one in text.
    pub fn content_type(&self) -> Option<&str> {
        self.text(CONTENT_TYPE)
    }

    /// The header `WWW-Authenticate`, which says how to authenticate after a 401. If there are several, the first.
    pub fn www_authenticate(&self) -> Option<&str> {
        self.text(WWW_AUTHENTICATE)
    }

    /// The header `Location`, which says where a redirect points to.
    pub fn location(&self) -> Option<&str> {
        self.text(LOCATION)
    }

    /// The first 4 KiB of the body.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    fn text(&self, name: HeaderName) -> Option<&str> {
        self.0.headers.get(name)?.to_str().ok()
    }
}

/// The content encoding of a body that nobody has decoded, as it is shown. `None` if it has none.
pub(super) fn encoding(headers: &HeaderMap) -> Option<String> {
    let encoding = headers.get(CONTENT_ENCODING)?;
    let encoding = String::from_utf8_lossy(encoding.as_bytes());
    let is_none = encoding.is_empty() || encoding.eq_ignore_ascii_case("identity");
    (!is_none).then(|| Excerpt::new(encoding, ENCODING).to_string())
}

/// How much of a content encoding's name is shown, in characters.
const ENCODING: usize = 50;

/// A copy of a reply's headers for an error, as far as they fit.
pub(super) fn kept(headers: &HeaderMap) -> HeaderMap {
    let mut size = 0;
    let fits = |(name, value): &(&HeaderName, &http::HeaderValue)| {
        size += name.as_str().len() + value.len();
        size <= ERROR_HEADERS
    };
    let kept = headers.iter().take_while(fits);
    kept.fold(HeaderMap::new(), |mut kept, (name, value)| {
        kept.append(name, value.clone());
        kept
    })
}

impl StatusError {
    /// The start of the body, as people are shown it.
    fn excerpt(&self) -> Excerpt<Cow<'_, str>> {
        const LENGTH: usize = 200;
        Excerpt::new(String::from_utf8_lossy(&self.0.body), LENGTH)
    }
}

impl fmt::Display for StatusError {
    /// How the body begins.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match encoding(&self.0.headers) {
            _ if self.0.body.is_empty() => f.write_str("its body is empty"),
            Some(encoding) => write!(f, "its body has the content encoding {encoding}"),
            None => write!(f, "its body is: {}", self.excerpt()),
        }
    }
}

/// Headers that may hold secrets are not shown.
impl fmt::Debug for StatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusError")
            .field("status", &self.0.status)
            .field("headers", &Excerpt::new(Headers(&self.0.headers), 1000))
            .field("body", &format_args!("{}", self.excerpt()))
            .finish()
    }
}

impl std::error::Error for StatusError {}

//! [`ReplyHeaders`]: what a call adds to the headers of its reply.

use std::error::Error;
use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

use http::{HeaderMap, HeaderName, HeaderValue};

/// Headers that a call adds to its reply. They cost nothing until the first one is added.
#[derive(Default)]
pub(super) struct ReplyHeaders(OnceLock<Box<Mutex<HeaderMap>>>);

impl ReplyHeaders {
    pub(super) fn change(&self, change: impl FnOnce(&mut HeaderMap)) {
        let headers = self.0.get_or_init(Box::default);
        change(&mut headers.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The headers, if there are any. They are gone afterwards.
    #[inline]
    pub(super) fn take(&self) -> Option<Box<HeaderMap>> {
        let headers = self.0.get()?;
        let headers = std::mem::take(&mut *headers.lock().unwrap_or_else(PoisonError::into_inner));
        (!headers.is_empty()).then(|| Box::new(headers))
    }
}

/// Why a header can't be added to a reply.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReplyHeaderError {
    /// The name or the value is not that of a header.
    Invalid(http::Error),
    /// The transport sets this header itself.
    Reserved(HeaderName),
}

impl fmt::Display for ReplyHeaderError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            ReplyHeaderError::Invalid(_) => f.write_str("invalid header name or value"),
            ReplyHeaderError::Reserved(name) => {
                write!(f, "the header `{name}` is set by the transport")
            }
        }
    }
}

impl Error for ReplyHeaderError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ReplyHeaderError::Invalid(error) => Some(error),
            ReplyHeaderError::Reserved(_) => None,
        }
    }
}

/// The headers that say how to read a reply, or what became of its message.
const RESERVED: [&str; 11] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "keep-alive",
    "proxy-connection",
    "rpc-refused",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A header that may be added to a reply.
pub(super) fn header<N, V>(name: N, value: V) -> Result<(HeaderName, HeaderValue), ReplyHeaderError>
where
    N: TryInto<HeaderName, Error: Into<http::Error>>,
    V: TryInto<HeaderValue, Error: Into<http::Error>>,
{
    let invalid = |error| ReplyHeaderError::Invalid(error);
    let name: HeaderName = name.try_into().map_err(Into::into).map_err(invalid)?;
    let value = value.try_into().map_err(Into::into).map_err(invalid)?;
    match RESERVED.contains(&name.as_str()) {
        true => Err(ReplyHeaderError::Reserved(name)),
        false => Ok((name, value)),
    }
}

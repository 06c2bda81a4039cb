//! Headers of NATS messages as headers of rpc-core, and back.

#[cfg(feature = "server")]
use std::time::Duration;

use http::HeaderMap;
#[cfg(feature = "server")]
use http::{HeaderName, HeaderValue};
#[cfg(feature = "server")]
use rpc_core::transport::{TIMEOUT_HEADER, read_timeout};

/// The header of a call that may become a stream, and of the first messages of a stream: its sender says something at least
/// every so many milliseconds.
pub(crate) const STREAM: &str = "rpc-stream";

/// The header of such a call that says how many bytes of the stream may be under way to the client.
pub(crate) const WINDOW: &str = "rpc-window";

/// The header of a reply that says that nothing of the message has run, and why.
pub(crate) const REFUSED: &str = "rpc-refused";

/// The headers of a message, and what a worker would otherwise have to look up in them for every call.
#[cfg(feature = "server")]
#[derive(Debug, Default)]
pub(crate) struct FromNats {
    /// Their names are in lower case. Those that HTTP could not have are left out, and so is what exceeds the some 24,000 names
    /// that a map takes.
    pub(crate) map: HeaderMap,
    /// How long the caller waits, if it says so.
    pub(crate) timeout: Option<Duration>,
    /// Whether there is one about [streams](STREAM).
    pub(crate) offers_stream: bool,
}

/// Reads the headers of a message.
#[cfg(feature = "server")]
pub(crate) fn from_nats(headers: Option<&async_nats::HeaderMap>) -> FromNats {
    let mut read = FromNats::default();
    for (name, values) in headers.into_iter().flat_map(|headers| headers.iter()) {
        let Some(name) = http_name(name) else {
            continue;
        };
        let values = values.iter().filter_map(|value| {
            let value: &[u8] = value.as_ref();
            HeaderValue::from_bytes(value).ok()
        });
        for value in values {
            if name == TIMEOUT_HEADER {
                read.timeout = read.timeout.or_else(|| read_timeout(&value));
            }
            if read.map.try_append(&name, value).is_err() {
                tracing::debug!("a message lost some of its headers: they are too many");
                return read;
            }
        }
        read.offers_stream |= name == STREAM;
    }
    read
}

#[cfg(feature = "server")]
fn http_name(name: &async_nats::HeaderName) -> Option<HeaderName> {
    let name: &str = name.as_ref();
    // Nearly every message has this one, and nothing else.
    if name == TIMEOUT_HEADER.as_str() {
        return Some(TIMEOUT_HEADER);
    }
    HeaderName::from_bytes(name.as_bytes()).ok()
}

/// Headers as those of a NATS message, or the name of one that NATS can't carry, since its value is not text.
pub(crate) fn to_nats(headers: &HeaderMap) -> Result<async_nats::HeaderMap, http::HeaderName> {
    let mut map = async_nats::HeaderMap::new();
    for (name, value) in headers {
        let text = std::str::from_utf8(value.as_bytes()).ok();
        let value = text.and_then(|text| text.parse::<async_nats::HeaderValue>().ok());
        let value = value.ok_or_else(|| name.clone())?;
        map.append(name.as_str(), value);
    }
    Ok(map)
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;

    #[test]
    fn more_headers_than_a_map_takes_are_left_out() {
        let mut headers = async_nats::HeaderMap::new();
        for number in 0..30_000 {
            headers.insert(format!("x{number}"), "1");
        }
        let FromNats { map, .. } = from_nats(Some(&headers));
        assert!((20_000..30_000).contains(&map.len()), "{}", map.len());
    }
}

//! Headers of NATS messages as headers of rpc-core, and back.

use http::HeaderMap;
#[cfg(feature = "server")]
use http::{HeaderName, HeaderValue};
#[cfg(feature = "server")]
use rpc_core::transport::TIMEOUT_HEADER;

/// The header of a reply that says that nothing of the message has run, and why.
pub(crate) const REFUSED: &str = "rpc-refused";

/// The headers of a message, with their names in lower case. Those that HTTP could not have are left out, and so
/// is what exceeds the some 24,000 names that a map takes.
#[cfg(feature = "server")]
pub(crate) fn from_nats(headers: Option<&async_nats::HeaderMap>) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, values) in headers.into_iter().flat_map(|headers| headers.iter()) {
        let Some(name) = http_name(name) else {
            continue;
        };
        let values = values.iter().filter_map(|value| {
            let value: &[u8] = value.as_ref();
            HeaderValue::from_bytes(value).ok()
        });
        for value in values {
            if map.try_append(&name, value).is_err() {
                tracing::debug!("a message lost some of its headers: they are too many");
                return map;
            }
        }
    }
    map
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
        let map = from_nats(Some(&headers));
        assert!((20_000..30_000).contains(&map.len()), "{}", map.len());
    }
}

//! [`Origins`]: which pages may open a WebSocket or a stream.

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Uri};

use super::request::Refusal;

/// The pages that may open a WebSocket or a stream, by their origin.
#[derive(Debug)]
pub(super) struct Origins(Vec<String>);

impl Origins {
    pub(super) fn new(origins: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Origins(origins.into_iter().map(Into::into).collect())
    }

    fn allow(&self, origin: &str) -> bool {
        self.0.iter().any(|it| it.eq_ignore_ascii_case(origin))
    }
}

/// Browsers let any page open a WebSocket or a stream, and name the page's origin. A request without an `Origin` comes from the
/// server's own page, or not from a browser. Otherwise the page must be one of this server's, unless others are allowed.
pub(super) fn check(
    uri: &Uri,
    headers: &HeaderMap,
    allowed: Option<&Origins>,
) -> Result<(), Refusal> {
    let mut origins = headers.get_all(ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return match headers.contains_key(ORIGIN) {
            true => Err(Refusal::Origin),
            false => Ok(()),
        };
    };
    let origin = origin.to_str().map_err(|_| Refusal::Origin)?;
    // HTTP/2 names the host in the URL.
    let called = uri.authority().map(|called| called.as_str());
    let host = called.or_else(|| headers.get(HOST)?.to_str().ok());
    let is_allowed = match allowed {
        Some(origins) => origins.allow(origin),
        None => host.is_some_and(|host| is_same(origin, host)),
    };
    match is_allowed {
        true => Ok(()),
        false => Err(Refusal::Origin),
    }
}

/// Whether an origin is a page of this host, on the same port.
fn is_same(origin: &str, host: &str) -> bool {
    let Ok(uri) = origin.parse::<Uri>() else {
        return false;
    };
    let default_port = match uri.scheme_str() {
        Some("http") => 80,
        Some("https") => 443,
        _ => return false,
    };
    let Ok(host) = host.parse::<http::uri::Authority>() else {
        return false;
    };
    let port_of_host = host.port_u16().unwrap_or(default_port);
    let port = uri.port_u16().unwrap_or(default_port);
    let names = uri.host().zip(Some(host.host()));
    port == port_of_host && names.is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_the_same_host_and_port_is_the_servers_own() {
        for (origin, host, is_own) in [
            ("http://localhost:8080", "localhost:8080", true),
            ("http://LOCALHOST:8080", "localhost:8080", true),
            ("http://localhost", "localhost:8080", false),
            ("http://localhost", "localhost", true),
            ("http://localhost:80", "localhost", true),
            ("https://shop.example", "shop.example", true),
            ("https://shop.example", "shop.example:443", true),
            ("https://shop.example", "shop.example:80", false),
            ("http://evil.example", "localhost", false),
            ("http://[::1]:9", "[::1]:9", true),
            ("null", "localhost", false),
            ("file://localhost", "localhost", false),
            ("", "localhost", false),
        ] {
            assert_eq!(is_same(origin, host), is_own, "{origin} {host}");
        }
    }
}

//! [`Hosts`]: the names by which clients call a server.

use http::header::HOST;
use http::{HeaderMap, HeaderValue, Request, Version};

/// The names by which clients call a server, without ports.
///
/// A page can make its own name resolve to this server's address (DNS rebinding). The browser then treats it as one of the
/// server's own pages, and lets it send and read the same things. Only the host name in its requests gives it away.
#[derive(Debug)]
pub(super) struct Hosts(Vec<String>);

impl Hosts {
    pub(super) fn new(hosts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Hosts(hosts.into_iter().map(Into::into).collect())
    }

    /// Whether the request calls the server by one of them.
    pub(super) fn allow<B>(&self, request: &Request<B>) -> bool {
        let called = host(request).map(without_port);
        called.is_some_and(|called| {
            let mut hosts = self.0.iter();
            hosts.any(|host| without_port(host).eq_ignore_ascii_case(called))
        })
    }
}

/// Whether a request has the `Host` header that its version of HTTP requires: exactly one, which may be empty (RFC
/// 9112, section 3.2). Only HTTP/1.0 may leave it out, and HTTP/2, which names the host in another way.
pub(super) fn is_as_required(version: Version, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => version != Version::HTTP_11,
        (Some(host), None) => is_valid(host.as_bytes()),
        (Some(_), Some(_)) => false,
    }
}

/// Whether this is a name or an address, with or without a port, or empty.
fn is_valid(host: &[u8]) -> bool {
    let is_port = |port: &[u8]| {
        port.is_empty() || port[0] == b':' && port[1..].iter().all(u8::is_ascii_digit)
    };
    if let Some(address) = host.strip_prefix(b"[") {
        let end = address.iter().position(|byte| *byte == b']');
        let is_in_address = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
        return end.is_some_and(|end| {
            address[..end].iter().all(is_in_address) && is_port(&address[end + 1..])
        });
    }
    let end = host.iter().position(|byte| !IN_NAMES[usize::from(*byte)]);
    is_port(&host[end.unwrap_or(host.len())..])
}

/// The bytes of names (RFC 3986, section 3.2.2), in a table, since every request's host is checked.
const IN_NAMES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let others = b"-._~%!$&'()*+,;=";
    let mut index = 0;
    while index < others.len() {
        table[others[index] as usize] = true;
        index += 1;
    }
    table
};

/// The host that the request is for. A URL in its first line takes precedence over the header (RFC 9112, section 3.2.2).
fn host<B>(request: &Request<B>) -> Option<&str> {
    if let Some(host) = request.uri().host() {
        return Some(host);
    }
    let mut hosts = request.headers().get_all(HOST).iter();
    match (hosts.next().map(HeaderValue::to_str), hosts.next()) {
        (Some(Ok(host)), None) => Some(host),
        _ => None,
    }
}

/// `[::1]:80` and `[::1]` are `::1`, `localhost:80` is `localhost`.
fn without_port(host: &str) -> &str {
    if let Some((address, _port)) = host.strip_prefix('[').and_then(|it| it.split_once(']')) {
        return address;
    }
    match host.split_once(':') {
        Some((name, port)) if !port.contains(':') => name,
        _ => host,
    }
}

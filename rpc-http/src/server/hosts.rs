//! [`Hosts`]: the names by which clients call a server.

use std::net::IpAddr;
use std::sync::Arc;

use http::header::{ACCEPT_LANGUAGE, HOST, ORIGIN, USER_AGENT};
use http::{HeaderMap, HeaderValue, Uri, Version};

use super::request::Occurrence;

/// Which names an endpoint accepts.
#[derive(Debug, Clone, Default)]
pub(super) enum AllowedHosts {
    /// Any, except on a loopback address.
    #[default]
    Usual,
    Any,
    These(Arc<Hosts>),
}

/// The names by which clients call a server, without ports.
///
/// A page can make its own name resolve to this server's address (DNS rebinding). The browser then treats it as one of the
/// server's own pages, and lets it send and read the same things. Only the host name in its requests gives it away.
#[derive(Debug)]
pub(super) struct Hosts(Vec<String>);

impl Hosts {
    pub(super) fn new(hosts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let hosts = hosts.into_iter().map(Into::into);
        Hosts(hosts.map(|host| without_port(&host).to_owned()).collect())
    }

    /// Whether a request calls the server by one of them. `named` is the name in its `Host` header.
    pub(super) fn allow(&self, uri: &Uri, named: &[u8]) -> bool {
        // A URL in the first line takes precedence over the header (RFC 9112, section 3.2.2).
        let called = uri.host().map(|host| without_port(host).as_bytes());
        let called = called.unwrap_or(named);
        let is_called = |host: &String| host.as_bytes().eq_ignore_ascii_case(called);
        self.0.iter().any(is_called)
    }
}

/// Whether a name means this machine itself, to whoever looks it up.
fn is_loopback(name: &[u8]) -> bool {
    let Ok(name) = std::str::from_utf8(name) else {
        return false;
    };
    if let Ok(address) = name.parse::<IpAddr>() {
        return address.is_loopback();
    }
    // RFC 6761, section 6.3.
    let last = name.rsplit('.').next().unwrap_or(name);
    last.eq_ignore_ascii_case("localhost")
}

/// Whether a page may have made its own name resolve to a server that listens on a loopback address only: the request comes from
/// a browser, and calls the server by another name.
pub(super) fn is_rebound(uri: &Uri, headers: &HeaderMap) -> bool {
    let host = headers
        .get(HOST)
        .map_or(b"".as_slice(), HeaderValue::as_bytes);
    let named = valid_name(host).unwrap_or(host);
    let called = uri.host().map(|host| without_port(host).as_bytes());
    is_from_browser(headers) && !is_loopback(called.unwrap_or(named))
}

/// Whether a browser has sent this. A page can't keep its browser from sending `Accept-Language`.
fn is_from_browser(headers: &HeaderMap) -> bool {
    let names_browser = |agent: &HeaderValue| agent.as_bytes().starts_with(b"Mozilla/");
    headers.contains_key(ORIGIN)
        || headers.contains_key("sec-fetch-site")
        || headers.contains_key(ACCEPT_LANGUAGE)
        || headers.get(USER_AGENT).is_some_and(names_browser)
}

/// The name in a request's `Host` header, without the port. `None` if the request does not have the header that its version of
/// HTTP requires: exactly one, which may be empty (RFC 9112, section 3.2). Only HTTP/1.0 may leave it out, and HTTP/2, which
/// names the host in another way. The name is empty then.
#[inline]
pub(super) fn name(version: Version, host: Occurrence<'_>) -> Option<&[u8]> {
    match host {
        Occurrence::Never => (version != Version::HTTP_11).then_some(b""),
        Occurrence::Once(host) => valid_name(host.as_bytes()),
        Occurrence::Repeated => None,
    }
}

/// The name or the address in this, if it is one, with or without a port, or empty. `[::1]:80` is `::1`.
fn valid_name(host: &[u8]) -> Option<&[u8]> {
    let (name, port) = match host.strip_prefix(b"[") {
        Some(address) => {
            let end = address.iter().position(|byte| *byte == b']')?;
            let is_in_address = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
            let (address, rest) = address.split_at(end);
            if !address.iter().all(is_in_address) {
                return None;
            }
            (address, &rest[1..])
        }
        None => {
            let end = host.iter().position(|byte| !IN_NAMES[usize::from(*byte)]);
            host.split_at(end.unwrap_or(host.len()))
        }
    };
    let is_port = port.is_empty() || port[0] == b':' && port[1..].iter().all(u8::is_ascii_digit);
    is_port.then_some(name)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine_are_told_from_others() {
        for (name, is_own) in [
            ("localhost", true),
            ("LocalHost", true),
            ("shop.localhost", true),
            ("127.0.0.1", true),
            ("127.8.0.1", true),
            ("::1", true),
            ("localhost.example", false),
            ("notlocalhost", false),
            ("shop.example", false),
            ("192.0.2.1", false),
            ("0.0.0.0", false),
            ("", false),
        ] {
            assert_eq!(is_loopback(name.as_bytes()), is_own, "{name}");
        }
    }
}

//! [`Hosts`]: the names by which clients call a server.

use http::{Uri, Version};

use super::request::Occurrence;

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

//! Whether two URLs name the same server, and whether one names a user, as far as can be told before a client is built. If in
//! doubt, they name different servers, and a user.

/// Whether both URLs have the same scheme, host and port.
pub(super) fn same_server(one: &str, other: &str) -> bool {
    let (one, other) = (Url::read(one), Url::read(other));
    one.is_some() && one == other
}

/// Whether a URL has a user or a password in it.
pub(super) fn names_user(url: &str) -> bool {
    authority(url).is_none_or(|(_, authority)| authority.contains('@'))
}

#[derive(PartialEq)]
struct Url {
    scheme: String,
    host: String,
    port: String,
}

impl Url {
    fn read(url: &str) -> Option<Self> {
        let (scheme, authority) = authority(url)?;
        let scheme = scheme.to_ascii_lowercase();
        let place = authority.rsplit_once('@').map_or(authority, |(_, it)| it);
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        // An address of IPv6 has colons in brackets.
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if is_port(port) => (host, port),
            _ => (place, ""),
        };
        let default_port = match scheme.as_str() {
            "http" => "80",
            "https" => "443",
            _ => return None,
        };
        Some(Url {
            host: host.to_ascii_lowercase(),
            port: if port.is_empty() { default_port } else { port }.to_owned(),
            scheme,
        })
    }
}

/// The scheme, and the part with the user, the host and the port. Some clients take a backslash for a slash, and any number of
/// either.
fn authority(url: &str) -> Option<(&str, &str)> {
    let slashes = ['/', '\\'];
    let (scheme, rest) = url.trim().split_once(':')?;
    let rest = rest.strip_prefix(slashes)?.trim_start_matches(slashes);
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    Some((scheme, &rest[..end]))
}

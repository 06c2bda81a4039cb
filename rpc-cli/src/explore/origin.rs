//! [`OwnPage`]: tells calls of this command's own page from those of other pages.

use std::net::{IpAddr, Ipv6Addr};

use http::HeaderMap;
use http::header::{HOST, ORIGIN};

/// The page that this command serves.
pub(crate) struct OwnPage {
    /// The host in `--listen`.
    host: String,
}

impl OwnPage {
    /// The page of a server that listens here.
    pub(crate) fn at(listen: &str) -> Self {
        OwnPage {
            host: host_of(listen).to_owned(),
        }
    }

    /// Whether a call comes from this page, or not from a page. Browsers say which page sends a POST.
    pub(crate) fn may_call(&self, headers: &HeaderMap) -> bool {
        let mut origins = headers.get_all(ORIGIN).iter();
        let (Some(origin), None) = (origins.next(), origins.next()) else {
            return !headers.contains_key(ORIGIN);
        };
        let (Ok(origin), Some(Ok(called))) =
            (origin.to_str(), headers.get(HOST).map(|host| host.to_str()))
        else {
            return false;
        };
        origin.strip_prefix("http://") == Some(called) && self.is_own_name(host_of(called))
    }

    /// Whoever owns a name can make it lead to this machine (DNS rebinding), so a page of any other name is not trusted.
    fn is_own_name(&self, host: &str) -> bool {
        let is_named = |name: &str| host.eq_ignore_ascii_case(name);
        is_named("localhost") || is_address(host) || is_named(&self.host)
    }
}

/// Without the port.
fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port))
            if port.bytes().all(|byte| byte.is_ascii_digit()) && !host.is_empty() =>
        {
            host
        }
        _ => authority,
    }
}

/// No name leads to an address that is written out.
fn is_address(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        Some(inner) => inner.parse::<Ipv6Addr>().is_ok(),
        None => host.parse::<IpAddr>().is_ok_and(|it| it.is_ipv4()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn may_call(listen: &str, origin: Option<&'static str>, host: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(host));
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
        }
        OwnPage::at(listen).may_call(&headers)
    }

    #[test]
    fn only_the_commands_own_page_may_call() {
        for (origin, host, is_own) in [
            (None, "127.0.0.1:7000", true),
            (Some("http://127.0.0.1:7000"), "127.0.0.1:7000", true),
            (Some("http://localhost:7000"), "localhost:7000", true),
            (Some("http://[::1]:7000"), "[::1]:7000", true),
            (Some("http://192.168.1.5"), "192.168.1.5", true),
            (Some("http://127.0.0.1:7001"), "127.0.0.1:7000", false),
            (Some("https://127.0.0.1:7000"), "127.0.0.1:7000", false),
            (Some("http://evil.example"), "127.0.0.1:7000", false),
            (Some("null"), "127.0.0.1:7000", false),
        ] {
            assert_eq!(
                may_call("127.0.0.1:7000", origin, host),
                is_own,
                "{origin:?}"
            );
        }
    }

    #[test]
    fn a_name_that_was_made_to_lead_here_is_not_trusted() {
        for (listen, origin, host, is_own) in [
            (
                "0.0.0.0:7000",
                "http://evil.example:7000",
                "evil.example:7000",
                false,
            ),
            (
                "[::]:7000",
                "http://evil.example:7000",
                "evil.example:7000",
                false,
            ),
            (
                "0.0.0.0:7000",
                "http://127.0.0.1.evil.example",
                "127.0.0.1.evil.example",
                false,
            ),
            (
                "0.0.0.0:7000",
                "http://192.168.1.5:7000",
                "192.168.1.5:7000",
                true,
            ),
            (
                "desk.lan:7000",
                "http://desk.lan:7000",
                "desk.lan:7000",
                true,
            ),
            (
                "desk.lan:7000",
                "http://evil.example:7000",
                "evil.example:7000",
                false,
            ),
        ] {
            assert_eq!(
                may_call(listen, Some(origin), host),
                is_own,
                "{listen} {origin}"
            );
        }
    }
}

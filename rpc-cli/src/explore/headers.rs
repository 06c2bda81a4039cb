//! Which headers of the page's calls go on to the server: those that a person has set on the page.

use http::HeaderName;
use http::header::{
    ACCEPT, CACHE_CONTROL, CONNECTION, COOKIE, DNT, EXPECT, FORWARDED, HOST, ORIGIN, PRAGMA,
    REFERER, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, UPGRADE_INSECURE_REQUESTS, USER_AGENT, VIA,
};

/// Headers of every request of a browser, and of proxies in front of it. They say nothing about the call.
///
/// A browser keeps cookies by host and not by port, so those of 127.0.0.1 may belong to anything on this machine.
const OF_THE_BROWSER: [HeaderName; 20] = [
    ACCEPT,
    CACHE_CONTROL,
    CONNECTION,
    COOKIE,
    DNT,
    EXPECT,
    FORWARDED,
    HOST,
    ORIGIN,
    PRAGMA,
    REFERER,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    UPGRADE_INSECURE_REQUESTS,
    USER_AGENT,
    VIA,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("priority"),
];

/// What the names of other such headers begin with: `content-type`, `sec-fetch-site`, `accept-language`.
const FAMILIES_OF_THE_BROWSER: [&str; 5] =
    ["accept-", "content-", "proxy-", "sec-", "x-forwarded-"];

/// Whether a header was set on the page by a person.
pub(crate) fn is_of_person(name: &HeaderName) -> bool {
    let is_in_family = |family: &&str| name.as_str().starts_with(*family);
    !OF_THE_BROWSER.contains(name) && !FAMILIES_OF_THE_BROWSER.iter().any(is_in_family)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_adds_by_itself_stays_here() {
        for name in [
            "host",
            "cookie",
            "origin",
            "referer",
            "user-agent",
            "accept",
            "accept-language",
            "accept-encoding",
            "content-type",
            "content-length",
            "connection",
            "sec-fetch-mode",
            "sec-ch-ua",
            "cache-control",
            "pragma",
            "priority",
            "proxy-authorization",
            "x-forwarded-for",
            "transfer-encoding",
            "dnt",
        ] {
            assert!(!is_of_person(&HeaderName::from_static(name)), "{name}");
        }
    }

    #[test]
    fn what_a_person_sets_goes_on() {
        for name in [
            "authorization",
            "x-api-key",
            "x-tenant",
            "api-key",
            "second",
            "acceptance",
        ] {
            assert!(is_of_person(&HeaderName::from_static(name)), "{name}");
        }
    }
}

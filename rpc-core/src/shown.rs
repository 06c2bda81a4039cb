//! What people are shown of names, headers and URLs: cut, in one line, and without credentials.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{HeaderMap, HeaderName};

use crate::excerpt::{Excerpt, write_escaped};
use crate::limits::LOGGED_STRING;

static MAX_STRING: AtomicUsize = AtomicUsize::new(LOGGED_STRING);

/// Sets after how many characters the log cuts the strings in a message, for the whole process; default [`LOGGED_STRING`]. The
/// same limit applies to method names, headers and paths.
///
/// This is not a setting of a client or a server, because the whole process shares one log. A subscriber may cut the field
/// `message` further, by its target and its `endpoint`.
pub fn set_max_string(characters: usize) {
    MAX_STRING.store(characters, Ordering::Relaxed);
}

pub(crate) fn max_string() -> usize {
    MAX_STRING.load(Ordering::Relaxed)
}

/// A name, no longer than this many characters.
pub(crate) fn cut(name: &str, max_string: usize) -> String {
    Excerpt::new(name, max_string).to_string()
}

/// A character of a name, escaped if it would end the line.
pub(crate) fn push_escaped(shown: &mut String, c: char) {
    let _a_string_takes_it = write_escaped(shown, c);
}

/// Shows headers without credentials: see [what is not shown](crate::message_log#what-is-not-shown).
pub struct Headers<'a>(pub &'a HeaderMap);

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, value) in self.0 {
            let hidden = value.is_sensitive() || is_secret(name);
            match value.to_str() {
                Ok(value) if !hidden => map.entry(&name.as_str(), &cut(value, max_string())),
                _ => map.entry(&name.as_str(), &format_args!("***")),
            };
        }
        map.finish()
    }
}

/// Parts of names. URLs are among them, for their queries may have keys.
const TELLING: [&str; 19] = [
    "auth",
    "cookie",
    "token",
    "secret",
    "key",
    "session",
    "pass",
    "credential",
    "jwt",
    "assertion",
    "signature",
    "dpop",
    "otp",
    "cert",
    "referer",
    "location",
    "url",
    "uri",
    "path",
];

fn is_secret(name: &HeaderName) -> bool {
    TELLING.iter().any(|part| name.as_str().contains(part))
}

/// How long a part of a path is shown, in bytes.
const MAX_SEGMENT: usize = 16;

/// Shows a URL's path without what may be a key: see [what is not shown](crate::message_log#what-is-not-shown).
///
/// ```
/// use rpc_core::message_log::shown_path;
///
/// assert_eq!(shown_path("/v2/0123456789abcdef01234567"), "/v2/***");
/// assert_eq!(shown_path("/shop/json-rpc"), "/shop/json-rpc");
/// ```
pub fn shown_path(path: &str) -> String {
    let segments = path.split('/').map(|segment| match is_word(segment) {
        true => segment,
        false => "***",
    });
    // A path with this many parts is cut anyway.
    let segments: Vec<&str> = segments.take(max_string().saturating_add(2)).collect();
    cut(&segments.join("/"), max_string())
}

fn is_word(segment: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    segment.len() <= MAX_SEGMENT && segment.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_and_stay_in_their_line() {
        assert_eq!(cut("login", 5), "login");
        assert_eq!(cut("login2", 5), "login…");
        assert_eq!(cut("\"\n\u{202e}", 5), "\"\\u000a\\u202e");
    }

    #[test]
    fn a_path_shows_its_short_words() {
        for (path, shown) in [
            ("", ""),
            ("/", "/"),
            ("/rpc", "/rpc"),
            ("/api/v1.2/json_rpc-2/", "/api/v1.2/json_rpc-2/"),
            ("/0123456789abcdef", "/0123456789abcdef"),
            ("/0123456789abcdef0", "/***"),
            ("/v2/aB3-_kkkkkkkkkkkkkkkkkkk/rpc", "/v2/***/rpc"),
            ("/bot12:s3cret/call", "/***/call"),
            ("/rpc;key=s3cret", "/***"),
            ("/%73%33cret", "/***"),
        ] {
            assert_eq!(shown_path(path), shown);
        }
        let long = "/a".repeat(30_000);
        assert_eq!(shown_path(&long), format!("{}…", "/a".repeat(100)));
    }

    #[test]
    fn headers_with_urls_or_secrets_are_hidden_and_others_cut() {
        for name in [
            "authorization",
            "x-api-key",
            "x-password",
            "dpop",
            "x-hub-signature-256",
            "referer",
            "x-original-url",
            "x-forwarded-uri",
            "x-envoy-original-path",
            "location",
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, "/?key=s3cret".parse().expect("a value"));
            let shown = format!("{:?}", Headers(&headers));
            assert_eq!(shown, format!(r#"{{"{name}": ***}}"#));
        }
        let mut headers = HeaderMap::new();
        headers.insert("x-shop", "x".repeat(300).parse().expect("a value"));
        let shown = format!("{:?}", Headers(&headers));
        assert_eq!(shown, format!(r#"{{"x-shop": "{}…"}}"#, "x".repeat(200)));
    }
}

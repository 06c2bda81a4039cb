//! What is shown of HTTP's part in an exchange: headers and URLs, without what identifies.

use std::fmt;

use http::{HeaderMap, HeaderName};

use super::max_string;
use super::redact::name as cut;

/// Shows headers without the values that identify: see [what is not shown](super#what-is-not-shown).
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

/// Shows a URL's path without what may be a key: see [what is not shown](super#what-is-not-shown).
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
    // Of so many parts as there are characters to be shown, some are not shown.
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

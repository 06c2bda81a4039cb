//! What people are shown of names, headers and URLs: cut, in one line, and without credentials.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::excerpt::{Excerpt, is_printable_ascii, write_escaped};
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
    // A name as almost all are: nothing in it is cut or escaped.
    if name.len() <= max_string && is_printable_ascii(name.as_bytes()) {
        return name.to_owned();
    }
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
            let is_hidden = value.is_sensitive() || is_secret(name);
            // A name of a header has no characters that would be escaped.
            map.entry(&Quoted(name.as_str()), &ShownValue { value, is_hidden });
        }
        map.finish()
    }
}

/// The value of a header, unless it is hidden.
struct ShownValue<'a> {
    value: &'a HeaderValue,
    is_hidden: bool,
}

impl fmt::Debug for ShownValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_hidden {
            return f.write_str("***");
        }
        if let Some(value) = shown_as_it_is(self.value) {
            return Quoted(value).fmt(f);
        }
        match self.value.to_str() {
            Ok(value) => cut(value, max_string()).fmt(f),
            Err(_) => f.write_str("***"),
        }
    }
}

/// A value that is neither cut nor escaped, as almost all are.
fn shown_as_it_is(value: &HeaderValue) -> Option<&str> {
    let bytes = value.as_bytes();
    let is_special = |found, byte: &u8| found | matches!(byte, b'"' | b'\\');
    let is_plain = is_printable_ascii(bytes) && !bytes.iter().fold(false, is_special);
    let is_short = bytes.len() <= max_string();
    (is_plain && is_short).then(|| std::str::from_utf8(bytes).ok())?
}

/// A text in quotes that needs no escapes. `str` looks at each of its characters.
struct Quoted<'a>(&'a str);

impl fmt::Debug for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        f.write_str(self.0)?;
        f.write_str("\"")
    }
}

/// Whether a header may hold a credential. Names that contain any of these words may. URLs are among them, for their queries
/// may have keys.
fn is_secret(name: &HeaderName) -> bool {
    let name = name.as_str().as_bytes();
    name.windows(2).enumerate().any(|(at, pair)| {
        let telling: &[&str] = match pair {
            b"au" => &["auth"],
            b"as" => &["assertion"],
            b"ce" => &["cert"],
            b"co" => &["cookie"],
            b"cr" => &["credential"],
            b"dp" => &["dpop"],
            b"jw" => &["jwt"],
            b"ke" => &["key"],
            b"lo" => &["location"],
            b"ot" => &["otp"],
            b"pa" => &["pass", "path"],
            b"re" => &["referer"],
            b"se" => &["secret", "session"],
            b"si" => &["signature"],
            b"to" => &["token"],
            b"ur" => &["url", "uri"],
            _ => return false,
        };
        let rest = &name[at..];
        telling.iter().any(|word| rest.starts_with(word.as_bytes()))
    })
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
    if path.len() <= max_string() && path.split('/').all(is_word) {
        return path.to_owned();
    }
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
        for (value, shown) in [
            ("a\\b\"c\"", r#""a\\b\"c\"""#),
            ("a\tb", r#""a\\u0009b""#),
            ("", r#""""#),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-shop", value.parse().expect("a value"));
            let all = format!("{:?}", Headers(&headers));
            assert_eq!(all, format!(r#"{{"x-shop": {shown}}}"#));
            let pretty = format!("{:#?}", Headers(&headers));
            assert_eq!(pretty, format!("{{\n    \"x-shop\": {shown},\n}}"));
        }
        let mut headers = HeaderMap::new();
        headers.insert("x-shop", "x".repeat(300).parse().expect("a value"));
        let shown = format!("{:?}", Headers(&headers));
        assert_eq!(shown, format!(r#"{{"x-shop": "{}…"}}"#, "x".repeat(200)));
    }

    /// The words that tell that a header may hold a credential.
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

    fn assert_is_told(name: &str) {
        let is_telling = TELLING.iter().any(|word| name.contains(word));
        let name = HeaderName::try_from(name).expect("a name");
        assert_eq!(is_secret(&name), is_telling, "{name}");
    }

    #[test]
    fn a_header_is_hidden_if_its_name_has_a_telling_word_anywhere() {
        for word in TELLING {
            for name in [
                word.to_owned(),
                format!("x-{word}"),
                format!("{word}s"),
                format!("x{word}x"),
                format!("{}{word}", &word[..1]),
                word[1..].to_owned(),
                word[..word.len() - 1].to_owned(),
            ] {
                assert_is_told(&name);
            }
        }
        for name in ["a", "host", "accept", "content-type", "user-agent", "date"] {
            assert_is_told(name);
        }
    }

    #[test]
    fn headers_are_hidden_as_a_search_for_each_word_would_hide_them() {
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..20_000 {
            let piece = |random: &mut fastrand::Rng| {
                let word = TELLING[random.usize(..TELLING.len())];
                word[random.usize(..2)..random.usize(2..=word.len())].to_owned()
            };
            let pieces: Vec<String> = (0..random.usize(1..5))
                .map(|_| piece(&mut random))
                .collect();
            let name = pieces.join(["", "-", "x"][random.usize(..3)]);
            assert_is_told(&name);
        }
    }
}

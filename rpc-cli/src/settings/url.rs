//! What a URL says beside the address, and how it is shown.

use percent_encoding::percent_decode_str;

use super::values::{Secret, User};

/// Behind the scheme: what stands before the path, and the rest.
fn authority(url: &str) -> (&str, &str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    (scheme, authority, rest)
}

/// The user, and perhaps the password, that a URL has before its host.
pub(super) fn user_of(url: &str) -> Option<User> {
    let (_, authority, _) = authority(url);
    let (user, _) = authority.rsplit_once('@')?;
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    Some(match user.split_once(':') {
        Some((name, password)) => User {
            name: decoded(name),
            password: Some(Secret(decoded(password))),
        },
        None => User {
            name: decoded(user),
            password: None,
        },
    })
}

/// The same URL without them.
pub(crate) fn without_user(url: &str) -> String {
    let (scheme, authority, rest) = authority(url);
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://{host}{rest}"),
        None => url.to_owned(),
    }
}

/// The URL as it may be shown: without user, password and query, any of which may be a secret.
pub(crate) fn shown_url(url: &str) -> String {
    let (scheme, authority, rest) = authority(url);
    // A password with `/`, `?` or `#` in it, which it may not have, ends the authority too early. Nobody can tell that
    // from a port.
    if authority.contains(':') && rest.contains('@') {
        return format!("{scheme}://…");
    }
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{}", without_query(rest))
}

fn without_query(rest: &str) -> String {
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    match rest.split_once('?') {
        Some((path, _)) => format!("{path}?…"),
        None => rest.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_secrets() {
        for (url, shown) in [
            ("http://a:1/b", "http://a:1/b"),
            ("https://ann:p@ss@a/b?key=1#c", "https://a/b?…"),
            ("http://a?x@y", "http://a?…"),
            ("http://a/@b", "http://a/@b"),
            ("http://ann:se/same@a:1/b", "http://…"),
            ("http://ann:se?same@a/b?c", "http://…"),
            ("http://ann:se#same@a/b#c", "http://…"),
            ("http://ann:12/same@a", "http://…"),
            ("http://a:1/b?user=ann@c&key=sesame", "http://…"),
            ("http://[::1]/?user=ann@c&key=sesame", "http://…"),
            ("http://[::1]:1/b?key=sesame", "http://[::1]:1/b?…"),
        ] {
            assert_eq!(shown_url(url), shown);
        }
    }

    #[test]
    fn a_url_may_say_who_the_caller_is() {
        let user = |url| user_of(url).map(|it| (it.name, it.password.map(|it| it.0)));
        let some = |name: &str, password: Option<&str>| {
            Some((name.to_owned(), password.map(str::to_owned)))
        };
        for (url, expected, without) in [
            ("http://a/b@c", None, "http://a/b@c"),
            ("http://ann@a/b", some("ann", None), "http://a/b"),
            ("http://ann:@a", some("ann", Some("")), "http://a"),
            (
                "http://a%40b:p%2Fw@a:1/?q",
                some("a@b", Some("p/w")),
                "http://a:1/?q",
            ),
        ] {
            assert_eq!(user(url), expected, "{url}");
            assert_eq!(without_user(url), without);
        }
    }
}

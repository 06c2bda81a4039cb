//! The user and the secrets in a URL. One of something on this machine has no user.

use percent_encoding::percent_decode_str;

use super::scheme::{Scheme, is_local};
use super::secret::{SecretText, User};

/// Splits a URL into scheme, authority and the rest.
fn split(url: &str) -> (&str, &str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    (scheme, authority, rest)
}

/// The user in a URL, with the password if there is one: `http://user:password@host/`.
pub(super) fn user_of(url: &str) -> Option<User> {
    if is_local(url) {
        return None;
    }
    let (_, authority, _) = split(url);
    let (user, _) = authority.rsplit_once('@')?;
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    Some(match user.split_once(':') {
        Some((name, password)) => User {
            name: decoded(name),
            password: Some(SecretText(decoded(password))),
        },
        None => User {
            name: decoded(user),
            password: None,
        },
    })
}

/// The URL without user and password.
pub(crate) fn without_user(url: &str) -> String {
    if is_local(url) {
        return url.to_owned();
    }
    let (scheme, authority, rest) = split(url);
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://{host}{rest}"),
        None => url.to_owned(),
    }
}

/// The URL without user, password and query, any of which may be a secret, and without the arguments of a command.
pub(crate) fn redacted_url(url: &str) -> String {
    match Scheme::of(url) {
        Some(Scheme::Process) => return without_arguments(url),
        Some(_) if is_local(url) => return url.to_owned(),
        _ => {}
    }
    let (scheme, authority, rest) = split(url);
    // An unescaped `/`, `?` or `#` in a password ends the authority too early, and what is before it looks like a port.
    if authority.contains(':') && rest.contains('@') {
        return format!("{scheme}://…");
    }
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{}", without_query(rest))
}

fn without_arguments(url: &str) -> String {
    match url.trim_end().split_once(char::is_whitespace) {
        Some((program, _)) => format!("{program} …"),
        None => url.to_owned(),
    }
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
    fn a_redacted_url_has_no_secrets() {
        for (url, redacted) in [
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
            ("unix:/run/a@b?c", "unix:/run/a@b?c"),
            ("stdio:serve", "stdio:serve"),
            ("stdio:serve --key sesame", "stdio:serve …"),
        ] {
            assert_eq!(redacted_url(url), redacted);
        }
    }

    #[test]
    fn a_url_may_have_a_user_and_a_password() {
        let user = |url| user_of(url).map(|it| (it.name, it.password.map(|it| it.0)));
        let some = |name: &str, password: Option<&str>| {
            Some((name.to_owned(), password.map(str::to_owned)))
        };
        for (url, expected, without) in [
            ("http://a/b@c", None, "http://a/b@c"),
            ("unix:/run/ann:x@a", None, "unix:/run/ann:x@a"),
            ("stdio:a b://c@d", None, "stdio:a b://c@d"),
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

//! [`Address`]: a URL, parsed once for all calls.

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;

use super::super::authorization::basic;
use super::super::error::BuildError;

/// Where the server is.
pub(in crate::client) struct Address {
    /// Without user and password, and without the scheme's default port.
    pub(in crate::client) uri: Uri,
    /// The scheme and the authority, with an empty path. Connections are made to this.
    pub(in crate::client) server: Uri,
    /// The header `Host`.
    pub(in crate::client) host: HeaderValue,
    /// The header `Authorization`, if the URL names a user or a password.
    pub(in crate::client) authorization: Option<HeaderValue>,
}

impl Address {
    pub(in crate::client) fn parse(url: &str) -> Result<Self, BuildError> {
        // Other characters would have to be encoded, host names in a way of their own.
        if !url.is_ascii() {
            return Err(BuildError::Url);
        }
        let parts = url
            .parse::<Uri>()
            .map_err(|_not_shown| BuildError::Url)?
            .into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(BuildError::Url);
        };
        let host_and_port = host_and_port(&scheme, &authority)?;
        let host = HeaderValue::try_from(&host_and_port).map_err(|_not_shown| BuildError::Url)?;
        let path = parts
            .path_and_query
            .unwrap_or_else(|| PathAndQuery::from_static("/"));
        let with_path = |path| {
            Uri::builder()
                .scheme(scheme.clone())
                .authority(host_and_port.as_str())
                .path_and_query(path)
                .build()
                .map_err(|_not_shown| BuildError::Url)
        };
        Ok(Address {
            uri: with_path(path)?,
            server: with_path(PathAndQuery::from_static("/"))?,
            host,
            authorization: authorization(&authority)?,
        })
    }
}

/// The host in lower case, and its port unless it is the scheme's default.
fn host_and_port(scheme: &Scheme, authority: &Authority) -> Result<String, BuildError> {
    let default_port = match scheme.as_str() {
        "http" => 80,
        "https" => 443,
        _ => return Err(BuildError::Url),
    };
    let mut host = authority.host().to_ascii_lowercase();
    let (_user_info, host_and_port) = split(authority);
    let after = host_and_port
        .strip_prefix(authority.host())
        .ok_or(BuildError::Url)?;
    // `http::Uri` accepts any number after the colon, or none.
    let port = match after.strip_prefix(':') {
        None | Some("") => default_port,
        Some(port) => port.parse::<u16>().map_err(|_not_shown| BuildError::Url)?,
    };
    if host.is_empty() {
        return Err(BuildError::Url);
    }
    if port != default_port {
        host += &format!(":{port}");
    }
    Ok(host)
}

/// User and password are percent-encoded in a URL, and not in a header.
fn authorization(authority: &Authority) -> Result<Option<HeaderValue>, BuildError> {
    let (user_info, _host_and_port) = split(authority);
    let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    if user.is_empty() && password.is_empty() {
        return Ok(None);
    }
    let decode = |text| {
        percent_decode_str(text)
            .decode_utf8()
            .map_err(|_not_shown| BuildError::Url)
    };
    basic(&decode(user)?, &decode(password)?).map(Some)
}

/// The user part and the host part.
fn split(authority: &Authority) -> (&str, &str) {
    let authority = authority.as_str();
    authority.rsplit_once('@').unwrap_or(("", authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tests can't listen on ports below 1024, so this is tested here.
    #[test]
    fn the_default_port_is_left_out() {
        for (url, expected) in [
            ("http://Shop.example:80/a?b#c", "http://shop.example/a?b"),
            ("https://shop.example:443", "https://shop.example/"),
            ("https://shop.example:80/", "https://shop.example:80/"),
            ("http://shop.example:/", "http://shop.example/"),
            ("http://ann:pw@[::1]:80/", "http://[::1]/"),
            ("http://a:80@[::1]:8080/", "http://[::1]:8080/"),
            ("http://0:8080/", "http://0:8080/"),
            ("HTTP://h?x", "http://h/?x"),
        ] {
            let address = Address::parse(url).expect(url);
            assert_eq!(address.uri.to_string(), expected);
            let authority = address.uri.authority().map(Authority::as_str);
            assert_eq!(address.host.to_str().ok(), authority);
        }
    }

    /// No public API shows the URL with which connections are made.
    #[test]
    fn connections_are_made_without_secrets() {
        for (url, expected) in [
            (
                "https://ann:s3cret@shop.example:8443/s3cret?s3cret",
                "https://shop.example:8443/",
            ),
            ("http://s3cret@shop.example?s3cret", "http://shop.example/"),
        ] {
            let address = Address::parse(url).expect(url);
            assert_eq!(address.server.to_string(), expected);
        }
    }

    #[test]
    fn invalid_addresses_are_refused() {
        for url in [
            "http://:80/",
            "http://ann@/",
            "http://h:x/",
            "http://h:-1/",
            "http://%ff@h/",
            "http://[::1/",
            "h:80",
            "*",
        ] {
            assert!(Address::parse(url).is_err(), "{url}");
        }
    }
}

//! [`Address`]: a URL, taken apart once for all calls.

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;

use crate::common::{BuildError, basic};

/// Where the server is.
pub(super) struct Address {
    /// Without user and password, and without a port that goes without saying.
    pub(super) uri: Uri,
    /// The header `Host`.
    pub(super) host: HeaderValue,
    /// The header `Authorization`, if the URL names a user or a password.
    pub(super) authorization: Option<HeaderValue>,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, BuildError> {
        // Other characters would have to be encoded, and a host's name in a way of its own.
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
        let uri = Uri::builder()
            .scheme(scheme)
            .authority(host_and_port)
            .path_and_query(path)
            .build()
            .map_err(|_not_shown| BuildError::Url)?;
        Ok(Address {
            uri,
            host,
            authorization: authorization(&authority)?,
        })
    }
}

/// The host, in small letters, and its port, unless that is the scheme's.
fn host_and_port(scheme: &Scheme, authority: &Authority) -> Result<String, BuildError> {
    let default_port = match scheme.as_str() {
        "http" => 80,
        "https" => 443,
        _ => return Err(BuildError::Url),
    };
    let mut host = authority.host().to_ascii_lowercase();
    let (_before, after) = authority
        .as_str()
        .rsplit_once(authority.host())
        .unwrap_or_default();
    // `http::Uri` takes any number, and none after the colon.
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
    let Some((user_info, _host)) = authority.as_str().rsplit_once('@') else {
        return Ok(None);
    };
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

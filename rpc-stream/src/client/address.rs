//! [`Address`]: where a server is, and how messages are told apart.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::framing::Framing;

/// Where a server is, and how messages are told apart: in lines, unless the address says otherwise.
///
/// | address | what it is |
/// | --- | --- |
/// | `tcp://host:port`, `tcp+lines://host:port` | TCP, each message in a line |
/// | `tcp+headers://host:port` | TCP, `Content-Length` before each message |
/// | `tls://host:port`, `tls+lines://host:port`, `tls+headers://host:port` | TLS over TCP, with the feature `tls` |
/// | `unix:/path`, `unix+lines:/path` | a Unix socket, each message in a line |
/// | `unix+headers:/path` | a Unix socket, `Content-Length` before each message |
///
/// ```
/// use rpc_stream::{Address, Framing};
///
/// let address: Address = "tcp+headers://127.0.0.1:5007".parse()?;
/// assert_eq!(address.framing(), Framing::Headers);
/// assert_eq!(address.to_string(), "tcp+headers://127.0.0.1:5007");
/// assert!("tcp://127.0.0.1".parse::<Address>().is_err());
/// # Ok::<(), rpc_stream::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub(super) place: Place,
    framing: Framing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// `host:port`.
    Tcp(String),
    /// `host:port`.
    #[cfg(feature = "tls")]
    Tls(String),
    Unix(PathBuf),
}

/// Why a text is not an [`Address`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressError {
    /// It does not begin with a scheme of an [`Address`].
    Scheme,
    /// What follows `tcp://` or `tls://` is not `host:port`.
    Tcp,
    /// It begins with `tls`, and this crate was built without the feature of that name.
    Tls,
    /// What follows `unix:` is not a path.
    Unix,
}

impl Address {
    /// How messages are told apart.
    pub fn framing(&self) -> Framing {
        self.framing
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = text.split_once(':').ok_or(AddressError::Scheme)?;
        let (kind, framing) = match scheme.split_once('+') {
            None => (scheme, Framing::Lines),
            Some((kind, "lines")) => (kind, Framing::Lines),
            Some((kind, "headers")) => (kind, Framing::Headers),
            Some(_) => return Err(AddressError::Scheme),
        };
        let place = match kind {
            "tcp" => Place::Tcp(host_and_port(rest).ok_or(AddressError::Tcp)?),
            #[cfg(feature = "tls")]
            "tls" => Place::Tls(host_and_port(rest).ok_or(AddressError::Tcp)?),
            #[cfg(not(feature = "tls"))]
            "tls" => return Err(AddressError::Tls),
            "unix" => Place::Unix(path(rest).ok_or(AddressError::Unix)?),
            _ => return Err(AddressError::Scheme),
        };
        Ok(Address { place, framing })
    }
}

fn host_and_port(rest: &str) -> Option<String> {
    let text = rest.strip_prefix("//")?;
    let (host, port) = text.rsplit_once(':')?;
    let bracketed = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let is_name = |it: &str| !it.contains(|c: char| "[]:/@?#".contains(c) || c.is_whitespace());
    let is_host = match bracketed {
        Some(address) => address.contains(':'),
        None => !host.is_empty() && is_name(host),
    };
    // `parse` alone would allow a sign.
    let is_port = port.bytes().all(|digit| digit.is_ascii_digit())
        && port.parse::<u16>().is_ok_and(|port| port > 0);
    (is_host && is_port).then(|| text.to_owned())
}

/// The host in a valid `host:port`.
#[cfg(feature = "tls")]
pub(super) fn host(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host.trim_matches(['[', ']'])
}

fn path(rest: &str) -> Option<PathBuf> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    (!path.is_empty() && !path.contains('\0')).then(|| path.into())
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let framing = match self.framing {
            Framing::Lines => "",
            Framing::Headers => "+headers",
        };
        match &self.place {
            Place::Tcp(address) => write!(f, "tcp{framing}://{address}"),
            #[cfg(feature = "tls")]
            Place::Tls(address) => write!(f, "tls{framing}://{address}"),
            Place::Unix(path) => write!(f, "unix{framing}:{}", path.display()),
        }
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AddressError::Scheme => {
                "the address does not begin with `tcp://`, `tcp+headers://`, `tls://`, `tls+headers://`, `unix:` or `unix+headers:`"
            }
            AddressError::Tcp => {
                "the address is not of the form `tcp://host:port` or `tls://host:port`"
            }
            AddressError::Tls => "the address needs the feature `tls`",
            AddressError::Unix => "the address has no path after `unix:`",
        })
    }
}

impl std::error::Error for AddressError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, framing, shown) in [
            ("tcp://localhost:1", Framing::Lines, "tcp://localhost:1"),
            ("tcp+lines://[::1]:80", Framing::Lines, "tcp://[::1]:80"),
            (
                "tcp+headers://a:65535",
                Framing::Headers,
                "tcp+headers://a:65535",
            ),
            #[cfg(feature = "tls")]
            ("tls://localhost:1", Framing::Lines, "tls://localhost:1"),
            #[cfg(feature = "tls")]
            (
                "tls+headers://[::1]:1",
                Framing::Headers,
                "tls+headers://[::1]:1",
            ),
            ("unix:/run/a b.sock", Framing::Lines, "unix:/run/a b.sock"),
            ("unix:///run/a.sock", Framing::Lines, "unix:/run/a.sock"),
            ("unix:a.sock", Framing::Lines, "unix:a.sock"),
            ("unix+headers:/a", Framing::Headers, "unix+headers:/a"),
        ] {
            let address: Address = text.parse().expect(text);
            assert_eq!((address.framing(), &*address.to_string()), (framing, shown));
        }
    }

    #[test]
    fn invalid_addresses() {
        for (text, error) in [
            ("", AddressError::Scheme),
            ("localhost", AddressError::Scheme),
            ("localhost:80", AddressError::Scheme),
            ("http://localhost:80", AddressError::Scheme),
            ("tcp+words://localhost:80", AddressError::Scheme),
            ("tcp:localhost:80", AddressError::Tcp),
            #[cfg(feature = "tls")]
            ("tls://localhost", AddressError::Tcp),
            #[cfg(not(feature = "tls"))]
            ("tls://localhost:1", AddressError::Tls),
            ("tcp://", AddressError::Tcp),
            ("tcp://localhost", AddressError::Tcp),
            ("tcp://localhost:", AddressError::Tcp),
            ("tcp://localhost:0", AddressError::Tcp),
            ("tcp://localhost:+1", AddressError::Tcp),
            ("tcp://localhost:65536", AddressError::Tcp),
            ("tcp://:1", AddressError::Tcp),
            ("tcp://a:1/path", AddressError::Tcp),
            ("tcp://user@a:1", AddressError::Tcp),
            ("tcp://::1:1", AddressError::Tcp),
            ("unix:", AddressError::Unix),
            ("unix://", AddressError::Unix),
            ("unix:a\0b", AddressError::Unix),
        ] {
            assert_eq!(text.parse::<Address>(), Err(error), "{text:?}");
        }
    }
}

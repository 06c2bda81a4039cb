//! [`Address`]: where a socket is, in ZeroMQ's notation.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a socket is, in ZeroMQ's notation: `tcp://host:port` or `ipc://path`.
///
/// ```
/// use rpc_zmq::Address;
///
/// let address: Address = "tcp://127.0.0.1:5555".parse()?;
/// assert_eq!(address.to_string(), "tcp://127.0.0.1:5555");
/// assert!("tcp://127.0.0.1".parse::<Address>().is_err());
/// assert!("inproc://workers".parse::<Address>().is_err());
/// # Ok::<(), rpc_zmq::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Address {
    /// `tcp://host:port`. A server may listen on `tcp://*:5555`, which means all IPv4 interfaces, and on port `*` or 0, which
    /// means any free port. Names of interfaces, such as `eth0`, are not supported.
    Tcp {
        /// A name or an address. An IPv6 address is in brackets, and `*` is all interfaces.
        host: String,
        /// The port; `*` is 0.
        port: u16,
    },
    /// `ipc://path`: a Unix socket. Abstract names (`ipc://@name`) are not supported.
    Ipc {
        /// The socket's file.
        path: PathBuf,
    },
}

/// Why a text is not an [`Address`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressError {
    /// It begins with neither `tcp://` nor `ipc://`.
    Transport,
    /// What follows `tcp://` is not `host:port`, or is only for servers: a client can't connect to `*` or port 0.
    Tcp,
    /// What follows `ipc://` is not a path.
    Ipc,
}

impl Address {
    /// Where a listener listens, with the port that the system chose if none was given.
    #[cfg(feature = "server")]
    pub fn of(listener: &rpc_tokio::server::Listener) -> std::io::Result<Self> {
        use rpc_tokio::server::LocalAddress;
        use std::net::SocketAddr;

        Ok(match listener.local_address()? {
            LocalAddress::Tcp(address) => Address::Tcp {
                host: match address {
                    SocketAddr::V4(address) => address.ip().to_string(),
                    SocketAddr::V6(address) => format!("[{}]", address.ip()),
                },
                port: address.port(),
            },
            LocalAddress::Unix(path) => Address::Ipc { path },
        })
    }

    /// Whether only a server can use it, to listen.
    pub(crate) fn is_for_servers(&self) -> bool {
        matches!(self, Address::Tcp { host, port } if host == "*" || *port == 0)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Some(rest) = text.strip_prefix("tcp://") {
            return tcp(rest).ok_or(AddressError::Tcp);
        }
        let Some(path) = text.strip_prefix("ipc://") else {
            return Err(AddressError::Transport);
        };
        if path.is_empty() || path == "*" || path.starts_with('@') || path.contains('\0') {
            return Err(AddressError::Ipc);
        }
        Ok(Address::Ipc { path: path.into() })
    }
}

fn tcp(text: &str) -> Option<Address> {
    let (host, port) = text.rsplit_once(':')?;
    let bracketed = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let is_name = |it: &str| !it.contains(|c: char| "[]:/;@".contains(c) || c.is_whitespace());
    let is_host = match bracketed {
        Some(address) => !address.is_empty() && address.contains(':'),
        None => !host.is_empty() && is_name(host),
    };
    let port = match port {
        "*" => 0,
        // `parse` alone would allow a sign.
        _ if port.bytes().all(|digit| digit.is_ascii_digit()) => port.parse().ok()?,
        _ => return None,
    };
    is_host.then(|| Address::Tcp {
        host: host.to_owned(),
        port,
    })
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Address::Tcp { host, port } => write!(f, "tcp://{host}:{port}"),
            Address::Ipc { path } => write!(f, "ipc://{}", path.display()),
        }
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            AddressError::Transport => "the address begins with neither `tcp://` nor `ipc://`",
            AddressError::Tcp => "the address is not of the form `tcp://host:port`",
            AddressError::Ipc => "the address has no path after `ipc://`",
        })
    }
}

impl std::error::Error for AddressError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, host, port) in [
            ("tcp://127.0.0.1:5555", "127.0.0.1", 5555),
            ("tcp://*:5555", "*", 5555),
            ("tcp://localhost:0", "localhost", 0),
            ("tcp://[::1]:1", "[::1]", 1),
        ] {
            let address: Address = text.parse().expect(text);
            let host = host.to_owned();
            assert_eq!(address, Address::Tcp { host, port });
            assert_eq!(address.to_string(), text);
        }
        assert_eq!("tcp://*:*".parse(), "tcp://*:0".parse::<Address>());
        let path = "/run/shop.sock".into();
        let address: Address = "ipc:///run/shop.sock".parse().expect("an address");
        assert_eq!(address, Address::Ipc { path });
        assert_eq!(address.to_string(), "ipc:///run/shop.sock");
    }

    #[test]
    fn invalid_addresses() {
        for (text, error) in [
            ("", AddressError::Transport),
            ("127.0.0.1:5555", AddressError::Transport),
            ("inproc://shop", AddressError::Transport),
            ("TCP://127.0.0.1:5555", AddressError::Transport),
            ("tcp://", AddressError::Tcp),
            ("tcp://host", AddressError::Tcp),
            ("tcp://host:", AddressError::Tcp),
            ("tcp://:5555", AddressError::Tcp),
            ("tcp://host:+1", AddressError::Tcp),
            ("tcp://host:65536", AddressError::Tcp),
            ("tcp://::1:5555", AddressError::Tcp),
            ("tcp://[]:5555", AddressError::Tcp),
            ("tcp://a:1/path", AddressError::Tcp),
            ("tcp://eth0;host:5555", AddressError::Tcp),
            ("tcp://a b:5555", AddressError::Tcp),
            ("ipc://", AddressError::Ipc),
            ("ipc://*", AddressError::Ipc),
            ("ipc://@abstract", AddressError::Ipc),
        ] {
            assert_eq!(text.parse::<Address>(), Err(error), "{text}");
        }
    }
}

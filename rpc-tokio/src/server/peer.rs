//! [`Peer`]: who is at the other end of a connection.

use std::fmt;
use std::net::SocketAddr;

#[cfg(unix)]
use tokio::net::unix::UCred;

/// Who is at the other end of a connection: an address, or for a Unix socket the process. Methods find it in their context.
///
/// ```
/// use rpc_tokio::server::Peer;
///
/// let peer = Peer::from("127.0.0.1:4711".parse::<std::net::SocketAddr>().unwrap());
/// assert_eq!(peer.address().unwrap().port(), 4711);
/// assert_eq!(peer.uid(), None);
/// assert_eq!(peer.to_string(), "127.0.0.1:4711");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    kind: Kind,
    is_on_loopback: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tcp(SocketAddr),
    /// `None` if the system did not say who it is.
    #[cfg(unix)]
    Unix(Option<UCred>),
}

impl Peer {
    /// The address, over TCP.
    pub fn address(&self) -> Option<SocketAddr> {
        match self.kind {
            Kind::Tcp(address) => Some(address),
            #[cfg(unix)]
            Kind::Unix(_) => None,
        }
    }

    /// Whether the peer is connected to a socket that listens on a loopback address, such as `127.0.0.1`. Only programs on this
    /// machine reach it, a proxy or a web browser among them.
    pub fn is_on_loopback(&self) -> bool {
        self.is_on_loopback
    }

    /// Notes whether the peer is connected to a socket that listens on a loopback address.
    pub(super) fn on_loopback(mut self, is_on_loopback: bool) -> Self {
        self.is_on_loopback = is_on_loopback;
        self
    }

    /// Whether the peer is connected by a Unix socket, and so runs on this machine.
    pub fn is_unix(&self) -> bool {
        self.address().is_none()
    }

    /// The user that the process runs as, over a Unix socket.
    pub fn uid(&self) -> Option<u32> {
        #[cfg(unix)]
        return self.credentials().map(|it| it.uid());
        #[cfg(not(unix))]
        None
    }

    /// The group that the process runs as, over a Unix socket.
    pub fn gid(&self) -> Option<u32> {
        #[cfg(unix)]
        return self.credentials().map(|it| it.gid());
        #[cfg(not(unix))]
        None
    }

    /// The process, over a Unix socket, on systems that tell it. The process that connected may have ended, or have handed
    /// its end on to another one.
    pub fn pid(&self) -> Option<i32> {
        #[cfg(unix)]
        return self.credentials().and_then(|it| it.pid());
        #[cfg(not(unix))]
        None
    }

    #[cfg(unix)]
    pub(super) fn unix(stream: &tokio::net::UnixStream) -> Self {
        Peer {
            kind: Kind::Unix(stream.peer_cred().ok()),
            is_on_loopback: false,
        }
    }

    #[cfg(unix)]
    fn credentials(&self) -> Option<UCred> {
        match self.kind {
            Kind::Tcp(_) => None,
            Kind::Unix(credentials) => credentials,
        }
    }
}

impl From<SocketAddr> for Peer {
    fn from(address: SocketAddr) -> Self {
        Peer {
            kind: Kind::Tcp(address),
            is_on_loopback: false,
        }
    }
}

/// `127.0.0.1:4711`, or `pid 4711, uid 1000`.
impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(address) = self.address() {
            return address.fmt(f);
        }
        match (self.pid(), self.uid()) {
            (Some(pid), Some(uid)) => write!(f, "pid {pid}, uid {uid}"),
            (None, Some(uid)) => write!(f, "uid {uid}"),
            (_, None) => f.write_str("a local process"),
        }
    }
}

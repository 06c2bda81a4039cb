//! [`Listener`]: a socket that clients connect to.

use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::Path;
use std::path::PathBuf;

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};

use super::Peer;
#[cfg(unix)]
use super::unix_socket::UnixSocket;
use crate::stream::Stream;

/// Longer than any system's queue of waiting connections. Without a bound, a client that connects in a loop could keep
/// a server from stopping.
const MOST_WAITING: usize = 65_536;

/// A socket that clients connect to: TCP, a Unix socket, or one that [systemd](super::systemd) passes.
#[derive(Debug)]
pub struct Listener(Socket);

#[derive(Debug)]
enum Socket {
    Tcp {
        listener: TcpListener,
        is_on_loopback: bool,
    },
    #[cfg(unix)]
    Unix(UnixSocket),
}

/// Where a [`Listener`] listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocalAddress {
    /// An address of TCP, with the port that the system chose if none was given.
    Tcp(SocketAddr),
    /// A Unix socket's path; empty if it has none.
    Unix(PathBuf),
}

impl Listener {
    /// Listens over TCP on `host:port`. With port 0 the system chooses a free one.
    pub async fn bind_tcp(address: &str) -> io::Result<Self> {
        TcpListener::bind(address).await.map(Listener::from)
    }

    /// Listens on a Unix socket. The file's permissions decide who may open it.
    ///
    /// The file is removed when the listener is dropped. A file that a killed server has left behind is replaced. If a server
    /// still listens on the file, the address is in use. The directory is locked (`flock`) meanwhile, so that if several
    /// servers start at once, only one gets the path. If the directory can't be locked for five seconds, nothing is replaced.
    #[cfg(unix)]
    pub async fn bind_unix(path: impl Into<PathBuf>) -> io::Result<Self> {
        let socket = UnixSocket::bind(path.into()).await?;
        Ok(Listener(Socket::Unix(socket)))
    }

    /// Listens on a Unix socket, which this system does not have.
    #[cfg(not(unix))]
    pub async fn bind_unix(_: impl Into<PathBuf>) -> io::Result<Self> {
        Err(crate::stream::no_unix_sockets())
    }

    /// Where it listens.
    pub fn local_address(&self) -> io::Result<LocalAddress> {
        match &self.0 {
            Socket::Tcp { listener, .. } => listener.local_addr().map(LocalAddress::Tcp),
            #[cfg(unix)]
            Socket::Unix(socket) => {
                let address = socket.listener.local_addr()?;
                let path = address.as_pathname().map(Path::to_owned);
                Ok(LocalAddress::Unix(path.unwrap_or_default()))
            }
        }
    }

    pub(super) async fn accept(&self) -> io::Result<(Stream, Peer)> {
        match &self.0 {
            Socket::Tcp {
                listener,
                is_on_loopback,
            } => {
                let (stream, address) = listener.accept().await?;
                let peer = Peer::from(address).on_loopback(*is_on_loopback);
                Ok((Stream::Tcp(stream), peer))
            }
            #[cfg(unix)]
            Socket::Unix(socket) => {
                let (stream, _unnamed) = socket.listener.accept().await?;
                let peer = Peer::unix(&stream);
                Ok((Stream::Unix(stream), peer))
            }
        }
    }

    /// Closes the socket, and returns the last connections: the system has accepted them already, on the server's behalf.
    pub(super) fn into_waiting(self) -> Vec<(Stream, Peer)> {
        match self.0 {
            Socket::Tcp {
                listener,
                is_on_loopback,
            } => {
                // The system itself is asked, since tokio knows only of those that it has been told of.
                let Ok(listener) = listener.into_std() else {
                    return Vec::new();
                };
                collect_waiting(|| {
                    let (stream, address) = listener.accept()?;
                    stream.set_nonblocking(true)?;
                    let stream = tokio::net::TcpStream::from_std(stream)?;
                    let peer = Peer::from(address).on_loopback(is_on_loopback);
                    Ok((Stream::Tcp(stream), peer))
                })
            }
            #[cfg(unix)]
            Socket::Unix(socket) => {
                let Some(listener) = socket.into_std() else {
                    return Vec::new();
                };
                collect_waiting(|| {
                    let (stream, _unnamed) = listener.accept()?;
                    stream.set_nonblocking(true)?;
                    let stream = UnixStream::from_std(stream)?;
                    let peer = Peer::unix(&stream);
                    Ok((Stream::Unix(stream), peer))
                })
            }
        }
    }
}

fn collect_waiting(accept: impl Fn() -> io::Result<(Stream, Peer)>) -> Vec<(Stream, Peer)> {
    let mut waiting = Vec::new();
    while waiting.len() < MOST_WAITING {
        match accept() {
            Ok(connection) => waiting.push(connection),
            Err(error) if concerns_one_connection(&error) => {}
            Err(_none_left) => break,
        }
    }
    waiting
}

/// Whether only this one connection broke, before it was accepted.
pub(super) fn concerns_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        let address = listener.local_addr();
        Listener(Socket::Tcp {
            is_on_loopback: address.is_ok_and(|address| address.ip().is_loopback()),
            listener,
        })
    }
}

/// The socket's file stays when the listener is dropped.
#[cfg(unix)]
impl From<UnixListener> for Listener {
    fn from(listener: UnixListener) -> Self {
        Listener(Socket::Unix(listener.into()))
    }
}

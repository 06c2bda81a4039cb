//! [`Stream`]: a connection, whatever carries it.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

/// A connection, whatever carries it.
#[derive(Debug)]
pub(crate) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Ipc(UnixStream),
}

pub(crate) type ReadHalf = Box<dyn AsyncRead + Send + Unpin>;
pub(crate) type WriteHalf = Box<dyn AsyncWrite + Send + Unpin>;

impl Stream {
    /// Both directions, each by itself.
    pub(crate) fn split(self) -> io::Result<(ReadHalf, WriteHalf)> {
        match self {
            Stream::Tcp(stream) => {
                // A message goes out at once, whether or not the one before has been confirmed.
                stream.set_nodelay(true)?;
                let (read, write) = stream.into_split();
                Ok((Box::new(read), Box::new(write)))
            }
            #[cfg(unix)]
            Stream::Ipc(stream) => {
                let (read, write) = stream.into_split();
                Ok((Box::new(read), Box::new(write)))
            }
        }
    }
}

#[cfg(not(unix))]
pub(crate) fn no_ipc() -> io::Error {
    io::Error::new(
        io::ErrorKind::Unsupported,
        "there are no Unix sockets on this system, so no `ipc://`",
    )
}

//! [`Stream`]: a connection over TCP or a Unix socket.

use std::io;
#[cfg(unix)]
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

/// A connection over TCP or a Unix socket.
#[derive(Debug)]
pub enum Stream {
    /// Over TCP.
    Tcp(TcpStream),
    /// Over a Unix socket.
    #[cfg(unix)]
    Unix(UnixStream),
}

/// What is read from a [`Stream`].
pub type ReadHalf = Box<dyn AsyncRead + Send + Unpin>;

/// What is written to a [`Stream`].
pub type WriteHalf = Box<dyn AsyncWrite + Send + Unpin>;

/// How often TCP probes a silent peer before it gives up.
const PROBES: u32 = 3;

/// The shortest and the longest time before a probe that systems accept.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(32_767);

impl Stream {
    /// Connects over TCP to `host:port`.
    pub async fn connect_tcp(address: &str) -> io::Result<Stream> {
        let stream = Stream::Tcp(TcpStream::connect(address).await?);
        stream.send_at_once();
        Ok(stream)
    }

    /// Connects to a Unix socket.
    #[cfg(unix)]
    pub async fn connect_unix(path: &Path) -> io::Result<Stream> {
        UnixStream::connect(path).await.map(Stream::Unix)
    }

    /// Connects to a Unix socket, which this system does not have.
    #[cfg(not(unix))]
    pub async fn connect_unix(_: &std::path::Path) -> io::Result<Stream> {
        Err(no_unix_sockets())
    }

    /// Sends each message at once, whether or not the one before has been confirmed. On a system that can't do this,
    /// the connection works all the same.
    pub(crate) fn send_at_once(&self) {
        match self {
            Stream::Tcp(stream) => drop(stream.set_nodelay(true)),
            #[cfg(unix)]
            Stream::Unix(_) => {}
        }
    }

    /// Lets TCP probe a peer that has been silent for `time`, and give it up after the same time again. At least a second;
    /// with zero the peer is not probed. A Unix socket needs no probes.
    pub fn keep_alive(&self, time: Duration) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => keep_alive(stream, time),
            #[cfg(unix)]
            Stream::Unix(_) => Ok(()),
        }
    }

    /// Lets TCP give up a peer that does not confirm what it is sent, or has no room for it, within `time`. Meanwhile there are no
    /// probes, so that a peer that has gone silently would be noticed only after a quarter of an hour. Other systems than Linux
    /// decide for themselves. A Unix socket needs none of this.
    pub fn confirm_within(&self, time: Duration) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => confirm_within(stream, time),
            #[cfg(unix)]
            Stream::Unix(_) => Ok(()),
        }
    }

    /// Both directions, each by itself.
    pub fn into_split(self) -> (ReadHalf, WriteHalf) {
        match self {
            Stream::Tcp(stream) => {
                let (read, write) = stream.into_split();
                (Box::new(read), Box::new(write))
            }
            #[cfg(unix)]
            Stream::Unix(stream) => {
                let (read, write) = stream.into_split();
                (Box::new(read), Box::new(write))
            }
        }
    }
}

fn keep_alive(stream: &TcpStream, time: Duration) -> io::Result<()> {
    if time.is_zero() {
        return Ok(());
    }
    let time = time.clamp(SHORTEST, LONGEST);
    let keep_alive = TcpKeepalive::new().with_time(time);
    // Other systems take the time alone, and decide on the rest.
    #[cfg(any(
        target_os = "linux",
        target_os = "android",
        target_vendor = "apple",
        windows
    ))]
    let keep_alive = keep_alive
        .with_interval((time / PROBES).max(SHORTEST))
        .with_retries(PROBES);
    SockRef::from(stream).set_tcp_keepalive(&keep_alive)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn confirm_within(stream: &TcpStream, time: Duration) -> io::Result<()> {
    let time = time.clamp(SHORTEST, LONGEST);
    SockRef::from(stream).set_tcp_user_timeout(Some(time))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn confirm_within(_: &TcpStream, _: Duration) -> io::Result<()> {
    Ok(())
}

/// Why a path can't be connected to, or listened on.
#[cfg(not(unix))]
pub(crate) fn no_unix_sockets() -> io::Error {
    let text = "this system has no Unix sockets";
    io::Error::new(io::ErrorKind::Unsupported, text)
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Tcp(stream) => Pin::new(stream).poll_read(task, buffer),
            #[cfg(unix)]
            Stream::Unix(stream) => Pin::new(stream).poll_read(task, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Tcp(stream) => Pin::new(stream).poll_write(task, data),
            #[cfg(unix)]
            Stream::Unix(stream) => Pin::new(stream).poll_write(task, data),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Tcp(stream) => Pin::new(stream).poll_write_vectored(task, slices),
            #[cfg(unix)]
            Stream::Unix(stream) => Pin::new(stream).poll_write_vectored(task, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Stream::Tcp(stream) => stream.is_write_vectored(),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Tcp(stream) => Pin::new(stream).poll_flush(task),
            #[cfg(unix)]
            Stream::Unix(stream) => Pin::new(stream).poll_flush(task),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Tcp(stream) => Pin::new(stream).poll_shutdown(task),
            #[cfg(unix)]
            Stream::Unix(stream) => Pin::new(stream).poll_shutdown(task),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tcp_probes_after_the_given_time() -> io::Result<()> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let stream = Stream::connect_tcp(&address).await?;
        stream.keep_alive(Duration::ZERO)?;
        let Stream::Tcp(tcp) = &stream else {
            unreachable!("it is TCP")
        };
        let socket = SockRef::from(tcp);
        assert!(!socket.keepalive()?);
        for (time, seconds) in [
            (Duration::from_millis(1), 1),
            (Duration::from_secs(30), 30),
            (Duration::MAX, 32_767),
        ] {
            stream.keep_alive(time)?;
            assert!(socket.keepalive()?);
            #[cfg(target_os = "linux")]
            {
                assert_eq!(socket.tcp_keepalive_time()?.as_secs(), seconds);
                assert_eq!(socket.tcp_keepalive_retries()?, PROBES);
            }
            stream.confirm_within(time)?;
            #[cfg(target_os = "linux")]
            {
                let confirmed = socket.tcp_user_timeout()?;
                assert_eq!(confirmed.map(|time| time.as_secs()), Some(seconds));
            }
            let _other_systems = seconds;
        }
        Ok(())
    }
}

//! [`Stream`]: a connection, whatever carries it.

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
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
    /// Both directions, each by itself. A peer that is silent for this heartbeat's interval is asked by TCP, too.
    pub(crate) fn split(self, heartbeat: Duration) -> io::Result<(ReadHalf, WriteHalf)> {
        match self {
            Stream::Tcp(stream) => {
                keep_alive(&stream, heartbeat)?;
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

/// How often TCP asks again, before it gives up.
const PROBES: u32 = 3;

/// The shortest and the longest time that systems take.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(32_767);

/// A peer that knows no PING is asked by the system, and given up after the same time. Zero: never.
fn keep_alive(stream: &TcpStream, heartbeat: Duration) -> io::Result<()> {
    if heartbeat.is_zero() {
        return Ok(());
    }
    let time = heartbeat.clamp(SHORTEST, LONGEST);
    let keep_alive = TcpKeepalive::new().with_time(time);
    // Where there is nothing but the time, the system has its own idea of the rest.
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

#[cfg(not(unix))]
pub(crate) fn no_ipc() -> io::Error {
    io::Error::new(
        io::ErrorKind::Unsupported,
        "there are no Unix sockets on this system, so no `ipc://`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tcp_asks_as_soon_as_the_heartbeat() -> io::Result<()> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let stream = TcpStream::connect(address).await?;
        keep_alive(&stream, Duration::ZERO)?;
        assert!(!SockRef::from(&stream).keepalive()?);
        for (heartbeat, time) in [
            (Duration::from_millis(1), 1),
            (Duration::from_secs(30), 30),
            (Duration::MAX, 32_767),
        ] {
            keep_alive(&stream, heartbeat)?;
            let socket = SockRef::from(&stream);
            assert!(socket.keepalive()?);
            #[cfg(target_os = "linux")]
            {
                assert_eq!(socket.tcp_keepalive_time()?.as_secs(), time);
                assert_eq!(socket.tcp_keepalive_retries()?, PROBES);
            }
            let _elsewhere = time;
        }
        Ok(())
    }

    /// What is split is asked.
    #[tokio::test]
    async fn both_halves_belong_to_a_socket_that_asks() -> io::Result<()> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let stream = TcpStream::connect(listener.local_addr()?)
            .await?
            .into_std()?;
        let same = stream.try_clone()?;
        let stream = Stream::Tcp(TcpStream::from_std(stream)?);
        let _halves = stream.split(SHORTEST)?;
        assert!(SockRef::from(&same).keepalive()?);
        Ok(())
    }
}

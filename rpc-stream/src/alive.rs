//! [`watch()`]: whether the other end of a socket is still there.

use std::io;
use std::time::Duration;

use rpc_tokio::Stream;

/// Lets TCP notice a peer that has gone silently: within twice `keep_alive` while nothing is sent, and otherwise within the write
/// timeout, if that is longer. With zero, it is not watched.
pub(crate) fn watch(
    stream: &Stream,
    keep_alive: Duration,
    write_timeout: Duration,
) -> io::Result<()> {
    if keep_alive.is_zero() {
        return Ok(());
    }
    stream.keep_alive(keep_alive)?;
    stream.confirm_within(write_timeout.max(keep_alive.saturating_mul(2)))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use socket2::SockRef;
    use tokio::net::TcpListener;

    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[tokio::test]
    async fn tcp_gives_up_a_silent_peer() -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        for (keep_alive, write_timeout, gives_up) in [
            // Probes may take twice the time, and a peer that reads slowly has the write timeout.
            (30, 10, 60),
            (30, 100, 100),
        ] {
            let stream = Stream::connect_tcp(&address).await?;
            watch(&stream, seconds(keep_alive), seconds(write_timeout))?;
            let Stream::Tcp(tcp) = &stream else {
                unreachable!("it is TCP")
            };
            let socket = SockRef::from(tcp);
            assert!(socket.keepalive()?);
            assert_eq!(socket.tcp_keepalive_time()?, seconds(keep_alive));
            assert_eq!(socket.tcp_user_timeout()?, Some(seconds(gives_up)));
        }
        Ok(())
    }

    #[tokio::test]
    async fn with_zero_a_peer_is_not_watched() -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let stream = Stream::connect_tcp(&listener.local_addr()?.to_string()).await?;
        watch(&stream, Duration::ZERO, seconds(10))?;
        let Stream::Tcp(tcp) = &stream else {
            unreachable!("it is TCP")
        };
        assert!(!SockRef::from(tcp).keepalive()?);
        assert_eq!(SockRef::from(tcp).tcp_user_timeout()?, None);
        Ok(())
    }
}

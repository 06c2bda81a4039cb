//! [`Linger`]: reading on for a moment after this side has closed a connection.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use crate::defaults::{LINGER, LINGER_IN_SILENCE};

/// Reads on for a moment after this side has closed a connection.
///
/// A socket that is closed with unread bytes in it resets the connection. The reset takes the last reply with it if the peer
/// has not read that yet, for example because it is still sending. So a connection is read until the peer closes it,
/// says nothing for [`LINGER_IN_SILENCE`], or [`LINGER`] is over.
#[derive(Debug)]
pub struct Linger {
    closed: Instant,
    deadline: Pin<Box<Sleep>>,
}

impl Linger {
    /// Starts when this side has been closed.
    pub fn start() -> Self {
        Linger {
            closed: Instant::now(),
            deadline: Box::pin(sleep(LINGER_IN_SILENCE)),
        }
    }

    /// Reads what comes and drops it, until it is time to close the socket.
    pub fn poll<I: AsyncRead + Unpin>(&mut self, io: &mut I, task: &mut Context<'_>) -> Poll<()> {
        let mut space = [0; 4096];
        while self.deadline.as_mut().poll(task).is_pending() {
            let mut buffer = ReadBuf::new(&mut space);
            let read = ready!(Pin::new(&mut *io).poll_read(task, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                break;
            }
            let silent = Instant::now() + LINGER_IN_SILENCE;
            self.deadline
                .as_mut()
                .reset(silent.min(self.closed + LINGER));
        }
        Poll::Ready(())
    }
}

/// Reads on for a moment after this side has been closed: see [`Linger`].
pub async fn linger<I: AsyncRead + Unpin>(io: &mut I) {
    let mut linger = Linger::start();
    poll_fn(|task| linger.poll(io, task)).await;
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    /// Without lingering, or with less of it, the bytes that come after the reply would reset the connection.
    #[tokio::test]
    async fn a_peer_that_goes_on_sending_gets_the_reply() -> std::io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut peer = TcpStream::connect(listener.local_addr()?).await?;
        let (mut io, _) = listener.accept().await?;
        let server = tokio::spawn(async move {
            io.write_all(b"the reply").await?;
            io.shutdown().await?;
            linger(&mut io).await;
            Ok::<_, std::io::Error>(())
        });
        let since = Instant::now();
        while since.elapsed() < LINGER_IN_SILENCE * 2 {
            peer.write_all(b"more").await?;
            sleep(Duration::from_millis(20)).await;
        }
        let mut reply = String::new();
        peer.read_to_string(&mut reply).await?;
        assert_eq!(reply, "the reply");
        drop(peer);
        server.await?
    }

    #[tokio::test]
    async fn a_silent_peer_is_not_waited_for_longer_than_a_moment() -> std::io::Result<()> {
        let (mut io, _peer) = tokio::io::duplex(64);
        let since = Instant::now();
        linger(&mut io).await;
        assert!((LINGER_IN_SILENCE..LINGER).contains(&since.elapsed()));
        Ok(())
    }
}

//! [`Ahead`]: reads a connection before anybody asks for the bytes, to notice when the client closes it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

/// How much is read. A client that sends more than this during a call does not seem to have gone.
const MOST: usize = 4096;

/// The bytes of a connection that were read before anybody asked for them.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    bytes: Vec<u8>,
    /// How many of them have been handed out.
    given: usize,
    has_ended: bool,
}

impl Ahead {
    /// Reads until there is nothing more for now. Ready when the other side has been closed, or the connection is broken.
    pub(super) fn read_from<I: AsyncRead + Unpin>(
        &mut self,
        io: &mut I,
        task: &mut Context<'_>,
    ) -> Poll<()> {
        let mut space = [0; 1024];
        while !self.has_ended {
            let room = (MOST - self.bytes.len()).min(space.len());
            if room == 0 {
                return Poll::Pending;
            }
            let mut buffer = ReadBuf::new(&mut space[..room]);
            let read = ready!(Pin::new(&mut *io).poll_read(task, &mut buffer));
            self.has_ended = read.is_err() || buffer.filled().is_empty();
            self.bytes.extend_from_slice(buffer.filled());
        }
        Poll::Ready(())
    }

    /// Changes whenever something more has been read.
    pub(super) fn progress(&self) -> (usize, bool) {
        (self.bytes.len(), self.has_ended)
    }

    /// What has been read, as long as none of it has been handed out.
    #[cfg(feature = "http2")]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Hands out what has been read: bytes, or the end after them. `false` if there is nothing.
    pub(super) fn give(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let left = &self.bytes[self.given..];
        let length = left.len().min(buffer.remaining());
        buffer.put_slice(&left[..length]);
        self.given += length;
        if self.given == self.bytes.len() {
            // Not cleared: most connections read ahead once, and would keep the room.
            self.bytes = Vec::new();
            self.given = 0;
        }
        length > 0 || self.has_ended
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tokio::io::{AsyncWriteExt, duplex};

    use super::*;

    fn given(ahead: &mut Ahead, room: usize) -> Option<Vec<u8>> {
        let mut space = vec![0; room];
        let mut buffer = ReadBuf::new(&mut space);
        ahead.give(&mut buffer).then(|| buffer.filled().to_vec())
    }

    #[tokio::test]
    async fn all_that_was_read_is_given_and_then_the_end() -> std::io::Result<()> {
        let (mut peer, mut io) = duplex(100_000);
        let mut ahead = Ahead::default();
        let mut task = Context::from_waker(Waker::noop());
        assert!(ahead.read_from(&mut io, &mut task).is_pending());
        assert_eq!(given(&mut ahead, 10), None);
        peer.write_all(b"some bytes").await?;
        assert!(ahead.read_from(&mut io, &mut task).is_pending());
        assert_eq!(given(&mut ahead, 4), Some(b"some".to_vec()));
        drop(peer);
        assert!(ahead.read_from(&mut io, &mut task).is_ready());
        assert_eq!(given(&mut ahead, 100), Some(b" bytes".to_vec()));
        assert_eq!(given(&mut ahead, 100), Some(Vec::new()), "the end");
        Ok(())
    }

    #[tokio::test]
    async fn no_more_is_read_than_there_is_room_for() -> std::io::Result<()> {
        let (mut peer, mut io) = duplex(100_000);
        peer.write_all(&[b'x'; 50_000]).await?;
        drop(peer);
        let mut ahead = Ahead::default();
        let mut task = Context::from_waker(Waker::noop());
        assert!(ahead.read_from(&mut io, &mut task).is_pending());
        assert_eq!(ahead.bytes.len(), MOST);
        Ok(())
    }
}

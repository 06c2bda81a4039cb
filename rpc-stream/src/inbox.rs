//! [`Inbox`]: a connection's bytes as a sequence of messages.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::framing::{Decoder, Frame, Violation};

/// How many bytes are read at once: at first, and at most when many come.
const LEAST: usize = 4 * 1024;
const MOST: usize = 64 * 1024;

/// With less room than this, the buffer gets more before it is read into.
const LITTLE: usize = 1024;

/// A connection's bytes as a sequence of messages. What has been read stays here, however often reading is broken off.
pub(crate) struct Inbox {
    decoder: Decoder,
    buffer: BytesMut,
    /// How many bytes are read at once.
    room: usize,
}

/// Why no more messages come.
#[derive(Debug)]
pub(crate) enum ReadError {
    Violation(Violation),
    Io(io::Error),
}

impl Inbox {
    pub(crate) fn new(decoder: Decoder) -> Self {
        Inbox {
            decoder,
            buffer: BytesMut::new(),
            room: LEAST,
        }
    }

    /// How the other end tells messages apart.
    #[cfg(feature = "server")]
    pub(crate) fn framing(&self) -> crate::framing::Framing {
        self.decoder.framing()
    }

    /// The next message. `None` when the other end has closed its side.
    pub(crate) fn poll_next<I>(
        &mut self,
        io: &mut I,
        task: &mut Context<'_>,
    ) -> Poll<Result<Option<Frame>, ReadError>>
    where
        I: AsyncRead + Unpin,
    {
        loop {
            let decoded = self.decoder.decode(&mut self.buffer);
            if let Some(frame) = decoded.map_err(ReadError::Violation)? {
                self.give_back(&frame);
                return Poll::Ready(Ok(Some(frame)));
            }
            let read = ready!(self.poll_read(io, task)).map_err(ReadError::Io)?;
            if read == 0 {
                return Poll::Ready(Ok(self.decoder.finish(&mut self.buffer)));
            }
        }
    }

    fn poll_read<I>(&mut self, io: &mut I, task: &mut Context<'_>) -> Poll<io::Result<usize>>
    where
        I: AsyncRead + Unpin,
    {
        if self.buffer.capacity() - self.buffer.len() < LITTLE {
            self.buffer.reserve(self.room);
        }
        let room = self.buffer.capacity() - self.buffer.len();
        // A read that is pending has read nothing, so it may be dropped.
        let read = ready!(pin!(io.read_buf(&mut self.buffer)).poll(task))?;
        if read == room {
            self.room = (self.room * 2).min(MOST);
        }
        Poll::Ready(Ok(read))
    }

    /// Frees the room of a large message together with that message.
    fn give_back(&mut self, frame: &Frame) {
        let is_large = matches!(frame, Frame::Message(message) if message.len() > MOST);
        if is_large && self.buffer.is_empty() {
            self.buffer = BytesMut::new();
        }
    }
}

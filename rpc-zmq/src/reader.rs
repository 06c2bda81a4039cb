//! [`Reader`]: what a peer sends, one event after the other.

use std::{fmt, io};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::Instant;

use crate::zmtp::{Decoder, Event, Violation};

/// How much is read at once, unless more is needed.
const CHUNK: usize = 8 * 1024;

/// What a peer sends, one event after the other.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    io: R,
    buffer: BytesMut,
    decoder: Decoder,
    /// There may be an event in the buffer.
    undecoded: bool,
    /// When anything last came.
    heard: Instant,
    /// Since when a message, or a command between messages, has been incomplete.
    begun: Option<Instant>,
}

/// Why nothing more can be read.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The peer closed the connection.
    Closed,
    Violation(Violation),
    Io(io::Error),
}

impl<R: AsyncRead + Unpin> Reader<R> {
    pub(crate) fn new(io: R, decoder: Decoder) -> Self {
        Reader {
            io,
            buffer: BytesMut::new(),
            decoder,
            undecoded: false,
            heard: Instant::now(),
            begun: None,
        }
    }

    /// The next event. Nothing is lost if the future is dropped.
    pub(crate) async fn next(&mut self) -> Result<Event, ReadError> {
        loop {
            if let Some(event) = self.step().await? {
                return Ok(event);
            }
        }
    }

    /// The next event, or a step towards it, after which [`begun`](Self::begun) may have changed. Nothing is lost if
    /// the future is dropped.
    pub(crate) async fn step(&mut self) -> Result<Option<Event>, ReadError> {
        if self.undecoded {
            let event = self.decoder.decode(&mut self.buffer)?;
            self.undecoded = event.is_some();
            // A command between the frames of a message does not end the message.
            let is_amid = match &event {
                Some(_) => self.decoder.is_amid_message(),
                None => self.decoder.is_amid_message() || !self.buffer.is_empty(),
            };
            let begun = self.begun.filter(|_| is_amid);
            self.begun = begun.or_else(|| is_amid.then(Instant::now));
            return Ok(event);
        }
        self.buffer.reserve(self.room());
        match self.io.read_buf(&mut self.buffer).await {
            Ok(0) => return Err(ReadError::Closed),
            Ok(_) => self.heard = Instant::now(),
            Err(error) => return Err(ReadError::Io(error)),
        }
        self.undecoded = true;
        Ok(None)
    }

    /// Room for what is missing, but no more than has come already. A peer that announces much has to send much.
    fn room(&self) -> usize {
        let most = self.buffer.len().max(CHUNK);
        self.decoder.missing().clamp(CHUNK, most)
    }

    /// When anything last came.
    pub(crate) fn heard(&self) -> Instant {
        self.heard
    }

    /// Starts to count silence from now, since nothing was read for a while.
    pub(crate) fn listen_again(&mut self) {
        self.heard = Instant::now();
    }

    /// Since when a message or command has been incomplete.
    pub(crate) fn begun(&self) -> Option<Instant> {
        self.begun
    }

    /// The connection. No more events are read.
    pub(crate) fn into_inner(self) -> R {
        self.io
    }
}

impl From<Violation> for ReadError {
    fn from(violation: Violation) -> Self {
        ReadError::Violation(violation)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            ReadError::Closed => f.write_str("the peer closed the connection"),
            ReadError::Violation(violation) => violation.fmt(f),
            ReadError::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;
    use crate::zmtp::write_greeting;

    /// To announce the largest message takes no memory yet.
    #[tokio::test]
    async fn memory_is_taken_for_what_has_come_rather_than_for_what_was_announced() {
        const MESSAGE: usize = 64 * 1024 * 1024;
        let (mut peer, io) = tokio::io::duplex(4 * CHUNK);
        let mut reader = Reader::new(io, Decoder::new(MESSAGE));
        let mut said = BytesMut::new();
        write_greeting(&mut said);
        said.extend_from_slice(&[2]);
        said.extend_from_slice(&(MESSAGE as u64).to_be_bytes());
        peer.write_all(&said).await.expect("it is read");
        assert!(matches!(reader.next().await, Ok(Event::Greeting(_))));
        let mut come = 9;
        while come < 1024 * 1024 {
            let most = 4 * (come + CHUNK);
            assert!(reader.buffer.capacity() <= most, "{come} have come");
            peer.write_all(&[0; CHUNK]).await.expect("it is read");
            come += CHUNK;
            while reader.buffer.len() < come {
                assert!(matches!(reader.step().await, Ok(None)));
            }
        }
        assert!(reader.begun().is_some());
    }
}

//! [`Frames`]: ends a connection of HTTP/2 whose client does not finish the headers that it has begun.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::ending::Ending;

/// A connection of HTTP/2 whose client may take only so long for a head: for the preface, for a frame that is not data, and
/// for a block of headers, which may take several frames. While a block is open, no other stream gets on.
///
/// The time for data is the endpoint's business, as in HTTP/1.1.
pub(super) struct Frames<I> {
    io: I,
    reading: Reading,
    limit: Duration,
    ending: Arc<Ending>,
    /// Ends when the head that has been begun, by its number, should be complete.
    timer: Option<(u64, Pin<Box<Sleep>>)>,
}

/// How much of a client's frames has been read (RFC 9113, sections 4.1 and 6).
struct Reading {
    /// The beginning of the next frame: its length, type, flags and stream.
    head: [u8; FRAME_HEAD],
    head_length: usize,
    /// How much of the frame's payload has not come yet.
    left: usize,
    frame: Frame,
    is_block_open: bool,
    /// How many heads are complete.
    complete: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    Preface,
    Data,
    Other,
}

const PREFACE: usize = 24;
const FRAME_HEAD: usize = 9;
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;

impl<I> Frames<I> {
    pub(super) fn new(io: I, limit: Duration, ending: Arc<Ending>) -> Self {
        Frames {
            io,
            reading: Reading::default(),
            limit,
            ending,
            timer: None,
        }
    }

    /// Fails if a head has been unfinished for too long.
    fn check(&mut self, task: &mut Context<'_>) -> io::Result<()> {
        if !self.reading.is_amid_head() {
            self.timer = None;
            return Ok(());
        }
        let complete = self.reading.complete;
        let timer = match self.timer.take() {
            Some((number, timer)) if number == complete => timer,
            _ => Box::pin(sleep(self.limit)),
        };
        let (_, timer) = self.timer.insert((complete, timer));
        match timer.as_mut().poll(task) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl Default for Reading {
    fn default() -> Self {
        Reading {
            head: [0; FRAME_HEAD],
            head_length: 0,
            left: PREFACE,
            frame: Frame::Preface,
            is_block_open: false,
            complete: 0,
        }
    }
}

impl Reading {
    fn is_amid_head(&self) -> bool {
        let is_amid_payload = match self.frame {
            Frame::Preface => (1..PREFACE).contains(&self.left),
            Frame::Data => false,
            Frame::Other => self.left > 0,
        };
        is_amid_payload || self.head_length > 0 || self.is_block_open
    }

    fn read(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let wanted = match self.left {
                0 => FRAME_HEAD - self.head_length,
                left => left,
            };
            let (read, rest) = bytes.split_at(wanted.min(bytes.len()));
            bytes = rest;
            match self.left {
                0 => self.read_head(read),
                _ => self.left -= read.len(),
            }
            if !self.is_amid_head() {
                self.complete += 1;
            }
        }
    }

    fn read_head(&mut self, part: &[u8]) {
        self.head[self.head_length..][..part.len()].copy_from_slice(part);
        self.head_length += part.len();
        if self.head_length < FRAME_HEAD {
            return;
        }
        self.head_length = 0;
        let [a, b, c, kind, flags, ..] = self.head;
        self.left = u32::from_be_bytes([0, a, b, c]) as usize;
        self.frame = match kind {
            DATA => Frame::Data,
            _ => Frame::Other,
        };
        if matches!(kind, HEADERS | CONTINUATION) {
            self.is_block_open = flags & END_HEADERS == 0;
        }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Frames<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.ending.is_given_up() {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let poll = Pin::new(&mut self.io).poll_read(task, buffer);
        self.reading.read(&buffer.filled()[before..]);
        self.ending.head_is_amid(self.reading.is_amid_head());
        if poll.is_pending() {
            self.check(task)?;
        }
        poll
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Frames<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(task, data)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(task, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of this type with these flags, and a payload of this length.
    fn frame(kind: u8, flags: u8, length: u8) -> Vec<u8> {
        let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, 1];
        frame.resize(FRAME_HEAD + usize::from(length), b'x');
        frame
    }

    /// However its bytes are divided, each head is seen to begin and to end.
    #[test]
    fn heads_are_amid_from_their_first_byte_to_their_last() {
        let data = frame(DATA, 0, 20);
        let open = [frame(HEADERS, 0, 3), frame(CONTINUATION, END_HEADERS, 2)].concat();
        // The bytes, and after how many of them nothing is amid.
        for (bytes, ends) in [
            (frame(HEADERS, END_HEADERS, 5), FRAME_HEAD + 5),
            (frame(4, 0, 0), FRAME_HEAD),
            (open, 2 * FRAME_HEAD + 5),
            (data, FRAME_HEAD),
        ] {
            let mut reading = Reading::default();
            assert!(!reading.is_amid_head(), "nothing has come");
            for _ in 0..PREFACE - 1 {
                reading.read(b"P");
                assert!(reading.is_amid_head());
            }
            reading.read(b"P");
            assert!(!reading.is_amid_head());
            for (index, byte) in bytes.iter().enumerate() {
                reading.read(&[*byte]);
                assert_eq!(
                    reading.is_amid_head(),
                    index + 1 < ends,
                    "{index} {bytes:?}"
                );
            }
            // All at once, with the next one's beginning.
            let mut reading = Reading::default();
            reading.read(&[&[b'P'; PREFACE][..], &bytes, &[0]].concat());
            assert!(reading.is_amid_head());
        }
    }
}

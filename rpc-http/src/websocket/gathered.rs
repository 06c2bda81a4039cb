//! [`Gathered`]: a connection that writes many small messages at once.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How many bytes are gathered at most. What is longer is written as it is.
const MOST: usize = 64 * 1024;

/// A buffer is given back if less than this part of it has been used.
const LITTLE: usize = 4;

/// A buffer of this size is never given back.
const SMALL: usize = 1024;

/// A connection that gathers what is written until it is flushed.
///
/// The WebSocket library writes at most 32 messages with one system call. For a stream of small items, that is many system calls
/// for few bytes.
pub(crate) struct Gathered<I> {
    io: I,
    buffer: Vec<u8>,
    /// How much of the buffer has been written.
    written: usize,
    /// How many bytes have come since everything was flushed.
    unflushed: usize,
}

impl<I> Gathered<I> {
    pub(crate) fn new(io: I) -> Self {
        Gathered {
            io,
            buffer: Vec::new(),
            written: 0,
            unflushed: 0,
        }
    }
}

impl<I: AsyncWrite + Unpin> Gathered<I> {
    /// Writes what has been gathered.
    fn poll_drain(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.buffer.is_empty() {
            return Poll::Ready(Ok(()));
        }
        while self.written < self.buffer.len() {
            let rest = &self.buffer[self.written..];
            let written = ready!(Pin::new(&mut self.io).poll_write(task, rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += written;
        }
        self.buffer.clear();
        self.written = 0;
        Poll::Ready(Ok(()))
    }

    /// Gives the buffer back if it was larger than needed.
    fn note_flushed(&mut self) {
        if self.buffer.capacity() > SMALL.max(self.unflushed * LITTLE) {
            self.buffer = Vec::new();
        }
        self.unflushed = 0;
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Gathered<I> {
    fn poll_write(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(task, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let length: usize = slices.iter().map(|slice| slice.len()).sum();
        if this.buffer.len() + length > MOST {
            ready!(this.poll_drain(task))?;
        }
        if length > MOST {
            return Pin::new(&mut this.io).poll_write_vectored(task, slices);
        }
        this.unflushed += length;
        for slice in slices {
            this.buffer.extend_from_slice(slice);
        }
        Poll::Ready(Ok(length))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_drain(task))?;
        this.note_flushed();
        Pin::new(&mut this.io).poll_flush(task)
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_drain(task))?;
        Pin::new(&mut this.io).poll_shutdown(task)
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Gathered<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(task, buffer)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn what_is_written_arrives_in_order_whatever_its_size() -> io::Result<()> {
        let (here, mut there) = tokio::io::duplex(1_000);
        let mut here = Gathered::new(here);
        let sizes = [1, 100, MOST - 10, 11, MOST, MOST + 1, 5, 0, 200_000, 7];
        let writing = async {
            for (at, size) in sizes.iter().enumerate() {
                here.write_all(&vec![at as u8; *size]).await?;
            }
            here.shutdown().await
        };
        let mut arrived = Vec::new();
        let (read, written) = tokio::join!(there.read_to_end(&mut arrived), writing);
        written?;
        read?;
        let expected: Vec<u8> = sizes
            .iter()
            .enumerate()
            .flat_map(|(at, size)| vec![at as u8; *size])
            .collect();
        assert!(arrived == expected, "{} bytes arrived", arrived.len());
        Ok(())
    }

    #[tokio::test]
    async fn nothing_is_written_before_it_is_flushed() -> io::Result<()> {
        let (here, mut there) = tokio::io::duplex(1_000);
        let mut here = Gathered::new(here);
        let slices = [IoSlice::new(b"a"), IoSlice::new(b"bc")];
        let written = here.write_vectored(&slices).await?;
        assert_eq!(written, 3);
        here.write_all(b"d").await?;
        let mut arrived = [0; 10];
        let mut buffer = ReadBuf::new(&mut arrived);
        let mut task = Context::from_waker(Waker::noop());
        assert!(
            Pin::new(&mut there)
                .poll_read(&mut task, &mut buffer)
                .is_pending()
        );
        here.flush().await?;
        assert_eq!(there.read(&mut arrived).await?, 4);
        assert_eq!(&arrived[..4], b"abcd");
        Ok(())
    }

    #[tokio::test]
    async fn a_large_buffer_is_given_back_once_little_is_written() -> io::Result<()> {
        let (here, _there) = tokio::io::duplex(1_000_000);
        let mut here = Gathered::new(here);
        here.write_all(&vec![0; MOST]).await?;
        here.flush().await?;
        assert!(here.buffer.capacity() >= MOST, "the next may be as long");
        here.write_all(b"little").await?;
        here.flush().await?;
        assert_eq!(here.buffer.capacity(), 0);
        Ok(())
    }
}

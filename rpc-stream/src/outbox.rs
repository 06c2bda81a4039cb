//! [`Outbox`]: bytes that wait to be written.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, Sleep, sleep};

use crate::framing::Framing;

/// How much room is kept for later messages.
const KEPT: usize = 64 * 1024;

/// Bytes that wait to be written, and how long nobody has read them.
pub(crate) struct Outbox {
    buffer: BytesMut,
    is_flushed: bool,
    limit: Duration,
    /// Runs while the other end reads nothing. Made when that happens for the first time.
    timer: Option<Pin<Box<Sleep>>>,
    is_blocked: bool,
}

impl Outbox {
    /// The other end may read nothing for as long as `limit`.
    pub(crate) fn new(limit: Duration) -> Self {
        Outbox {
            buffer: BytesMut::new(),
            is_flushed: true,
            limit,
            timer: None,
            is_blocked: false,
        }
    }

    pub(crate) fn push(&mut self, framing: Framing, message: &[u8]) {
        framing.write(message, &mut self.buffer);
        self.is_flushed = false;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.is_flushed
    }

    /// Writes everything. The error [`TimedOut`](io::ErrorKind::TimedOut) says that the other end has read nothing for too long.
    pub(crate) fn poll_flush<I>(
        &mut self,
        io: &mut I,
        task: &mut Context<'_>,
    ) -> Poll<io::Result<()>>
    where
        I: AsyncWrite + Unpin,
    {
        if self.is_flushed {
            return Poll::Ready(Ok(()));
        }
        match self.poll_write_all(io, task) {
            Poll::Ready(written) => {
                written?;
                self.is_flushed = true;
                self.is_blocked = false;
                if self.buffer.capacity() > KEPT {
                    self.buffer = BytesMut::new();
                }
                Poll::Ready(Ok(()))
            }
            Poll::Pending => self.poll_timer(task),
        }
    }

    fn poll_write_all<I>(&mut self, io: &mut I, task: &mut Context<'_>) -> Poll<io::Result<()>>
    where
        I: AsyncWrite + Unpin,
    {
        while !self.buffer.is_empty() {
            let written = ready!(Pin::new(&mut *io).poll_write(task, &self.buffer))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.buffer.advance(written);
            self.is_blocked = false;
        }
        Pin::new(io).poll_flush(task)
    }

    fn poll_timer(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(sleep(self.limit)));
        if !std::mem::replace(&mut self.is_blocked, true) {
            timer.as_mut().reset(Instant::now() + self.limit);
        }
        ready!(timer.as_mut().poll(task));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

/// Closes this side of a stream, which takes no longer than `limit`.
pub(crate) async fn shut_down<I: AsyncWrite + Unpin>(io: &mut I, limit: Duration) {
    let _best_effort = tokio::time::timeout(limit, io.shutdown()).await;
}

//! [`Guarded`]: a connection that can't be held open by doing nothing.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How long a connection may take for what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// Without a request.
    pub(super) idle: Duration,
    /// From the first byte of a request to the end of its headers.
    pub(super) header: Duration,
    /// Without taking any of a response that is being sent.
    pub(super) write: Duration,
}

/// What a connection is doing, as far as its service knows.
#[derive(Debug, Default)]
pub(super) struct Phase(AtomicU8);

const IDLE: u8 = 0;
const HEADER: u8 = 1;
const REQUEST: u8 = 2;

impl Phase {
    /// A request's headers have come.
    pub(super) fn request_began(&self) {
        self.0.store(REQUEST, Ordering::Relaxed);
    }

    /// The response is known, and the next request may come.
    pub(super) fn request_ended(&self) {
        self.0.store(IDLE, Ordering::Relaxed);
    }
}

/// Ends a connection that is idle for too long, whose headers come too slowly, or whose peer does not take the response.
pub(super) struct Guarded<I> {
    io: I,
    times: Times,
    phase: Arc<Phase>,
    /// Of the current phase, while there is nothing to be read.
    read_deadline: Option<(u8, Pin<Box<Sleep>>)>,
    /// While nothing can be written.
    write_deadline: Option<Pin<Box<Sleep>>>,
}

impl<I> Guarded<I> {
    pub(super) fn new(io: I, times: Times, phase: Arc<Phase>) -> Self {
        Guarded {
            io,
            times,
            phase,
            read_deadline: None,
            write_deadline: None,
        }
    }

    /// Nothing is there to be read. Is it too late for it?
    fn check_read(&mut self, task: &mut Context<'_>) -> io::Result<()> {
        let phase = self.phase.0.load(Ordering::Relaxed);
        let limit = match phase {
            IDLE => self.times.idle,
            HEADER => self.times.header,
            // The endpoint watches over bodies.
            _ => {
                self.read_deadline = None;
                return Ok(());
            }
        };
        if self
            .read_deadline
            .as_ref()
            .is_none_or(|(of, _)| *of != phase)
        {
            self.read_deadline = Some((phase, Box::pin(sleep(limit))));
        }
        let late = self
            .read_deadline
            .as_mut()
            .is_some_and(|(_, sleep)| sleep.as_mut().poll(task).is_ready());
        if late {
            Err(io::ErrorKind::TimedOut.into())
        } else {
            Ok(())
        }
    }

    fn check_write<T>(
        &mut self,
        task: &mut Context<'_>,
        poll: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.write_deadline = None;
            // Who takes a response is not idle.
            self.read_deadline = None;
            return poll;
        }
        let limit = self.times.write;
        let deadline = self
            .write_deadline
            .get_or_insert_with(|| Box::pin(sleep(limit)));
        match deadline.as_mut().poll(task) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Guarded<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.io).poll_read(task, buffer) {
            Poll::Pending => {
                self.check_read(task)?;
                Poll::Pending
            }
            ready => {
                if buffer.filled().len() > before {
                    // The first byte of a request ends the idling; later ones do not put the header's deadline off.
                    let phase = &self.phase.0;
                    if phase
                        .compare_exchange(IDLE, HEADER, Ordering::Relaxed, Ordering::Relaxed)
                        .is_ok()
                    {
                        self.read_deadline = None;
                    }
                }
                ready
            }
        }
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Guarded<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.io).poll_write(task, data);
        self.check_write(task, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.io).poll_write_vectored(task, slices);
        self.check_write(task, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.io).poll_flush(task);
        self.check_write(task, poll)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.io).poll_shutdown(task);
        self.check_write(task, poll)
    }
}

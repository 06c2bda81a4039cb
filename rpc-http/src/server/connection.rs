//! [`Guarded`]: a connection that can't be held open by doing nothing.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use super::seldom::Seldom;

/// How long a closed connection is listened to at most, and how long without hearing anything.
const LINGER: Duration = Duration::from_secs(5);
const LINGER_IN_SILENCE: Duration = Duration::from_secs(1);

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

    /// The response is made to its last byte, or the TLS handshake is, and the next request may come.
    pub(super) fn request_may_come(&self) {
        self.0.store(IDLE, Ordering::Relaxed);
    }

    /// A request has begun, and its headers have not come yet.
    pub(super) fn is_amid_headers(&self) -> bool {
        self.0.load(Ordering::Relaxed) == HEADER
    }
}

/// Lives as long as a response's body, for one that is slow to be made keeps its connection from being idle.
pub(super) struct Responding(pub(super) Arc<Phase>);

impl Drop for Responding {
    fn drop(&mut self) {
        self.0.request_may_come();
    }
}

/// Ends a connection that is idle for too long, whose headers come too slowly, or whose peer does not take the response.
pub(super) struct Guarded<I> {
    io: I,
    times: Times,
    phase: Arc<Phase>,
    /// In which phase there is nothing to be read, and since when.
    waiting: Option<(u8, Instant)>,
    /// Ends at the deadline of that wait, or before. It is set anew when it is over, not with each request.
    timer: Option<Seldom<Sleep>>,
    /// While nothing can be written.
    write_deadline: Option<Pin<Box<Sleep>>>,
    /// Once it is closed on this side: when that was, and until when the peer is listened to.
    linger: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl<I> Guarded<I> {
    pub(super) fn new(io: I, times: Times, phase: Arc<Phase>) -> Self {
        Guarded {
            io,
            times,
            phase,
            waiting: None,
            timer: None,
            write_deadline: None,
            linger: None,
        }
    }

    /// Nothing is there to be read. Is it too late for it?
    fn check_read(&mut self, task: &mut Context<'_>) -> io::Result<()> {
        let phase = self.phase.0.load(Ordering::Relaxed);
        // A response that is still to be taken has a deadline of its own, and the endpoint watches over bodies.
        if phase == REQUEST || self.write_deadline.is_some() {
            self.waiting = None;
            return Ok(());
        }
        let since = match self.waiting {
            Some((of, since)) if of == phase => since,
            _ => Instant::now(),
        };
        self.waiting = Some((phase, since));
        let limit = match phase {
            IDLE => self.times.idle,
            _ => self.times.header,
        };
        let deadline = since + limit;
        let timer = self
            .timer
            .get_or_insert_with(|| Seldom::new(sleep_until(deadline)));
        if timer.as_ref().deadline() > deadline {
            timer.as_mut().reset(deadline);
        }
        while Pin::new(&mut *timer).poll(task).is_ready() {
            if Instant::now() >= deadline {
                return Err(io::ErrorKind::TimedOut.into());
            }
            timer.as_mut().reset(deadline);
        }
        Ok(())
    }

    /// Nothing can be written. Is it too late for it?
    fn check_write<T>(
        &mut self,
        task: &mut Context<'_>,
        poll: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.write_deadline = None;
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

    /// Who takes a response is not idle. (To flush nothing, as is done now and then, says nothing of the peer.)
    fn written(&mut self, poll: &Poll<io::Result<usize>>) {
        if matches!(poll, Poll::Ready(Ok(length)) if *length > 0) {
            self.waiting = None;
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
                    // The first byte of a request ends the idling. Later ones do not put the header's deadline off.
                    let phase = &self.phase.0;
                    let _or_it_has_begun =
                        phase.compare_exchange(IDLE, HEADER, Ordering::Relaxed, Ordering::Relaxed);
                }
                ready
            }
        }
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guarded<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.io).poll_write(task, data);
        self.written(&poll);
        self.check_write(task, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.io).poll_write_vectored(task, slices);
        self.written(&poll);
        self.check_write(task, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.io).poll_flush(task);
        ready!(self.check_write(task, poll))?;
        // A response is done, and hyper does not try to read again when it has just seen that there is nothing. From here
        // on, the connection may be idle.
        Poll::Ready(self.check_read(task))
    }

    /// Closes this side, and listens on for a moment. A socket that is closed with unread bytes in it resets the
    /// connection, and takes the response with it that the peer, still sending, has not read yet.
    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.linger.is_none() {
            let poll = Pin::new(&mut this.io).poll_shutdown(task);
            ready!(this.check_write(task, poll))?;
            this.linger = Some((Instant::now(), Box::pin(sleep(LINGER_IN_SILENCE))));
        }
        let Some((closed, deadline)) = &mut this.linger else {
            return Poll::Ready(Ok(()));
        };
        let mut space = [0; 4096];
        while deadline.as_mut().poll(task).is_pending() {
            let mut buffer = ReadBuf::new(&mut space);
            let heard = ready!(Pin::new(&mut this.io).poll_read(task, &mut buffer));
            if heard.is_err() || buffer.filled().is_empty() {
                break;
            }
            let silent = Instant::now() + LINGER_IN_SILENCE;
            deadline.as_mut().reset(silent.min(*closed + LINGER));
        }
        Poll::Ready(Ok(()))
    }
}

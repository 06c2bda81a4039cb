//! [`Guarded`]: a connection that can't be held open by doing nothing.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rpc_tokio::server::{ConnectionJobs, Linger, PollOnWake};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use super::ahead::Ahead;
use super::defaults;
use super::phase::{IDLE, Phase, REQUEST};

/// How long a connection may wait, and for what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeouts {
    /// Without a request.
    pub(super) idle: Duration,
    /// From the first byte of a request to the end of its headers.
    pub(super) header: Duration,
    /// Without reading any of a response that is being sent.
    pub(super) write: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            idle: defaults::IDLE_TIMEOUT,
            header: defaults::HEADER_TIMEOUT,
            write: defaults::WRITE_TIMEOUT,
        }
    }
}

impl Timeouts {
    /// The bound on a wait in this phase.
    fn of(&self, phase: u8) -> Duration {
        let limit = match phase {
            IDLE => self.idle,
            _ => self.header,
        };
        limit.min(LONGEST)
    }
}

/// A longer wait may not fit into the clock.
pub(super) const LONGEST: Duration = Duration::from_secs(365 * 86_400);

/// How often it is checked whether a connection is idle, within the bound on that. So it is closed up to an eighth later.
const IDLE_CHECKS: u32 = 8;

/// Ends a connection that is idle for too long, whose headers arrive too slowly, or whose peer does not read the response.
pub(super) struct Guarded<I> {
    io: I,
    timeouts: Timeouts,
    phase: Arc<Phase>,
    /// Knows whether a call wants to be told when the client has gone.
    jobs: ConnectionJobs,
    /// If a call wants that, what has been read while it runs. hyper itself does not read meanwhile.
    ahead: Option<Box<Ahead>>,
    /// The phase in which nothing can be read, and since when. `None`: since the timer was set, or later.
    waiting: Option<(u8, Option<Instant>)>,
    /// Ends at the deadline of that wait, or before. It is set when it has ended, not for each request.
    timer: Option<PollOnWake<Sleep>>,
    /// Set while nothing can be written.
    write_deadline: Option<Pin<Box<Sleep>>>,
    /// Set once the connection is closed on this side.
    linger: Option<Linger>,
}

impl<I> Guarded<I> {
    pub(super) fn new(io: I, timeouts: Timeouts, phase: Arc<Phase>) -> Self {
        Guarded {
            io,
            timeouts,
            phase,
            jobs: ConnectionJobs::current(),
            ahead: None,
            waiting: None,
            timer: None,
            write_deadline: None,
            linger: None,
        }
    }

    /// Fails if nothing has come for too long.
    fn check_read(&mut self, task: &mut Context<'_>) -> io::Result<()> {
        let phase = self.phase.get();
        // A response that is being sent has a deadline of its own, and the endpoint bounds the time of bodies.
        if phase >= REQUEST || self.write_deadline.is_some() {
            self.waiting = None;
            return Ok(());
        }
        if self.waiting.is_none_or(|(of, _)| of != phase) {
            self.begin_wait(phase);
        }
        while let Some(timer) = &mut self.timer
            && Pin::new(&mut *timer).poll(task).is_ready()
        {
            self.timer_has_ended(phase)?;
        }
        Ok(())
    }

    fn begin_wait(&mut self, phase: u8) {
        // A busy connection is idle after each request. The clock is not read each time: the timer ends soon anyway.
        if phase == IDLE && self.timer.is_some() {
            self.waiting = Some((IDLE, None));
            return;
        }
        let now = Instant::now();
        self.waiting = Some((phase, Some(now)));
        self.set_timer(now, now + self.timeouts.of(phase));
    }

    /// Fails if the wait has been too long.
    #[cold]
    fn timer_has_ended(&mut self, phase: u8) -> io::Result<()> {
        let now = Instant::now();
        let since = self.waiting.and_then(|(_, since)| since).unwrap_or(now);
        self.waiting = Some((phase, Some(since)));
        let deadline = since + self.timeouts.of(phase);
        if now >= deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.set_timer(now, deadline);
        Ok(())
    }

    /// Lets the timer end at this deadline or, since a wait may begin unnoticed, after an interval if that is earlier.
    fn set_timer(&mut self, now: Instant, deadline: Instant) {
        let end = deadline.min(now + self.timeouts.of(IDLE) / IDLE_CHECKS);
        let timer = self
            .timer
            .get_or_insert_with(|| PollOnWake::new(sleep_until(end)));
        let set = timer.get_ref();
        if set.is_elapsed() || set.deadline() > end {
            timer.get_mut().reset(end);
        }
    }

    /// Fails if nothing could be written for too long.
    fn check_write<T>(
        &mut self,
        task: &mut Context<'_>,
        poll: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.write_deadline = None;
            return poll;
        }
        let limit = self.timeouts.write;
        let deadline = self
            .write_deadline
            .get_or_insert_with(|| Box::pin(sleep(limit)));
        match deadline.as_mut().poll(task) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }

    /// A peer that reads a response is not idle. (Flushing nothing, which happens now and then, tells nothing about the peer.)
    ///
    /// In HTTP/2 a stream is open until its response has been taken, and the rest is about the connection itself.
    fn written(&mut self, poll: &Poll<io::Result<usize>>) {
        #[cfg(feature = "http2")]
        if self.phase.is_http2() {
            return;
        }
        if matches!(poll, Poll::Ready(Ok(length)) if *length > 0) {
            self.waiting = None;
        }
    }
}

/// How a client of HTTP/2 begins (RFC 9113, section 3.4).
#[cfg(feature = "http2")]
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

#[cfg(feature = "http2")]
impl<I: AsyncRead + Unpin> Guarded<I> {
    /// Whether the client speaks HTTP/2: its first bytes tell. They are read again.
    pub(super) fn poll_speaks_http2(&mut self, task: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let ahead = self.ahead.get_or_insert_default();
        let has_ended = ahead.read_from(&mut self.io, task).is_ready();
        let first = ahead.bytes();
        if !first.is_empty() {
            self.phase.bytes_came();
        }
        let length = first.len().min(PREFACE.len());
        if has_ended || first[..length] != PREFACE[..length] {
            return Poll::Ready(Ok(false));
        }
        if length == PREFACE.len() {
            return Poll::Ready(Ok(true));
        }
        self.check_read(task)?;
        Poll::Pending
    }
}

impl<I: AsyncRead + Unpin> Guarded<I> {
    /// Looks whether the client is still there, by reading ahead.
    #[cold]
    fn look_for_end(&mut self, task: &mut Context<'_>) {
        let ahead = self.ahead.get_or_insert_default();
        let before = ahead.progress();
        if ahead.read_from(&mut self.io, task).is_ready() {
            self.jobs.client_has_gone();
        }
        // hyper may be waiting for exactly these bytes, as part of a body, and the socket will not announce them
        // again.
        if ahead.progress() != before {
            task.waker().wake_by_ref();
        }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Guarded<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(ahead) = &mut self.ahead
            && ahead.give(buffer)
        {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        match Pin::new(&mut self.io).poll_read(task, buffer) {
            Poll::Pending => {
                self.check_read(task)?;
                Poll::Pending
            }
            ready => {
                if buffer.filled().len() > before {
                    // The first byte of a request ends idling. Later ones do not extend the header's deadline.
                    self.phase.bytes_came();
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
        if self.jobs.is_client_awaited() && self.phase.is_in_request() {
            self.look_for_end(task);
        }
        let poll = Pin::new(&mut self.io).poll_flush(task);
        ready!(self.check_write(task, poll))?;
        // A response is complete. hyper does not try to read again if it has just seen nothing to read, so idling begins
        // here.
        Poll::Ready(self.check_read(task))
    }

    /// Closes this side, and reads on for a moment: see [`Linger`].
    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.linger.is_none() {
            let poll = Pin::new(&mut this.io).poll_shutdown(task);
            ready!(this.check_write(task, poll))?;
        }
        let linger = this.linger.get_or_insert_with(Linger::start);
        linger.poll(&mut this.io, task).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Wake, Waker};

    use rpc_tokio::server::client_gone;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// In a task, as a connection has one.
    #[tokio::test]
    async fn what_is_read_ahead_is_announced() {
        let tasks = tokio::task::LocalSet::new();
        let _in_tasks = tasks.enter();
        let alone = tokio::task::spawn_local(async {
            let (mut peer, io) = duplex(1024);
            let mut gone = client_gone();
            let awaited = poll_fn(|task| Poll::Ready(gone.as_mut().poll(task))).await;
            assert!(awaited.is_pending());
            let phase = Arc::new(Phase::default());
            phase.request_began();
            let mut guarded = Guarded::new(io, Timeouts::default(), phase);
            let count = Arc::new(Count(AtomicUsize::new(0)));
            let waker = Waker::from(Arc::clone(&count));
            let mut task = Context::from_waker(&waker);
            let wakes = || count.0.load(Ordering::SeqCst);

            let mut space = [0; 64];
            let mut buffer = ReadBuf::new(&mut space);
            let read = Pin::new(&mut guarded).poll_read(&mut task, &mut buffer);
            assert!(read.is_pending());
            peer.write_all(b"body").await.expect("it is open");
            let woken = wakes();
            assert!(Pin::new(&mut guarded).poll_flush(&mut task).is_ready());
            assert!(wakes() > woken, "nobody would read it");
            let mut body = [0; 4];
            guarded.read_exact(&mut body).await.expect("the body");
            assert_eq!(&body, b"body");

            // The end is announced once.
            drop(peer);
            let woken = wakes();
            for _ in 0..5 {
                assert!(Pin::new(&mut guarded).poll_flush(&mut task).is_ready());
            }
            assert_eq!(wakes(), woken + 1);
            gone.await;
            assert_eq!(guarded.read(&mut body).await.expect("the end"), 0);
        });
        tasks.run_until(alone).await.expect("no panic");
    }
}

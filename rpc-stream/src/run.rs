//! [`run()`]: the messages of a session, over a stream of bytes.

use std::collections::VecDeque;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use std::{fmt, io};

use bytes::Bytes;
use rpc_core::session::Session;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Sleep, sleep};

#[cfg(feature = "server")]
use crate::defaults::DRAIN;
use crate::defaults::{CLOSE, WRITE_TIMEOUT};
use crate::framing::{Decoder, Frame, Framing, Violation};
use crate::inbox::{Inbox, ReadError};
use crate::outbox::Outbox;

/// How many messages are read before others are written.
const TURN: usize = 64;

/// After so many messages in a row that are not JSON, a server closes the connection: the other end speaks something else.
#[cfg(feature = "server")]
const MAX_NOT_JSON: usize = 8;

/// How often writing and reading take turns before other tasks do.
const ROUNDS: usize = 8;

/// How a connection has ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The other end has closed it.
    Closed,
    /// This end was told to stop, and has finished what was under way.
    Stopped,
    /// The other end reads nothing.
    Unread,
    /// The other end broke a rule.
    Violation(Violation),
    Failed(io::Error),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ended::Closed => f.write_str("the other end closed the connection"),
            Ended::Stopped => f.write_str("this end closed the connection"),
            Ended::Unread => f.write_str("the other end does not read what it is sent"),
            Ended::Violation(violation) => violation.fmt(f),
            Ended::Failed(error) => error.fmt(f),
        }
    }
}

impl Error for Ended {}

/// What bounds a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) max_message: usize,
    pub(crate) write_timeout: Duration,
}

impl Bounds {
    pub(crate) fn new(max_message: usize) -> Self {
        Bounds {
            max_message,
            write_timeout: WRITE_TIMEOUT,
        }
    }
}

/// Which end this is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Role {
    /// It finds out the framing, answers what it can't read, and goes on for a while when its client sends no more.
    #[cfg(feature = "server")]
    Server,
    /// It knows the framing, and closes the connection when it can't read something.
    #[cfg(any(feature = "child", feature = "client"))]
    Client(Framing),
}

/// Carries the messages of a session until the connection ends. When `stop` completes, streams end, calls finish, and then it
/// returns. The caller closes the stream.
pub(crate) async fn run<I>(
    io: &mut I,
    session: Session,
    bounds: Bounds,
    role: Role,
    stop: impl Future<Output = ()>,
) -> Ended
where
    I: AsyncRead + AsyncWrite + Unpin,
{
    let mut stop = pin!(stop);
    let decoder = match role {
        #[cfg(feature = "server")]
        Role::Server => Decoder::detecting(bounds.max_message),
        #[cfg(any(feature = "child", feature = "client"))]
        Role::Client(framing) => Decoder::new(framing, bounds.max_message),
    };
    let mut running = Running {
        session,
        inbox: Inbox::new(decoder),
        outbox: Outbox::new(bounds.write_timeout),
        messages: VecDeque::new(),
        has_read: false,
        is_read_out: false,
        bounds,
        role,
        phase: Phase::Open,
        is_stopped: false,
        violation: None,
    };
    poll_fn(|task| {
        if !running.is_stopped && stop.as_mut().poll(task).is_ready() {
            running.stop();
        }
        running.poll(io, task)
    })
    .await
}

struct Running {
    session: Session,
    inbox: Inbox,
    outbox: Outbox,
    /// Messages that the session wants to be written.
    messages: VecDeque<Bytes>,
    /// Something has been read since messages were last written.
    has_read: bool,
    /// There is nothing to read before the next poll.
    is_read_out: bool,
    bounds: Bounds,
    role: Role,
    phase: Phase,
    is_stopped: bool,
    /// Why the connection is being closed, if the other end broke a rule.
    violation: Option<Violation>,
}

enum Phase {
    Open,
    /// Until everything that runs is done.
    Stopping,
    /// The other end sends no more: until everything that runs is done, or the time is over.
    Draining(Pin<Box<Sleep>>),
    /// Until everything is written, or the time is over.
    Closing(Pin<Box<Sleep>>),
}

impl Running {
    fn stop(&mut self) {
        self.is_stopped = true;
        self.session.stop();
        if matches!(self.phase, Phase::Open) {
            self.phase = Phase::Stopping;
        }
    }

    /// Writes the last messages, and ends. What still runs is dropped.
    fn close(&mut self) {
        self.session.stop();
        self.phase = Phase::Closing(Box::pin(sleep(CLOSE)));
    }

    fn poll<I>(&mut self, io: &mut I, task: &mut Context<'_>) -> Poll<Ended>
    where
        I: AsyncRead + AsyncWrite + Unpin,
    {
        // Writing and reading take turns, so that a stream that never waits doesn't keep its own cancellation from being read.
        self.is_read_out = false;
        for _ in 0..ROUNDS {
            let writes_more = match self.poll_write(io, task) {
                Ok(writes_more) => writes_more,
                Err(ended) => return Poll::Ready(ended),
            };
            let is_written = self.outbox.is_empty();
            let is_done = is_written && self.session.is_idle();
            let waits = match &mut self.phase {
                Phase::Stopping if is_done => return Poll::Ready(Ended::Stopped),
                Phase::Draining(_) if is_done => return Poll::Ready(self.ended()),
                Phase::Closing(_) if is_written && !writes_more => {
                    return Poll::Ready(self.ended());
                }
                Phase::Open | Phase::Stopping if self.is_read_out => true,
                Phase::Open | Phase::Stopping => match self.poll_read(io, task) {
                    Poll::Ready(Some(ended)) => return Poll::Ready(ended),
                    Poll::Ready(None) => false,
                    Poll::Pending => true,
                },
                Phase::Draining(time) => match time.as_mut().poll(task) {
                    Poll::Ready(()) => {
                        self.close();
                        false
                    }
                    Poll::Pending => true,
                },
                Phase::Closing(time) => match time.as_mut().poll(task) {
                    Poll::Ready(()) => return Poll::Ready(self.ended()),
                    Poll::Pending => true,
                },
            };
            let has_read = std::mem::take(&mut self.has_read);
            if waits && !writes_more && !has_read {
                return Poll::Pending;
            }
        }
        task.waker().wake_by_ref();
        Poll::Pending
    }

    /// Writes what there is, and takes no more from the session before that is written. Returns whether there may be more.
    fn poll_write<I>(&mut self, io: &mut I, task: &mut Context<'_>) -> Result<bool, Ended>
    where
        I: AsyncWrite + Unpin,
    {
        self.session.poll_calls(task);
        match self.outbox.poll_flush(io, task) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::TimedOut => {
                return Err(Ended::Unread);
            }
            Poll::Ready(Err(error)) => return Err(Ended::Failed(error)),
            Poll::Pending => return Ok(false),
        }
        if self
            .session
            .poll_outgoing(task, &mut self.messages)
            .is_pending()
        {
            return Ok(false);
        }
        let framing = self.framing();
        while let Some(message) = self.messages.pop_front() {
            self.outbox.push(framing, &message);
        }
        Ok(true)
    }

    fn framing(&self) -> Framing {
        match self.role {
            #[cfg(feature = "server")]
            Role::Server => self.inbox.framing(),
            #[cfg(any(feature = "child", feature = "client"))]
            Role::Client(framing) => framing,
        }
    }

    /// Reads messages until the connection ends, or until its phase changes.
    fn poll_read<I>(&mut self, io: &mut I, task: &mut Context<'_>) -> Poll<Option<Ended>>
    where
        I: AsyncRead + Unpin,
    {
        for _ in 0..TURN {
            if !self.session.wants_to_read(task) {
                return Poll::Pending; // until more has been written, or read
            }
            let next = self.inbox.poll_next(io, task);
            self.is_read_out = next.is_pending();
            match ready!(next) {
                Ok(Some(Frame::Message(message))) => {
                    self.receive(message, task);
                    if self.has_had_enough() {
                        return Poll::Ready(None);
                    }
                }
                Ok(Some(Frame::TooLong)) => match self.role {
                    #[cfg(feature = "server")]
                    Role::Server => self.session.refuse_too_large(self.bounds.max_message),
                    #[cfg(any(feature = "child", feature = "client"))]
                    Role::Client(_) => return self.violated(Violation::TooLong),
                },
                Ok(None) => return self.no_more_comes(),
                Err(ReadError::Violation(violation)) => return self.violated(violation),
                Err(ReadError::Io(error)) => return Poll::Ready(Some(Ended::Failed(error))),
            }
        }
        task.waker().wake_by_ref();
        Poll::Pending
    }

    /// Only a server answers what is not JSON. A client passes over it: some programs log to stdout.
    fn receive(&mut self, message: Bytes, task: &mut Context<'_>) {
        match self.role {
            #[cfg(any(feature = "child", feature = "client"))]
            Role::Client(_) if !may_be_json_rpc(&message) => {
                tracing::debug!(bytes = message.len(), "passed over what is not JSON-RPC");
            }
            _ => {
                self.session.receive(message, task);
                self.has_read = true;
            }
        }
    }

    /// Whether the connection is being closed, since the other end speaks something else than JSON.
    fn has_had_enough(&mut self) -> bool {
        match self.role {
            #[cfg(feature = "server")]
            Role::Server if self.session.not_json_in_a_row() >= MAX_NOT_JSON => {
                self.violation = Some(Violation::NotJson);
                self.close();
                true
            }
            _ => false,
        }
    }

    /// The other end has closed its side. A server answers what it has been asked.
    fn no_more_comes(&mut self) -> Poll<Option<Ended>> {
        match self.role {
            #[cfg(feature = "server")]
            Role::Server => {
                self.phase = Phase::Draining(Box::pin(sleep(DRAIN)));
                Poll::Ready(None)
            }
            #[cfg(any(feature = "child", feature = "client"))]
            Role::Client(_) => Poll::Ready(Some(Ended::Closed)),
        }
    }

    /// The other end broke a rule. A client that announces a message that is too long is told.
    fn violated(&mut self, violation: Violation) -> Poll<Option<Ended>> {
        match self.role {
            #[cfg(feature = "server")]
            Role::Server if violation == Violation::TooLong => {
                self.session.refuse_too_large(self.bounds.max_message);
                self.violation = Some(violation);
                self.close();
                Poll::Ready(None)
            }
            _ => Poll::Ready(Some(Ended::Violation(violation))),
        }
    }

    fn ended(&mut self) -> Ended {
        match self.violation.take() {
            Some(violation) => Ended::Violation(violation),
            None if self.is_stopped => Ended::Stopped,
            None => Ended::Closed,
        }
    }
}

/// Whether a message begins as an object or an array.
#[cfg(any(feature = "child", feature = "client"))]
fn may_be_json_rpc(message: &[u8]) -> bool {
    matches!(message.trim_ascii_start().first(), Some(b'{' | b'['))
}

//! [`run()`]: the messages of a session, over a WebSocket.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use rpc_core::session::Session;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep};
use tokio_websockets::{CloseCode, Error, Message, WebSocketStream};

use super::Bounds;
use super::bounds::CLOSE_TIMEOUT;

/// How many messages are read before others are written.
const TURN: usize = 64;

/// How often writing and reading take turns before other tasks do.
const ROUNDS: usize = 8;

/// How a WebSocket has ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The other end has closed it.
    Closed,
    /// This end was told to stop, and has closed it.
    Stopped,
    /// The other end gave no sign of life.
    Silent,
    /// The connection broke, or the other end broke a rule.
    Failed(Error),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ended::Closed => f.write_str("the other end closed the connection"),
            Ended::Stopped => f.write_str("this end closed the connection"),
            Ended::Silent => f.write_str("the other end gave no sign of life"),
            Ended::Failed(error) => error.fmt(f),
        }
    }
}

/// Which end this is. It says why it closes the connection.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Role {
    #[cfg(feature = "server")]
    Server,
    Client,
}

/// Carries the messages of a session over a WebSocket, until it ends. When `stop` completes, streams end, calls finish, and
/// then the connection is closed.
pub(crate) async fn run<I>(
    socket: WebSocketStream<I>,
    session: Session,
    bounds: Bounds,
    role: Role,
    stop: impl Future<Output = ()>,
) -> Ended
where
    I: AsyncRead + AsyncWrite + Unpin,
{
    let mut stop = pin!(stop);
    let mut running = Running {
        socket,
        session,
        outgoing: VecDeque::new(),
        is_flushed: true,
        has_read: false,
        is_read_out: false,
        is_closed: false,
        liveness: bounds.ping_interval.map(Liveness::new),
        phase: Phase::Open,
        role,
        failure: None,
    };
    poll_fn(|task| {
        if running.phase == Phase::Open && stop.as_mut().poll(task).is_ready() {
            running.phase = Phase::Stopping;
            running.session.stop();
        }
        running.poll(task)
    })
    .await
}

struct Running<I> {
    socket: WebSocketStream<I>,
    session: Session,
    /// Messages that the session wants to be written.
    outgoing: VecDeque<Bytes>,
    is_flushed: bool,
    /// Something has been read since messages were last written.
    has_read: bool,
    /// There is nothing to read before the next poll.
    is_read_out: bool,
    /// The connection is being closed, so nothing more can be written.
    is_closed: bool,
    liveness: Option<Liveness>,
    phase: Phase,
    role: Role,
    /// Why the connection is being closed, if something went wrong.
    failure: Option<Error>,
}

#[derive(Debug, PartialEq)]
enum Phase {
    Open,
    /// Until everything that runs is done.
    Stopping,
    /// Until the other end has answered the close.
    Closing,
}

impl<I: AsyncRead + AsyncWrite + Unpin> Running<I> {
    fn poll(&mut self, task: &mut Context<'_>) -> Poll<Ended> {
        // Writing and reading take turns, so that a stream that never waits doesn't keep its own cancellation from being read.
        self.is_read_out = false;
        for _ in 0..ROUNDS {
            if let Some(liveness) = &mut self.liveness {
                if self.session.is_held() {
                    liveness.heard(); // nothing is read, so silence means nothing
                }
                match liveness.poll(task) {
                    Poll::Ready(Alive::No) => return Poll::Ready(Ended::Silent),
                    Poll::Ready(Alive::Ask) => self.send(Message::ping(Bytes::new())),
                    Poll::Pending => {}
                }
            }
            if self.failure.is_some() {
                return self.poll_failed(task);
            }
            let written = match self.poll_write(task) {
                Poll::Ready(Err(error)) => return Poll::Ready(Ended::Failed(error)),
                written => written.is_ready(),
            };
            if !self.is_read_out
                && let Poll::Ready(ended) = self.poll_read(task)
            {
                return Poll::Ready(ended);
            }
            let has_read = std::mem::take(&mut self.has_read);
            if self.phase == Phase::Stopping && self.session.is_idle() && self.is_flushed {
                self.close();
            } else if !written && !has_read {
                return Poll::Pending;
            }
        }
        task.waker().wake_by_ref();
        Poll::Pending
    }

    /// Begins to close the connection, now that everything is done.
    fn close(&mut self) {
        self.phase = Phase::Closing;
        self.liveness = Some(Liveness::last(CLOSE_TIMEOUT));
        self.send(match self.role {
            #[cfg(feature = "server")]
            Role::Server => Message::close(Some(CloseCode::GOING_AWAY), "the server stops"),
            Role::Client => Message::close(Some(CloseCode::NORMAL_CLOSURE), ""),
        });
    }

    fn send(&mut self, message: Message) {
        // It fails only on a connection that is being closed, of which reading tells.
        self.is_closed |= self.socket.start_send_unpin(message).is_err();
        self.is_flushed = false;
    }

    /// Writes what there is. Takes no more from the session before all of that is written. Ready if there may be more.
    fn poll_write(&mut self, task: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.session.poll_calls(task);
        self.poll_flush(task)?;
        if !self.is_flushed || self.is_closed {
            return Poll::Pending;
        }
        ready!(self.session.poll_outgoing(task, &mut self.outgoing));
        while let Some(message) = self.outgoing.pop_front() {
            self.send(Message::text(message));
        }
        self.poll_flush(task)?;
        Poll::Ready(Ok(()))
    }

    fn poll_flush(&mut self, task: &mut Context<'_>) -> Result<(), Error> {
        if !self.is_flushed
            && let Poll::Ready(flushed) = self.socket.poll_flush_unpin(task)
        {
            flushed?;
            self.is_flushed = true;
        }
        Ok(())
    }

    /// Takes note of what the other end has done wrong. It is told before the connection ends, and nothing more is read: what
    /// comes next may be the rest of a message whose middle was refused.
    fn fail(&mut self, error: Error) {
        if let Error::PayloadTooLong { max_len, .. } = &error {
            // The library says so by itself, but not if only the fragments together are too long.
            let reason = format!("max length: {max_len}");
            self.send(Message::close(Some(CloseCode::MESSAGE_TOO_BIG), &reason));
        }
        self.failure = Some(error);
        self.has_read = true;
    }

    /// Waits until the other end has been told why, if that is possible.
    fn poll_failed(&mut self, task: &mut Context<'_>) -> Poll<Ended> {
        let told = ready!(self.socket.poll_flush_unpin(task));
        let failure = self.failure.take().map_or(told, Err);
        Poll::Ready(failure.map_or_else(Ended::Failed, |()| Ended::Closed))
    }

    fn poll_read(&mut self, task: &mut Context<'_>) -> Poll<Ended> {
        for _ in 0..TURN {
            if !self.session.wants_to_read(task) {
                return Poll::Pending; // until more has been written, or read
            }
            let next = self.socket.poll_next_unpin(task);
            self.is_read_out = next.is_pending();
            match ready!(next) {
                Some(Ok(message)) => {
                    if let Some(liveness) = &mut self.liveness {
                        liveness.heard();
                    }
                    if message.is_ping() {
                        // The library has written the answer.
                        (self.is_flushed, self.has_read) = (false, true);
                    }
                    if message.is_text() || message.is_binary() {
                        self.session.receive(message.into_payload().into(), task);
                        self.has_read = true;
                    }
                }
                Some(Err(error @ Error::Io(_))) => return Poll::Ready(Ended::Failed(error)),
                Some(Err(error)) => {
                    self.fail(error);
                    return Poll::Pending; // until it has been told
                }
                None => return Poll::Ready(self.ended()),
            }
        }
        task.waker().wake_by_ref();
        Poll::Pending
    }

    fn ended(&self) -> Ended {
        match self.phase {
            Phase::Closing => Ended::Stopped,
            Phase::Open | Phase::Stopping => Ended::Closed,
        }
    }
}

/// Notices when the other end has gone silently.
struct Liveness {
    interval: Duration,
    timer: Pin<Box<Sleep>>,
    has_heard: bool,
    is_asked: bool,
}

enum Alive {
    /// The other end should be asked for a sign.
    Ask,
    No,
}

impl Liveness {
    fn new(interval: Duration) -> Self {
        Liveness {
            interval,
            timer: Box::pin(sleep(interval)),
            has_heard: false,
            is_asked: false,
        }
    }

    /// Without asking again.
    fn last(limit: Duration) -> Self {
        Liveness {
            is_asked: true,
            ..Liveness::new(limit)
        }
    }

    fn heard(&mut self) {
        self.has_heard = true;
    }

    fn poll(&mut self, task: &mut Context<'_>) -> Poll<Alive> {
        loop {
            ready!(self.timer.as_mut().poll(task));
            if self.is_asked && !self.has_heard {
                return Poll::Ready(Alive::No);
            }
            self.timer.as_mut().reset(Instant::now() + self.interval);
            self.is_asked = !self.has_heard;
            self.has_heard = false;
            if self.is_asked {
                return Poll::Ready(Alive::Ask);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rpc_core::session::SessionBuilder;
    use tokio_websockets::{ClientBuilder, Config, ServerBuilder};

    use super::super::Gathered;
    use super::*;

    /// As long as a slow machine may need.
    const LIMIT: Duration = Duration::from_secs(240);

    /// The connection takes the answer in parts, and nothing else is written that would take the rest along.
    #[tokio::test]
    async fn a_ping_is_answered_although_the_connection_is_busy() {
        let bounds = Bounds {
            ping_interval: None,
            ..Bounds::new(1_000)
        };
        let (here, there) = tokio::io::duplex(16);
        let socket = ServerBuilder::new()
            .limits(bounds.limits())
            .serve(Gathered::new(here));
        let session = SessionBuilder::new().build();
        let never = std::future::pending();
        let serving = run(socket, session, bounds, Role::Client, never);
        let mut client = ClientBuilder::new().take_over(there);
        let payload = Bytes::from_static(&[7; 100]);
        let asking = async {
            client.send(Message::ping(payload.clone())).await?;
            client.next().await.unwrap_or(Err(Error::AlreadyClosed))
        };
        let answer = tokio::select! {
            ended = serving => panic!("{ended}"),
            answer = tokio::time::timeout(LIMIT, asking) => answer,
        };
        let answer = answer.expect("an answer").expect("an open connection");
        assert!(answer.is_pong(), "{answer:?}");
        assert_eq!(Bytes::from(answer.into_payload()), payload);
    }

    /// The fragment that is too much is not left out. The last one would fit again.
    #[tokio::test]
    async fn a_message_whose_fragments_are_too_long_together_ends_the_connection() {
        let bounds = Bounds::new(100);
        let (here, there) = tokio::io::duplex(1_000);
        let socket = ServerBuilder::new()
            .limits(bounds.limits())
            .serve(Gathered::new(here));
        let session = SessionBuilder::new()
            .serve(rpc_core::Dispatcher::new())
            .build();
        let never = std::future::pending();
        let serving = run(socket, session, bounds, Role::Client, never);
        let mut client = ClientBuilder::new()
            .config(Config::default().frame_size(40))
            .take_over(there);
        let sending = async {
            client.send(Message::text("x".repeat(130))).await?;
            client.next().await.unwrap_or(Err(Error::AlreadyClosed))
        };
        let both = async { tokio::join!(serving, sending) };
        let (ended, answer) = tokio::time::timeout(LIMIT, both).await.expect("an end");
        let too_long = matches!(ended, Ended::Failed(Error::PayloadTooLong { len: 120, .. }));
        assert!(too_long, "{ended}");
        let answer = answer.expect("a reason");
        let code = answer.as_close().map(|(code, _)| code);
        assert_eq!(code, Some(CloseCode::MESSAGE_TOO_BIG), "{answer:?}");
    }
}

//! [`Connection`]: a connection to NATS, and the replies that come over it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::connection::State;
use async_nats::{Statistics, Subject, Subscriber};
use futures_util::StreamExt;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::error::NatsError;
use super::pending::{Pending, PendingCall};
use crate::defaults::STREAM_MESSAGES;
use crate::lines::{Entered, Lines};
use crate::subject::{below, numbered};

/// Begins the name of a stream. Calls have numbers.
const STREAM_MARK: char = 's';

/// How often the calls that wait for their replies look whether the connection has been lost.
pub(super) const LOOK: Duration = Duration::from_millis(250);

/// How long to wait before looking again whether there is a connection. async-nats tells only when asked.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A connection to NATS, and the replies that come over it. It reconnects by itself.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) nats: async_nats::Client,
    statistics: Arc<Statistics>,
    /// The subject to which replies come, followed by a dot and the number of the call.
    inbox: String,
    pending: Pending,
    lines: Lines,
    last_stream: AtomicU64,
    reading: AbortHandle,
    /// Notified every [`LOOK`].
    looks: Arc<Notify>,
    looking: AbortHandle,
}

impl Connection {
    /// Subscribes to the replies.
    ///
    /// async-nats has requests of its own, but it keeps those that never get a reply for ever.
    pub(super) async fn new(nats: async_nats::Client) -> Result<Self, NatsError> {
        let inbox = nats.new_inbox();
        let replies = nats.subscribe(format!("{inbox}.*")).await;
        let replies = replies.map_err(|_| NatsError::Closed)?;
        let (pending, lines) = (Pending::default(), Lines::new(STREAM_MESSAGES, stream_of));
        let tables = ClosedAtLast(pending.clone(), lines.clone());
        let reading = tokio::spawn(read(replies, tables));
        let looks = Arc::new(Notify::new());
        let looking = tokio::spawn(look(Arc::clone(&looks)));
        Ok(Connection {
            statistics: nats.statistics(),
            nats,
            inbox,
            pending,
            lines,
            last_stream: AtomicU64::new(1),
            reading: reading.abort_handle(),
            looks,
            looking: looking.abort_handle(),
        })
    }

    /// Whether no replies come any more: the client has been closed, or the runtime that read them has ended.
    pub(super) fn is_closed(&self) -> bool {
        self.pending.is_closed()
    }

    /// Whether NATS is connected now.
    pub(super) fn is_connected(&self) -> bool {
        self.nats.connection_state() == State::Connected
    }

    /// Waits until it is time to look whether the connection has been lost. One timer for all calls, since a timer costs about as
    /// much as all else that a call does here.
    pub(super) async fn next_look(&self) {
        self.looks.notified().await;
    }

    /// Waits until NATS is connected. What is handed to it before would wait inside it, and be sent even if its call has been
    /// given up by then.
    pub(super) async fn connected(&self) -> Result<(), NatsError> {
        while !self.is_connected() {
            if self.is_closed() {
                return Err(NatsError::Closed);
            }
            // Not all at the same moment.
            let pause = LOOK_AGAIN.mul_f64(0.5 + fastrand::f64());
            tokio::time::sleep(pause).await;
        }
        Ok(())
    }

    /// Whether it has been lost, and is not back yet.
    pub(super) fn is_lost(&self) -> bool {
        self.nats.connection_state() == State::Disconnected
    }

    /// Adds a call that will wait for its reply.
    pub(super) fn enter(&self) -> Result<PendingCall, NatsError> {
        self.pending.enter().ok_or(NatsError::Closed)
    }

    /// The subject to which the reply to the call with this number comes.
    pub(super) fn reply_subject(&self, call: u64) -> Subject {
        numbered(&self.inbox, call)
    }

    /// Adds a stream that will take messages.
    pub(super) fn enter_stream(&self) -> Result<Entered, NatsError> {
        let number = self.last_stream.fetch_add(1, Ordering::Relaxed);
        let name = format!("{STREAM_MARK}{number}").into();
        self.lines.enter(name).ok_or(NatsError::Closed)
    }

    /// The subject to which the messages of the stream with this name come.
    pub(super) fn stream_subject(&self, stream: &str) -> Subject {
        below(&self.inbox, stream)
    }

    /// How often it has been connected so far.
    pub(super) fn epoch(&self) -> u64 {
        self.statistics.connects.load(Ordering::Relaxed)
    }

    /// Whether it has been lost since this epoch.
    pub(super) fn is_lost_since(&self, epoch: u64) -> bool {
        self.epoch() != epoch || !self.is_connected()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.reading.abort();
        self.looking.abort();
    }
}

async fn read(mut replies: Subscriber, tables: ClosedAtLast) {
    let ClosedAtLast(pending, lines) = &tables;
    while let Some(message) = replies.next().await {
        match stream_of(&message.subject) {
            None => pending.hand_out(message),
            Some(_) => lines.hand_out(message),
        }
    }
}

async fn look(looks: Arc<Notify>) {
    loop {
        tokio::time::sleep(LOOK).await;
        looks.notify_waiters();
    }
}

/// The name of the stream that a message belongs to, if it is not a reply to a call.
fn stream_of(subject: &str) -> Option<&str> {
    let name = subject.rsplit('.').next()?;
    name.starts_with(STREAM_MARK).then_some(name)
}

/// Closes the tables even if the task is dropped with its runtime.
struct ClosedAtLast(Pending, Lines);

impl Drop for ClosedAtLast {
    fn drop(&mut self) {
        self.0.close();
        self.1.close();
    }
}

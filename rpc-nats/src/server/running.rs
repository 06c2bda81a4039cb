//! [`Running`]: a worker at work, and how it comes to an end.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll};
use std::time::{Duration, Instant};

use async_nats::Message;
use futures_util::FutureExt;
use rpc_core::{Runtime, Service};
use rpc_tokio::{Permits, Tokio};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::calls::{Accepted, Calls};
use super::cancels::is_cancellation;
use super::error::ServeError;
use super::inbox::Inbox;
use super::queue::Queue;
use super::refusal::Refusal;
use crate::defaults;

/// What is done for a message. Boxed, since a task moves its future about ten times, and that of a call is large.
type Handling = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A worker at work. Dropping it breaks its calls off.
pub(super) struct Running<S> {
    inbox: Inbox,
    calls: Arc<Calls<S>>,
    /// How many refusals may still wait to be sent.
    refusals: Permits,
    queue: Arc<Queue<Handling>>,
    /// Each message that is handled holds a clone.
    counted: mpsc::Sender<Infallible>,
    /// When it is dropped, so are all messages that are being handled.
    none_left: mpsc::Receiver<Infallible>,
}

impl<S: Service> Running<S> {
    pub(super) fn new(inbox: Inbox, calls: Calls<S>) -> Self {
        let (counted, none_left) = mpsc::channel(1);
        Running {
            inbox,
            calls: Arc::new(calls),
            refusals: Permits::new(defaults::REFUSALS),
            queue: Arc::new(Queue::new(max_handlers())),
            counted,
            none_left,
        }
    }

    /// Handles messages until the signal to stop, or until no more can come.
    pub(super) async fn until(
        &mut self,
        mut signal: Pin<Box<dyn Future<Output = ()> + Send>>,
    ) -> Result<(), ServeError> {
        let queue = Arc::clone(&self.queue);
        let counted = self.counted.clone();
        // If this is the only thread, tasks of their own would only cost: they could not run beside this one.
        let is_alone = max_handlers() == 1;
        if is_alone {
            queue.reserve();
        }
        let ended = loop {
            tokio::select! {
                biased;
                message = self.inbox.next() => match message {
                    Some(message) => self.take(message),
                    None => break Err(ServeError::Closed),
                },
                () = &mut signal => break Ok(()),
                () = poll_fn(|task| poll_handling(&queue, &counted, task)), if is_alone => {}
            }
        };
        if is_alone && queue.release() {
            tokio::spawn(handle_all(queue, counted));
        }
        ended
    }

    /// Lets a message wait for its turn, or refuses it.
    fn take(&mut self, message: Message) {
        if is_cancellation(&self.calls.base, &message) {
            return; // every worker gets it elsewhere
        }
        match self.calls.accept(&message, &self.counted) {
            Ok(accepted) => self.enqueue(message, accepted),
            Err(refusal) => self.refuse(&message, refusal),
        }
    }

    fn enqueue(&self, message: Message, mut accepted: Accepted) {
        if self.queue.is_behind() {
            self.calls.let_cancel(&message, &mut accepted);
        }
        let age = accepted.age;
        let handling = Box::pin(Arc::clone(&self.calls).answer(message, accepted));
        if self.queue.push(age, handling) {
            tokio::spawn(handle_all(Arc::clone(&self.queue), self.counted.clone()));
        }
    }

    /// Refuses a message without waiting: while the connection takes nothing, more messages come.
    fn refuse(&mut self, message: &Message, refusal: Refusal) {
        let Some(refused) = self.calls.refused(message, refusal) else {
            return;
        };
        let Some(permit) = self.refusals.try_acquire() else {
            return tracing::debug!("a refusal was dropped: the connection takes nothing");
        };
        let replies = self.calls.replies.clone();
        let sent = async move {
            replies.refuse(refused).await;
            drop(permit);
        };
        start(Box::pin(sent), &self.counted);
    }

    /// Takes no more messages, and finishes those that it has. What is not done by the deadline is broken off.
    pub(super) async fn stop(mut self, deadline: Duration) {
        let replies = self.calls.replies.clone();
        let in_flight = self.calls.in_flight.clone();
        self.calls.streams.stop();
        let stopped = async {
            self.end().await;
            let Running {
                inbox,
                counted,
                mut none_left,
                ..
            } = self;
            // Otherwise a subscription that has not ended would get messages when the connection is back.
            drop((inbox, counted));
            let _none: Option<Infallible> = none_left.recv().await;
            if replies.is_connected() {
                replies.settle().await;
                replies.flush().await;
            }
        };
        if timeout(deadline, stopped).await.is_err() {
            let calls = in_flight.in_use();
            tracing::warn!(
                calls,
                "broke off what was not done by the shutdown's deadline"
            );
        }
    }

    /// Handles the last messages. Without a connection, nothing is on its way.
    async fn end(&mut self) {
        if self.inbox.has_ended() || !self.calls.replies.is_connected() {
            return;
        }
        let _in_time = timeout(defaults::DRAIN_TIMEOUT, self.take_last()).await;
        let closed = async {
            self.inbox.close().await;
            while let Some(message) = self.inbox.next().await {
                self.take(message);
            }
        };
        let _in_time = timeout(defaults::DRAIN_TIMEOUT, closed).await;
    }

    /// Handles messages until all those have come that NATS sent before it was asked for no more.
    async fn take_last(&mut self) {
        self.inbox.leave().await;
        let replies = self.calls.replies.clone();
        let mut have_come = std::pin::pin!(replies.round_trip());
        loop {
            tokio::select! {
                // First what has come.
                biased;
                message = self.inbox.next() => match message {
                    Some(message) => self.take(message),
                    None => return,
                },
                _closed = &mut have_come => return,
            }
        }
    }
}

/// How many tasks handle messages at the same time.
fn max_handlers() -> usize {
    match Handle::current().metrics().num_workers() {
        1 => 1,
        threads => threads * defaults::HANDLERS_A_THREAD,
    }
}

/// Handles messages that wait for their turn until there are none.
async fn handle_all(queue: Arc<Queue<Handling>>, counted: mpsc::Sender<Infallible>) {
    let mut handler = queue.enter();
    let mut turn = Turn::new();
    while !counted.is_closed() {
        let Some(handling) = handler.next(turn.now) else {
            return;
        };
        start(handling, &counted);
        if turn.is_long() {
            tokio::task::yield_now().await;
            turn = Turn::new();
        }
    }
}

/// Handles messages that wait for their turn, in the task that takes them. Never completes: that task goes on when more come.
fn poll_handling(
    queue: &Queue<Handling>,
    counted: &mpsc::Sender<Infallible>,
    task: &Task<'_>,
) -> Poll<()> {
    let mut turn = Turn::new();
    while let Some(handling) = queue.next(turn.now) {
        start(handling, counted);
        if turn.is_long() {
            task.waker().wake_by_ref();
            return Poll::Pending;
        }
    }
    Poll::Pending
}

/// How long one message is handled after the other. In between, others have their turn, above all those who read from NATS: the time
/// of a message runs only once it has been read.
struct Turn {
    begun: Instant,
    now: Instant,
}

impl Turn {
    fn new() -> Self {
        let now = Tokio.now();
        Turn { begun: now, now }
    }

    fn is_long(&mut self) -> bool {
        self.now = Tokio.now();
        self.now.saturating_duration_since(self.begun) > defaults::LONG_TURN
    }
}

/// Does something for a message, in a task of its own if it takes a while.
fn start(mut handling: Handling, counted: &mpsc::Sender<Infallible>) {
    // Most messages never wait, and a task would be the greater part of what they cost.
    if handling.as_mut().now_or_never().is_none() {
        tokio::spawn(unless_broken_off(handling, counted.clone()));
    }
}

/// Handles a message until it is done, or until the worker breaks off what it has. A set of tasks would do the same, but costs more
/// than most calls.
async fn unless_broken_off(mut handling: Handling, counted: mpsc::Sender<Infallible>) {
    tokio::select! {
        biased;
        () = &mut handling => {}
        () = counted.closed() => {}
    }
}

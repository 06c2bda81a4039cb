//! [`Running`]: a worker at work, and how it comes to an end.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_nats::Message;
use futures_util::FutureExt;
use rpc_core::Service;
use rpc_tokio::Permits;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::calls::Calls;
use super::cancels::is_cancellation;
use super::error::ServeError;
use super::inbox::Inbox;
use super::refusal::Refusal;
use crate::defaults;

/// A worker at work. Dropping it breaks its calls off.
pub(super) struct Running<S> {
    inbox: Inbox,
    calls: Arc<Calls<S>>,
    /// How many refusals may still wait to be sent.
    refusals: Permits,
    /// Whether the runtime has no other thread.
    is_alone: bool,
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
            is_alone: Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread,
            counted,
            none_left,
        }
    }

    /// Handles messages until the signal to stop, or until no more can come.
    pub(super) async fn until(
        &mut self,
        mut signal: Pin<Box<dyn Future<Output = ()> + Send>>,
    ) -> Result<(), ServeError> {
        loop {
            tokio::select! {
                message = self.inbox.next() => match message {
                    Some(message) => self.take(message),
                    None => return Err(ServeError::Closed),
                },
                () = &mut signal => return Ok(()),
            }
        }
    }

    /// Handles a message in a task of its own, or refuses it.
    fn take(&mut self, message: Message) {
        if is_cancellation(&self.calls.base, &message) {
            return; // every worker gets it elsewhere
        }
        match self.calls.accept(&message, &self.counted) {
            Ok(accepted) => {
                let answered = Arc::clone(&self.calls).answer(message, accepted);
                self.start(answered);
            }
            Err(refusal) => self.refuse(&message, refusal),
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
        self.start(sent);
    }

    /// Does something for a message, in a task of its own if it takes a while.
    fn start(&self, handling: impl Future<Output = ()> + Send + 'static) {
        // Boxed, since a task moves its future about ten times, and that of a call is large.
        let mut handling = Box::pin(handling);
        // With other threads, it may run beside what comes next. With none, a task would be its only cost.
        if self.is_alone && handling.as_mut().now_or_never().is_some() {
            return;
        }
        tokio::spawn(unless_broken_off(handling, self.counted.clone()));
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

/// Handles a message until it is done, or until the worker breaks off what it has. A set of tasks would do the same, but costs more
/// than most calls.
async fn unless_broken_off(
    mut handling: Pin<Box<impl Future<Output = ()>>>,
    counted: mpsc::Sender<Infallible>,
) {
    tokio::select! {
        biased;
        () = &mut handling => {}
        () = counted.closed() => {}
    }
}

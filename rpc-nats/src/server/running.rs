//! [`Running`]: a worker at work, and how it comes to an end.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_nats::Message;
use rpc_core::Service;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::calls::Calls;
use super::error::ServeError;
use super::inbox::Inbox;
use crate::defaults;

/// After how many calls those that are done are forgotten.
const REAPED: usize = 64;

/// A worker at work. Dropping it breaks its calls off.
pub(super) struct Running<S> {
    inbox: Inbox,
    calls: Arc<Calls<S>>,
    tasks: JoinSet<()>,
    /// Each message that is handled holds a clone.
    counted: mpsc::Sender<Infallible>,
    none_left: mpsc::Receiver<Infallible>,
}

impl<S: Service> Running<S> {
    pub(super) fn new(inbox: Inbox, calls: Calls<S>) -> Self {
        let (counted, none_left) = mpsc::channel(1);
        Running {
            inbox,
            calls: Arc::new(calls),
            tasks: JoinSet::new(),
            counted,
            none_left,
        }
    }

    /// Handles messages until the signal to stop.
    pub(super) async fn until(
        &mut self,
        mut signal: Pin<Box<dyn Future<Output = ()> + Send>>,
    ) -> Result<(), ServeError> {
        loop {
            tokio::select! {
                message = self.inbox.next() => match message {
                    Some(message) => self.take(message).await,
                    None => return Err(ServeError::Closed),
                },
                () = &mut signal => return Ok(()),
            }
        }
    }

    /// Handles a message in a task of its own, or refuses it.
    async fn take(&mut self, message: Message) {
        match self.calls.accept(&message, &self.counted) {
            Ok(accepted) => {
                let answered = Arc::clone(&self.calls).answer(message, accepted);
                self.tasks.spawn(answered);
                // To wait for each one would wake the reader once for each call.
                if self.tasks.len().is_multiple_of(REAPED) {
                    while self.tasks.try_join_next().is_some() {}
                }
            }
            Err(refusal) => self.calls.refuse(message, refusal).await,
        }
    }

    /// Takes no more messages, and finishes those that it has. What is not done by the deadline is broken off.
    pub(super) async fn stop(mut self, deadline: Duration) {
        let replies = self.calls.replies.clone();
        let in_flight = self.calls.in_flight.clone();
        let stopped = async {
            self.end().await;
            let Running {
                inbox,
                counted,
                mut none_left,
                // They run on.
                tasks: _tasks,
                ..
            } = self;
            // Otherwise a subscription that has not ended would get messages when the connection is back.
            drop((inbox, counted));
            let _none: Option<Infallible> = none_left.recv().await;
            replies.flush().await;
        };
        if timeout(deadline, stopped).await.is_err() {
            let calls = in_flight.in_use();
            tracing::warn!(
                calls,
                "broke off what was not done by the shutdown's deadline"
            );
        }
    }

    /// Handles the last messages. A subscription that still gets some is ended after those that may be on their way. That takes
    /// longest for one that gets a few in a second. Without a connection, nothing is on its way.
    async fn end(&mut self) {
        if !self.calls.replies.is_connected() {
            return;
        }
        self.inbox.end_soon().await;
        let _in_time = timeout(defaults::DRAIN_TIMEOUT, self.take_last()).await;
        self.end_quietly().await;
    }

    async fn take_last(&mut self) {
        while let Some(message) = self.inbox.next_of_ending().await {
            self.take(message).await;
        }
    }

    /// Ends the subscriptions while nothing else goes over the connection. If it had something to do before NATS has answered,
    /// async-nats would forget the subscription too soon.
    async fn end_quietly(&mut self) {
        let quiet = self.calls.replies.hold_back();
        self.inbox.end().await;
        let mut last = Vec::new();
        while let Some(message) = self.inbox.next().await {
            last.push(message);
        }
        drop(quiet);
        for message in last {
            self.take(message).await;
        }
    }
}

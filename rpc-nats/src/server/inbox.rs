//! [`Inbox`]: the messages that NATS delivers to a worker, and how they come to an end without losing one.

use std::time::Duration;

use async_nats::{Client, Message, SubscribeError, Subscriber};
use futures_util::StreamExt;
use tokio::time::Instant;

use crate::subject::Base;

/// How long the rate of messages is measured.
const MEASURED: Duration = Duration::from_millis(250);

/// The messages that may be on their way when a subscription ends, in addition to twice those that came within [`MEASURED`].
const MARGIN: u64 = 4;

/// The messages that NATS delivers to a worker: at the subject of the service, and at those of its methods.
#[derive(Debug)]
pub(super) struct Inbox {
    base: Subscription,
    methods: Subscription,
}

impl Inbox {
    /// Joins the workers of a service.
    pub(super) async fn open(
        client: &Client,
        base: &Base,
        queue_group: &str,
    ) -> Result<Self, SubscribeError> {
        let subscribe = |subject: String| client.queue_subscribe(subject, queue_group.to_owned());
        let at_base = subscribe(base.as_str().to_owned()).await?;
        let at_methods = subscribe(base.of_all_methods()).await?;
        Ok(Inbox {
            base: Subscription::new(at_base),
            methods: Subscription::new(at_methods),
        })
    }

    /// The next message; `None` when no more can come.
    pub(super) async fn next(&mut self) -> Option<Message> {
        self.next_while(|inbox| !inbox.methods.has_ended || !inbox.base.has_ended)
            .await
    }

    /// The next message; `None` when the subscriptions that [end soon](Self::end_soon) have ended.
    pub(super) async fn next_of_ending(&mut self) -> Option<Message> {
        self.next_while(|inbox| inbox.methods.is_ending() || inbox.base.is_ending())
            .await
    }

    async fn next_while(&mut self, goes_on: impl Fn(&Self) -> bool) -> Option<Message> {
        while goes_on(self) {
            let message = tokio::select! {
                message = self.methods.next(), if !self.methods.has_ended => message,
                message = self.base.next(), if !self.base.has_ended => message,
                else => None,
            };
            if message.is_some() {
                return message;
            }
        }
        None
    }

    /// Lets NATS deliver only as many more messages as may be on their way already, so that a busy worker loses none. A
    /// subscription to which next to nothing comes stays as it is.
    ///
    /// async-nats forgets a subscription that it drains before NATS has said that nothing more comes. Of several messages that
    /// are on their way, it would deliver those that arrive first.
    pub(super) async fn end_soon(&mut self) {
        for subscription in [&mut self.methods, &mut self.base] {
            subscription.end_soon().await;
        }
    }

    /// Ends now. What arrives first is still delivered.
    pub(super) async fn end(&mut self) {
        for subscription in [&mut self.methods, &mut self.base] {
            subscription.end().await;
        }
    }
}

/// One subscription, and how many messages have come.
#[derive(Debug)]
struct Subscription {
    messages: Subscriber,
    received: u64,
    /// NATS knows after how many messages it ends.
    ends_soon: bool,
    has_ended: bool,
    /// Since when messages are counted.
    measured_since: Instant,
    /// How many have come since then, and how many in the same time before.
    counted: (u64, u64),
}

impl Subscription {
    fn new(messages: Subscriber) -> Self {
        Subscription {
            messages,
            received: 0,
            ends_soon: false,
            has_ended: false,
            measured_since: Instant::now(),
            counted: (0, 0),
        }
    }

    async fn next(&mut self) -> Option<Message> {
        let message = self.messages.next().await;
        match message {
            None => self.has_ended = true,
            Some(_) => self.count(),
        }
        message
    }

    fn count(&mut self) {
        self.received += 1;
        self.measure();
        self.counted.0 += 1;
    }

    /// Begins to count anew when it is time.
    fn measure(&mut self) {
        let measured = self.measured_since.elapsed();
        if measured > MEASURED {
            let (last, _) = self.counted;
            let before = if measured > 2 * MEASURED { 0 } else { last };
            self.measured_since = Instant::now();
            self.counted = (0, before);
        }
    }

    /// How many messages have come lately.
    fn recent(&self) -> u64 {
        let (last, before) = self.counted;
        match self.measured_since.elapsed() {
            elapsed if elapsed > 2 * MEASURED => 0,
            _ => last.max(before),
        }
    }

    fn is_ending(&self) -> bool {
        self.ends_soon && !self.has_ended
    }

    async fn end_soon(&mut self) {
        let recent = self.recent();
        if recent == 0 || self.has_ended {
            return;
        }
        self.ends_soon = true;
        let last = self.received + MARGIN + 2 * recent;
        // If it fails, the connection is closed, and the subscription has ended.
        let _closed = self.messages.unsubscribe_after(last).await;
    }

    async fn end(&mut self) {
        if !self.has_ended {
            let _closed = self.messages.drain().await;
        }
    }
}

//! [`Inbox`]: the messages that NATS delivers to a worker, and how they come to an end without losing one.

use async_nats::{Client, Message, SubscribeError, Subscriber};
use futures_util::StreamExt;

use crate::subject::Base;

/// More digits than a server of NATS reads in the number of messages after which a subscription ends: nine. It then ends the
/// subscription at once.
const AT_ONCE: u64 = 1_000_000_000_000;

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
        while !self.has_ended() {
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

    /// Whether no more messages can come.
    pub(super) fn has_ended(&self) -> bool {
        self.methods.has_ended && self.base.has_ended
    }

    /// Asks NATS for no more messages. Those that are on their way are still delivered.
    ///
    /// To drain the subscriptions would lose some of them: async-nats forgets a subscription that it drains when anything else
    /// goes over the connection, even if NATS has not ended it yet. A number of messages after which to end would lose some too
    /// after a reconnection, since only async-nats counts on. So NATS gets a number that means the end to it, and that async-nats
    /// never reaches. A server that could read it would go on until [`Inbox::close`].
    pub(super) async fn leave(&mut self) {
        for subscription in [&mut self.methods, &mut self.base] {
            // If it fails, the connection is closed, and the subscription has ended.
            let _closed = subscription.messages.unsubscribe_after(AT_ONCE).await;
        }
    }

    /// Takes no more messages than those that have arrived.
    pub(super) async fn close(&mut self) {
        for subscription in [&mut self.methods, &mut self.base] {
            let _closed = subscription.messages.unsubscribe().await;
        }
    }
}

/// One subscription, and whether it has ended.
#[derive(Debug)]
struct Subscription {
    messages: Subscriber,
    has_ended: bool,
}

impl Subscription {
    fn new(messages: Subscriber) -> Self {
        Subscription {
            messages,
            has_ended: false,
        }
    }

    async fn next(&mut self) -> Option<Message> {
        let message = self.messages.next().await;
        self.has_ended = message.is_none();
        message
    }
}

//! [`MessagePermit`]: lets a message be handled, within the bounds of its connection and of the server.

use std::sync::Arc;

use rpc_tokio::{ByteQuota, Permit, Permits, Share, SharePermit, SharedPermits};

/// What one connection may have in flight.
#[derive(Debug)]
pub(super) struct ConnectionPermits {
    messages: Permits,
    /// Its share of what all connections may have in flight.
    share: Share,
    /// Bytes of replies that wait to be written, and no longer count among all messages.
    replies: ByteQuota,
}

/// Lets a message be handled. It is returned when the reply has been written and everything that the message started is done.
#[derive(Debug, Clone)]
pub(super) struct MessagePermit {
    /// Among the messages of its connection.
    _of_connection: Arc<Permit>,
    /// Among the messages of all connections; once the message is done, among the bytes that wait to be written.
    _of_all: Arc<OfAll>,
    replies: ByteQuota,
}

/// Given back when it is dropped.
#[derive(Debug)]
#[expect(dead_code, reason = "dropping it is its use")]
enum OfAll {
    Message(SharePermit),
    Reply(Permit),
}

impl ConnectionPermits {
    pub(super) fn new(messages: usize, of_all: &SharedPermits, reply_bytes: usize) -> Self {
        ConnectionPermits {
            messages: Permits::new(messages),
            share: Share::of(of_all),
            replies: ByteQuota::new(reply_bytes),
        }
    }

    pub(super) fn are_in_use(&self) -> bool {
        self.messages.in_use() > 0
    }

    /// A permit for one more message, if there is one now.
    pub(super) fn try_acquire(&self) -> Option<MessagePermit> {
        let of_connection = self.messages.try_acquire()?;
        let of_all = self.share.try_acquire()?;
        Some(self.permit(of_connection, of_all))
    }

    /// A permit for one more message, as soon as there is one.
    pub(super) async fn acquire(&self) -> MessagePermit {
        // The connection's own permit first, so that a connection without one keeps none from the others.
        let of_connection = self.messages.acquire().await;
        let of_all = self.share.acquire().await;
        self.permit(of_connection, of_all)
    }

    fn permit(&self, of_connection: Permit, of_all: SharePermit) -> MessagePermit {
        MessagePermit {
            _of_connection: Arc::new(of_connection),
            _of_all: Arc::new(OfAll::Message(of_all)),
            replies: self.replies.clone(),
        }
    }
}

impl MessagePermit {
    /// When a message is done, its permit among all messages goes to others, so a client that reads no replies can't keep it
    /// from them. If the reply exceeds the connection's quota, it keeps the permit, so that there is a bound.
    pub(super) fn for_reply(self, bytes: usize) -> MessagePermit {
        match self.replies.try_reserve(bytes) {
            None => self,
            Some(reserved) => MessagePermit {
                _of_all: Arc::new(OfAll::Reply(reserved)),
                ..self
            },
        }
    }
}

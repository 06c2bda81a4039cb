//! [`MessagePermit`]: lets a message be handled, within the bounds of its connection and of the server.

use std::sync::Arc;

use rpc_tokio::{ByteQuota, Permit, Permits};

/// What one connection may have in flight.
#[derive(Debug)]
pub(super) struct ConnectionPermits {
    pub(super) messages: Permits,
    /// Bytes of replies that wait to be written, and no longer count among all messages.
    replies: ByteQuota,
}

/// Lets a message be handled. It is given back when the reply has been written and everything that the message started is
/// done.
#[derive(Debug, Clone)]
pub(super) struct MessagePermit {
    /// Among the messages of its connection.
    _of_connection: Arc<Permit>,
    /// Among the messages of all connections; once the message is done, among the bytes that wait to be written.
    _of_all: Arc<Permit>,
    replies: ByteQuota,
}

impl ConnectionPermits {
    pub(super) fn new(messages: usize, reply_bytes: usize) -> Self {
        ConnectionPermits {
            messages: Permits::new(messages),
            replies: ByteQuota::new(reply_bytes),
        }
    }

    pub(super) fn are_in_use(&self) -> bool {
        self.messages.in_use() > 0
    }

    pub(super) fn permit(&self, of_connection: Permit, of_all: Permit) -> MessagePermit {
        MessagePermit {
            _of_connection: Arc::new(of_connection),
            _of_all: Arc::new(of_all),
            replies: self.replies.clone(),
        }
    }
}

impl MessagePermit {
    /// When a message is done, its permit among all messages is for others: a client that takes no replies may not keep it from
    /// them. A reply that exceeds the connection's quota keeps it, so that there is a bound.
    pub(super) fn for_reply(self, bytes: usize) -> MessagePermit {
        match self.replies.try_reserve(bytes) {
            None => self,
            Some(reserved) => MessagePermit {
                _of_all: Arc::new(reserved),
                ..self
            },
        }
    }
}

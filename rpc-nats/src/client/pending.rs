//! [`Pending`]: the calls that wait for their replies, by the last token of the subject to which the reply comes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_nats::Message;
use tokio::sync::oneshot;

/// The calls that wait for their replies. A clone shares the table.
#[derive(Debug, Clone, Default)]
pub(super) struct Pending(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    last: u64,
    calls: HashMap<u64, oneshot::Sender<Message>>,
    is_closed: bool,
}

/// A call that waits for its reply. Dropping it gives the call up.
#[derive(Debug)]
pub(super) struct PendingCall {
    number: u64,
    table: Pending,
    /// It ends without a reply when none can come any more.
    pub(super) reply: oneshot::Receiver<Message>,
}

impl Pending {
    /// Adds a call; `None` if no replies come any more.
    pub(super) fn enter(&self) -> Option<PendingCall> {
        let mut table = self.lock();
        if table.is_closed {
            return None;
        }
        table.last += 1;
        let number = table.last;
        let (sender, reply) = oneshot::channel();
        table.calls.insert(number, sender);
        Some(PendingCall {
            number,
            table: self.clone(),
            reply,
        })
    }

    /// Hands a call its reply. One that nobody waits for any more is dropped.
    pub(super) fn hand_out(&self, reply: Message) {
        let token = reply.subject.rsplit('.').next();
        let Some(number) = token.and_then(|token| token.parse().ok()) else {
            return;
        };
        let call = self.lock().calls.remove(&number);
        if let Some(call) = call {
            let _given_up = call.send(reply);
        }
    }

    /// No more replies come.
    pub(super) fn close(&self) {
        let mut table = self.lock();
        table.is_closed = true;
        table.calls.clear();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().is_closed
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // Nothing under the lock panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PendingCall {
    /// Its number among the calls of the table.
    pub(super) fn number(&self) -> u64 {
        self.number
    }
}

impl Drop for PendingCall {
    fn drop(&mut self) {
        self.table.lock().calls.remove(&self.number);
    }
}

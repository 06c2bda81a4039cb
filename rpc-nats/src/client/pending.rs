//! [`Pending`]: the calls that wait for their replies, by the last token of the subject to which the reply comes.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_nats::Message;
use tokio::sync::oneshot;

/// The calls that wait for their replies. A clone shares the table.
#[derive(Debug, Clone, Default)]
pub(super) struct Pending(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    last: u64,
    calls: HashMap<u64, oneshot::Sender<Message>, BuildHasherDefault<OfNumber>>,
    is_closed: bool,
}

/// A call that waits for its reply. Dropping it gives the call up.
#[derive(Debug)]
pub(super) struct PendingCall {
    number: u64,
    table: Pending,
    reply: oneshot::Receiver<Message>,
    is_answered: bool,
}

/// A hash of numbers that we count ourselves, so that nobody can choose them. Those of the standard library cost ten times as much.
#[derive(Debug, Default)]
struct OfNumber(u64);

impl Hasher for OfNumber {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {
        unreachable!("only numbers are hashed");
    }

    fn write_u64(&mut self, number: u64) {
        // An odd number with bits everywhere, so that the upper bits of the hash differ too.
        self.0 = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
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
            is_answered: false,
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

    /// Waits for the reply; `None` if none can come any more.
    pub(super) async fn reply(&mut self) -> Option<Message> {
        let reply = (&mut self.reply).await;
        self.is_answered = true;
        reply.ok()
    }
}

impl Drop for PendingCall {
    fn drop(&mut self) {
        if !self.is_answered {
            self.table.lock().calls.remove(&self.number);
        }
    }
}

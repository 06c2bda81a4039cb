//! [`PendingCalls`]: the calls that wait for their replies, by key.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use rpc_core::TransportError;
use tokio::sync::oneshot;

/// The calls that wait for their replies. A reply is matched to its call by a key, such as a number or an id. A clone shares
/// the table.
///
/// ```
/// use rpc_tokio::client::PendingCalls;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let pending = PendingCalls::default();
/// let (one, two) = (pending.enter("one").unwrap(), pending.enter("two").unwrap());
/// pending.answer(&"two", Ok("2".into()));
/// pending.answer(&"one", Ok("1".into()));
/// assert_eq!(one.reply().await.unwrap(), "1");
/// assert_eq!(two.reply().await.unwrap(), "2");
/// # }
/// ```
#[derive(Debug)]
pub struct PendingCalls<K>(Arc<Mutex<Table<K>>>);

#[derive(Debug)]
struct Table<K> {
    /// The last number that was given, where keys are numbers.
    last_number: u32,
    calls: HashMap<K, Entered>,
}

#[derive(Debug)]
struct Entered {
    /// Something of it may have been sent.
    sent: bool,
    reply: oneshot::Sender<Result<Bytes, TransportError>>,
}

/// A call that waits for its reply. Dropping it gives the call up.
#[derive(Debug)]
pub struct PendingCall<K: Eq + Hash> {
    key: K,
    table: PendingCalls<K>,
    receiver: oneshot::Receiver<Result<Bytes, TransportError>>,
}

impl<K: Clone + Eq + Hash> PendingCalls<K> {
    /// Adds a call. `None` if a call with this key waits already.
    pub fn enter(&self, key: K) -> Option<PendingCall<K>> {
        let receiver = self.lock().enter(key.clone())?;
        Some(self.pending(key, receiver))
    }

    /// Whether a call with this key waits.
    pub fn contains(&self, key: &K) -> bool {
        self.lock().calls.contains_key(key)
    }

    /// Notes that a call is about to be sent. False if it was given up, and need not be sent.
    pub fn begin(&self, key: &K) -> bool {
        match self.lock().calls.get_mut(key) {
            Some(call) => {
                call.sent = true;
                true
            }
            None => false,
        }
    }

    /// Takes a call back that has not been sent. False if something of it may have been. It then goes on waiting, unless its reply has
    /// come.
    pub fn withdraw(&self, key: &K) -> bool {
        let mut table = self.lock();
        let is_unsent = table.calls.get(key).is_some_and(|call| !call.sent);
        if is_unsent {
            table.calls.remove(key);
        }
        is_unsent
    }

    /// Hands a call its reply. False if no call waits for it.
    pub fn answer(&self, key: &K, reply: Result<Bytes, TransportError>) -> bool {
        let call = self.lock().calls.remove(key);
        call.is_some_and(|call| call.reply.send(reply).is_ok())
    }

    /// Fails all calls that have been sent, since their replies will not come. Calls that have not been sent go on waiting.
    pub fn fail_sent(&self, error: &TransportError) {
        for (_, call) in self.lock().calls.extract_if(|_, call| call.sent) {
            let _given_up = call.reply.send(Err(error.clone()));
        }
    }

    fn pending(
        &self,
        key: K,
        receiver: oneshot::Receiver<Result<Bytes, TransportError>>,
    ) -> PendingCall<K> {
        PendingCall {
            key,
            table: self.clone(),
            receiver,
        }
    }
}

impl PendingCalls<u32> {
    /// Adds a call under the next number that no other call has.
    pub fn enter_next(&self) -> PendingCall<u32> {
        let mut table = self.lock();
        // A call may still wait when all other numbers have been used.
        loop {
            table.last_number = table.last_number.wrapping_add(1);
            let number = table.last_number;
            if let Some(receiver) = table.enter(number) {
                drop(table);
                return self.pending(number, receiver);
            }
        }
    }
}

impl<K> PendingCalls<K> {
    fn lock(&self) -> MutexGuard<'_, Table<K>> {
        // Nothing under the lock panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K> Default for PendingCalls<K> {
    fn default() -> Self {
        PendingCalls(Arc::new(Mutex::new(Table {
            last_number: 0,
            calls: HashMap::new(),
        })))
    }
}

impl<K> Clone for PendingCalls<K> {
    fn clone(&self) -> Self {
        PendingCalls(Arc::clone(&self.0))
    }
}

impl<K: Eq + Hash> Table<K> {
    fn enter(&mut self, key: K) -> Option<oneshot::Receiver<Result<Bytes, TransportError>>> {
        let Entry::Vacant(entry) = self.calls.entry(key) else {
            return None;
        };
        let (reply, receiver) = oneshot::channel();
        entry.insert(Entered { sent: false, reply });
        Some(receiver)
    }
}

impl<K: Eq + Hash> PendingCall<K> {
    /// The key by which its reply is known.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// Waits for the reply.
    pub async fn reply(mut self) -> Result<Bytes, TransportError> {
        match (&mut self.receiver).await {
            Ok(reply) => reply,
            Err(_dropped) => Err(TransportError::message(
                "the task that carried the message was ended",
            )),
        }
    }
}

impl<K: Eq + Hash> Drop for PendingCall<K> {
    fn drop(&mut self) {
        self.table.lock().calls.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_is_given_up_leaves_nothing_behind() {
        let pending = PendingCalls::default();
        let (one, two) = (pending.enter_next(), pending.enter_next());
        assert!(pending.begin(one.key()) && pending.contains(two.key()));
        let number = *one.key();
        drop(one);
        assert!(!pending.begin(&number) && !pending.answer(&number, Ok(Bytes::new())));
        assert!(pending.answer(two.key(), Ok(Bytes::new())));
        drop(two);
        assert!(pending.lock().calls.is_empty());
    }

    /// Between the question whether it was sent and the answer, nobody may send it.
    #[test]
    fn a_call_that_is_taken_back_is_not_sent() {
        let pending = PendingCalls::default();
        let (one, two) = (pending.enter_next(), pending.enter_next());
        assert!(pending.withdraw(one.key()));
        assert!(!pending.begin(one.key()));
        assert!(pending.begin(two.key()));
        assert!(!pending.withdraw(two.key()) && pending.contains(two.key()));
    }

    #[test]
    fn a_key_is_not_used_twice_at_the_same_time() {
        let pending = PendingCalls::default();
        let first = pending.enter_next();
        pending.lock().last_number = first.key().wrapping_sub(1);
        assert_ne!(pending.enter_next().key(), first.key());
        assert!(pending.enter(*first.key()).is_none());
    }

    #[test]
    fn only_calls_that_were_sent_fail_with_the_connection() {
        let pending = PendingCalls::default();
        let (sent, queued) = (pending.enter_next(), pending.enter_next());
        pending.begin(sent.key());
        pending.fail_sent(&TransportError::message("lost"));
        assert!(!pending.contains(sent.key()) && pending.contains(queued.key()));
    }
}

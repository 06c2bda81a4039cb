//! [`Waiting`]: the calls that wait for their answers, each with a number.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use rpc_core::TransportError;
use tokio::sync::oneshot;

use super::ZmqError;

/// The calls that wait for their answers, each with a number.
#[derive(Debug, Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<Calls>>);

#[derive(Debug, Default)]
struct Calls {
    last: u32,
    by_number: HashMap<u32, Call>,
}

#[derive(Debug)]
struct Call {
    /// Something of it may have been sent.
    sent: bool,
    answer: oneshot::Sender<Result<Bytes, TransportError>>,
}

/// A call's own side. Dropped, the call waits no more.
#[derive(Debug)]
pub(super) struct Answer {
    number: u32,
    waiting: Waiting,
    receiver: oneshot::Receiver<Result<Bytes, TransportError>>,
}

impl Waiting {
    /// One call more.
    pub(super) fn enter(&self) -> Answer {
        let (answer, receiver) = oneshot::channel();
        let mut calls = self.lock();
        // A call may still wait when all other numbers have been used.
        let number = loop {
            calls.last = calls.last.wrapping_add(1);
            let number = calls.last;
            if let Entry::Vacant(place) = calls.by_number.entry(number) {
                let sent = false;
                place.insert(Call { sent, answer });
                break number;
            }
        };
        Answer {
            number,
            waiting: self.clone(),
            receiver,
        }
    }

    pub(super) fn contains(&self, number: u32) -> bool {
        self.lock().by_number.contains_key(&number)
    }

    /// Says that a call is about to be sent. False: it does not wait any more, and need not be.
    pub(super) fn begin(&self, number: u32) -> bool {
        match self.lock().by_number.get_mut(&number) {
            Some(call) => {
                call.sent = true;
                true
            }
            None => false,
        }
    }

    /// Gives a call its answer. False: there is none that waits with this number.
    pub(super) fn answer(&self, number: u32, answer: Result<Bytes, TransportError>) -> bool {
        match self.lock().by_number.remove(&number) {
            Some(call) => call.answer.send(answer).is_ok(),
            None => false,
        }
    }

    /// Says to all calls that have been sent that their answers will not come.
    pub(super) fn lose(&self, cause: &Arc<ZmqError>) {
        for (_, call) in self.lock().by_number.extract_if(|_, call| call.sent) {
            let context = "the connection was lost while the call waited for its answer";
            let error = TransportError::new(context, ZmqError::Lost(Arc::clone(cause)));
            let _gone = call.answer.send(Err(error));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answer {
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    pub(super) async fn wait(mut self) -> Result<Bytes, TransportError> {
        match (&mut self.receiver).await {
            Ok(answer) => answer,
            Err(_dropped) => Err(TransportError::message(
                "the task that carried the message was ended",
            )),
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.waiting.lock().by_number.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_no_more_leaves_nothing_behind() {
        let waiting = Waiting::default();
        let (one, two) = (waiting.enter(), waiting.enter());
        assert!(waiting.begin(one.number()) && waiting.contains(two.number()));
        let number = one.number();
        drop(one);
        assert!(!waiting.begin(number) && !waiting.answer(number, Ok(Bytes::new())));
        assert!(waiting.answer(two.number(), Ok(Bytes::new())));
        drop(two);
        assert!(waiting.lock().by_number.is_empty());
    }

    #[test]
    fn a_number_that_is_waited_for_is_not_given_again() {
        let waiting = Waiting::default();
        let first = waiting.enter();
        waiting.lock().last = first.number().wrapping_sub(1);
        assert_ne!(waiting.enter().number(), first.number());
    }

    #[test]
    fn only_calls_that_were_sent_are_lost() {
        let waiting = Waiting::default();
        let (sent, queued) = (waiting.enter(), waiting.enter());
        waiting.begin(sent.number());
        waiting.lose(&Arc::new(ZmqError::Closed));
        assert!(!waiting.contains(sent.number()) && waiting.contains(queued.number()));
    }
}

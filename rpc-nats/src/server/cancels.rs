//! [`Cancels`]: calls that run and may be cancelled by their clients.
//!
//! A client does not know which worker has its call, so every worker gets every cancellation. It names the call by its reply
//! subject, which nobody else knows.

use std::collections::{HashMap, VecDeque};
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_nats::{Client, Message, Subject, SubscribeError, Subscriber};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::oneshot;

use crate::cancel::{CALL, CANCEL};
use crate::defaults::{CALL_NAME, EARLY_CANCELS};
use crate::subject::{Base, Place};

/// The calls that wait for something, by their reply subjects. A clone shares the table.
#[derive(Debug, Clone, Default)]
pub(super) struct Cancels(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    calls: HashMap<Arc<str>, oneshot::Sender<()>>,
    /// The last cancellations of calls that are not here. They may have overtaken their calls.
    early: VecDeque<Arc<str>>,
}

/// A call that may be cancelled, until this is dropped.
#[derive(Debug)]
pub(super) struct Cancellable {
    call: Arc<str>,
    cancels: Cancels,
    /// `None` once it is known that another call has the same reply subject. Then that one is cancelled.
    cancelled: Option<oneshot::Receiver<()>>,
}

impl Cancels {
    /// Takes part in all cancellations for the workers of a service.
    pub(super) async fn subscribe(
        client: &Client,
        base: &Base,
    ) -> Result<Subscriber, SubscribeError> {
        client.subscribe(base.of_cancellations()).await
    }

    /// Cancels calls for ever.
    pub(super) async fn listen(self, mut cancellations: Subscriber) {
        while let Some(cancellation) = cancellations.next().await {
            if let Some(call) = call_of(&cancellation) {
                self.cancel(call);
            }
        }
    }

    /// A call that may be cancelled from now on.
    pub(super) fn enter(&self, reply: &Subject) -> Cancellable {
        let call: Arc<str> = reply.as_str().into();
        let (sender, cancelled) = oneshot::channel();
        let mut table = self.lock();
        let Table { calls, early } = &mut *table;
        match early.iter().position(|early| *early == call) {
            Some(position) => {
                early.remove(position);
                tell(sender);
            }
            None => {
                calls.entry(Arc::clone(&call)).or_insert(sender);
            }
        }
        Cancellable {
            call,
            cancels: self.clone(),
            cancelled: Some(cancelled),
        }
    }

    fn cancel(&self, call: Arc<str>) {
        let mut table = self.lock();
        if let Some(sender) = table.calls.remove(&call) {
            return tell(sender);
        }
        if table.early.len() == EARLY_CANCELS {
            table.early.pop_front();
        }
        table.early.push_back(call);
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // Nothing under the lock panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cancellable {
    /// Completes when the call is cancelled. Nobody may ask again then.
    pub(super) async fn cancelled(&mut self) {
        if let Some(cancelled) = &mut self.cancelled {
            match cancelled.await {
                Ok(()) => return,
                // It must not be polled again.
                Err(_other_has_the_name) => self.cancelled = None,
            }
        }
        pending().await
    }

    /// Whether the call has been cancelled by now. If so, nobody may ask again.
    pub(super) fn is_cancelled(&mut self) -> bool {
        self.cancelled().now_or_never().is_some()
    }
}

impl Drop for Cancellable {
    fn drop(&mut self) {
        if let Some(cancelled) = &mut self.cancelled {
            cancelled.close();
        }
        let mut table = self.cancels.lock();
        // Another call may have the name.
        if table
            .calls
            .get(&self.call)
            .is_some_and(oneshot::Sender::is_closed)
        {
            table.calls.remove(&self.call);
        }
    }
}

fn tell(call: oneshot::Sender<()>) {
    // It may be over by now.
    let _told = call.send(());
}

/// Whether a message is a cancellation, of which nobody wants an answer. One of the workers gets it as a call as well.
pub(super) fn is_cancellation(base: &Base, message: &Message) -> bool {
    message.reply.is_none() && base.place(&message.subject) == Place::Method(CANCEL)
}

/// The reply subject of the call that a message cancels. A copy, since a part of the message would keep all of it.
fn call_of(cancellation: &Message) -> Option<Arc<str>> {
    let call = cancellation.headers.as_ref()?.get(CALL)?.as_str();
    (call.len() <= CALL_NAME).then(|| call.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_cancelled_once() {
        let cancels = Cancels::default();
        let (mut one, mut other) = (cancels.enter(&"one".into()), cancels.enter(&"other".into()));
        cancels.cancel("one".into());
        assert!(one.cancelled().now_or_never().is_some());
        assert!(other.cancelled().now_or_never().is_none());
        drop((one, other));
        assert!(cancels.lock().calls.is_empty() && cancels.lock().early.is_empty());
    }

    #[test]
    fn a_call_may_be_cancelled_before_it_has_its_turn() {
        let cancels = Cancels::default();
        let (mut first, mut second) = (cancels.enter(&"x".into()), cancels.enter(&"x".into()));
        for call in [&mut first, &mut second] {
            assert!(!call.is_cancelled());
            assert!(call.cancelled().now_or_never().is_none());
        }
        cancels.cancel("x".into());
        assert!(first.is_cancelled());
        assert!(!second.is_cancelled() && second.cancelled().now_or_never().is_none());
    }

    #[test]
    fn a_cancellation_may_overtake_its_call() {
        let cancels = Cancels::default();
        cancels.cancel("early".into());
        let mut early = cancels.enter(&"early".into());
        assert!(early.cancelled().now_or_never().is_some());
        let mut again = cancels.enter(&"early".into());
        assert!(again.cancelled().now_or_never().is_none());
    }

    #[test]
    fn one_call_of_two_with_the_same_reply_subject_is_cancelled() {
        let cancels = Cancels::default();
        let (mut first, mut second) = (cancels.enter(&"x".into()), cancels.enter(&"x".into()));
        assert!(first.cancelled().now_or_never().is_none());
        cancels.cancel("x".into());
        assert!(first.cancelled().now_or_never().is_some());
        assert!(second.cancelled().now_or_never().is_none());

        // The first one goes on although it is cancelled. That is not the end of a third one.
        let mut third = cancels.enter(&"x".into());
        drop(first);
        assert!(third.cancelled().now_or_never().is_none());
        cancels.cancel("x".into());
        assert!(third.cancelled().now_or_never().is_some());
    }

    #[test]
    fn foreign_cancellations_are_forgotten() {
        let cancels = Cancels::default();
        for number in 0..=EARLY_CANCELS {
            cancels.cancel(number.to_string().into());
        }
        assert_eq!(cancels.lock().early.len(), EARLY_CANCELS);
        let mut first = cancels.enter(&"0".into());
        assert!(first.cancelled().now_or_never().is_none());
        let mut last = cancels.enter(&EARLY_CANCELS.to_string().into());
        assert!(last.cancelled().now_or_never().is_some());
    }
}

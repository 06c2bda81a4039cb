//! [`Cancels`]: calls that run and may be cancelled by their clients.
//!
//! A client does not know which worker has its call, so every worker gets every cancellation. It names the call by its reply
//! subject, which nobody else knows.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_nats::{Client, Message, Subject, SubscribeError, Subscriber};
use futures_util::StreamExt;
use tokio::sync::oneshot;

use crate::cancel::{CALL, CANCEL};
use crate::defaults::EARLY_CANCELS;
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
    cancelled: oneshot::Receiver<()>,
    /// If another call has the same reply subject, it is that one which is cancelled. This one never is.
    never: Option<oneshot::Sender<()>>,
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
        let mut never = None;
        let mut table = self.lock();
        let Table { calls, early } = &mut *table;
        match early.iter().position(|early| *early == call) {
            // Its sender is dropped, which cancels it.
            Some(position) => drop(early.remove(position)),
            None => match calls.entry(Arc::clone(&call)) {
                Entry::Vacant(place) => {
                    place.insert(sender);
                }
                Entry::Occupied(_) => never = Some(sender),
            },
        }
        Cancellable {
            call,
            cancels: self.clone(),
            cancelled,
            never,
        }
    }

    fn cancel(&self, call: Arc<str>) {
        let mut table = self.lock();
        if table.calls.remove(&call).is_some() {
            return;
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
    /// Completes when the call is cancelled.
    pub(super) async fn cancelled(&mut self) {
        // Its sender never sends: it is dropped.
        let _dropped = (&mut self.cancelled).await;
    }
}

impl Drop for Cancellable {
    fn drop(&mut self) {
        if self.never.is_none() {
            self.cancels.lock().calls.remove(&self.call);
        }
    }
}

/// Whether a message is a cancellation. It comes to the subjects of methods as well.
pub(super) fn is_cancellation(base: &Base, message: &Message) -> bool {
    base.place(&message.subject) == Place::Method(CANCEL)
}

/// The reply subject of the call that a message cancels. A copy, since a part of the message would keep all of it.
fn call_of(cancellation: &Message) -> Option<Arc<str>> {
    let call = cancellation.headers.as_ref()?.get(CALL)?;
    Some(call.as_str().into())
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

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

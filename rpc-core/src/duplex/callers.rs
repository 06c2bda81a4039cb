//! What callers do who wait for the other end.

use std::sync::atomic::Ordering;
use std::task::{Context as Task, Poll};

use bytes::Bytes;
use futures_channel::oneshot;

use super::Duplex;
use super::buffer::{Lost, Received};
use super::outgoing::{Ids, Key, Stopping};
use crate::json::id::Id;
use crate::limits::SlowReader;
use crate::wire::control;

impl Duplex {
    /// Sends a message without a reply.
    pub(crate) fn notify(&self, message: Vec<u8>) -> Result<(), Lost> {
        self.writing(|state| match state.is_closed {
            true => Err(Lost::NotSent),
            false => {
                state.outbox.control(message.into(), None);
                Ok(())
            }
        })
    }

    /// Sends a message whose reply is waited for.
    pub(crate) fn call(
        &self,
        ids: Ids,
        message: Vec<u8>,
    ) -> Result<(Key, oneshot::Receiver<Result<Bytes, Lost>>), Lost> {
        self.writing(|state| {
            state.check_open()?;
            let (key, reply) = state.outgoing.call(ids, &self.limits)?;
            state.outbox.control(message.into(), Some(key));
            Ok((key, reply))
        })
    }

    /// Calls a method that opens a subscription, which `unsubscribe` closes.
    pub(crate) fn open_subscription(
        &self,
        id: Id,
        message: Vec<u8>,
        unsubscribe: String,
        slow_reader: SlowReader,
    ) -> Result<Key, Lost> {
        self.has_subscribed.store(true, Ordering::Relaxed);
        let limits = &self.limits;
        self.writing(|state| {
            state.check_open()?;
            let key = state
                .outgoing
                .subscribe(id, unsubscribe, slow_reader, limits)?;
            state.outbox.control(message.into(), Some(key));
            Ok(key)
        })
    }

    /// Opens a stream, and grants it credit.
    pub(crate) fn open(
        &self,
        id: Id,
        message: Vec<u8>,
        slow_reader: SlowReader,
    ) -> Result<Key, Lost> {
        let window = control::window_of(&id, self.limits.window);
        self.writing(|state| {
            state.check_open()?;
            let key = state.outgoing.open(id, slow_reader, &self.limits)?;
            state.outbox.control(window.into(), None);
            state.outbox.control(message.into(), Some(key));
            Ok(key)
        })
    }

    /// The next thing that a stream of the other end says. It grants more credit when half of it is used up.
    pub(crate) fn poll_stream(&self, key: Key, task: &mut Task<'_>) -> Poll<Received> {
        let mut state = self.lock();
        let outgoing = &mut state.outgoing;
        let was_held = outgoing.is_holding();
        let received = std::task::ready!(outgoing.poll_stream(key, task, &self.limits));
        let is_released = was_held && !outgoing.is_holding();
        let more = outgoing.credit_to_grant(key, &self.limits);
        drop(state);
        if is_released {
            self.release();
        }
        if let Some((id, add)) = more {
            let window = control::window_of(&id, add);
            self.writing(|state| state.outbox.control(window.into(), None));
        }
        Poll::Ready(received)
    }

    /// Gives up a call or a stream. If its message has not been written, it never will be. Otherwise the other end is told to
    /// stop.
    pub(crate) fn give_up(&self, key: Key) {
        let mut state = self.lock();
        if !state.outgoing.contains(key) {
            return;
        }
        let is_unsent = state.outbox.remove(key) || state.is_closed;
        let was_held = state.outgoing.is_holding();
        let stop = state.outgoing.give_up(key, is_unsent, &self.limits);
        let is_released = was_held && !state.outgoing.is_holding();
        drop(state);
        if is_released {
            self.release();
        }
        if let Some(stop) = stop.filter(|_| !is_unsent) {
            self.tell_to_stop(stop);
        }
    }

    /// Asks the other end to stop a stream, which is read to its end.
    pub(crate) fn stop_stream(&self, key: Key) {
        let stopping = self.lock().outgoing.stop(key, || self.unsubscribe_id());
        match stopping {
            Some(Stopping::Cancel(ids)) => self.cancel_calls(&ids),
            Some(Stopping::Unsubscribe(method, id, call)) => {
                self.call_unsubscribe(&method, &id, &call);
            }
            None => {}
        }
    }
}

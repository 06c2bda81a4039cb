//! What the calls do that run for the other end.

use std::sync::Arc;
use std::task::{Context as Task, Poll};

use bytes::Bytes;

use super::incoming::{NotBegun, Stopped, Subscribed};
use super::waiting::wake;
use super::{Duplex, State};
use crate::contract::Subscription;
use crate::json::id::Id;
use crate::limits::InFlight;
use crate::wire::control;

impl Duplex {
    /// Whether a call with this id runs already.
    pub(crate) fn is_running(&self, id: &Id) -> bool {
        self.lock().incoming.contains(id)
    }

    /// Whether there is room for another call.
    pub(crate) fn has_room_for_call(&self) -> bool {
        let is_full = self.totals.calls.as_ref().is_some_and(InFlight::is_full);
        !is_full && self.lock().incoming.calls() < self.limits.max_calls
    }

    /// Whether a stream has begun since this was last asked.
    pub(crate) fn has_begun_stream(&self) -> bool {
        std::mem::take(&mut self.lock().has_begun_stream)
    }

    /// Whether a stream has ever been opened.
    pub(crate) fn has_opened_stream(&self) -> bool {
        self.lock().has_opened_stream
    }

    /// Notes that a call runs, until the result is dropped.
    pub(crate) fn begin(self: &Arc<Self>, id: &Id, streams: bool) -> Result<Begun, NotBegun> {
        let counted = match streams {
            true => self.totals.begin_stream()?,
            false => self.totals.begin_call(),
        };
        let mut state = self.lock();
        let slot = state.incoming.begin(id, streams, counted, &self.limits)?;
        state.has_begun_stream |= streams;
        drop(state);
        Ok(Begun {
            duplex: Arc::clone(self),
            slot,
        })
    }

    /// Makes a stream of a call that runs. From then on, it counts among the streams and not among the calls.
    pub(crate) fn become_stream(&self, id: &Id) -> Result<(), NotBegun> {
        let counted = self.totals.begin_stream()?;
        let mut state = self.lock();
        state.incoming.become_stream(id, counted, &self.limits)
    }

    /// Where a stream that runs is kept.
    pub(crate) fn stream(&self, id: &Id) -> Option<usize> {
        self.lock().incoming.stream(id)
    }

    /// Gives a stream a token of the client's choice. False if another stream has it.
    pub(crate) fn name_stream(&self, slot: usize, token: &Id) -> bool {
        self.lock().incoming.name(slot, token)
    }

    /// Notes that a stream is open, and says so to a client that asked for it by granting credit.
    pub(crate) fn opened(&self, slot: usize, token: &Id) {
        self.writing(|state| {
            state.has_opened_stream = true;
            if state.incoming.has_credit(slot) {
                let (mark, _) = state.incoming.spend(slot, 0);
                state.outbox.about_stream(&control::opened(token), mark);
            }
        });
    }

    /// Makes a subscription of a stream, and sends the response with its id before anything else about it can be sent.
    pub(crate) fn subscribe(
        &self,
        slot: usize,
        form: &Subscription,
        response: impl FnOnce(&Id) -> Vec<u8>,
    ) -> Id {
        self.writing(|state| {
            let id = state.incoming.subscribe(slot, form);
            let response = Bytes::from(response(&id));
            if !state.is_closed {
                state.outbox.control(response.clone(), None);
            }
            state.news.opened = Some(response);
            id
        })
    }

    /// What has become of subscriptions since this was last asked.
    pub(crate) fn subscription_news(&self) -> SubscriptionNews {
        std::mem::take(&mut self.lock().news)
    }

    /// Closes a subscription, if this method closes it. Items that have not been written are not sent.
    pub(crate) fn unsubscribe(&self, id: &Id, method: &str) -> bool {
        let mut state = self.lock();
        let State {
            incoming, outbox, ..
        } = &mut *state;
        let closed = incoming.unsubscribe(id, method, |stream| outbox.discard(stream));
        drop(state);
        let is_closed = closed.is_some();
        wake(closed.flatten());
        is_closed
    }

    /// Waits until an item of a stream may be written.
    pub(crate) fn poll_room(&self, slot: usize, task: &mut Task<'_>) -> Poll<()> {
        let mut state = self.lock();
        if !state.outbox.has_room() {
            state.incoming.wait_for_room(slot, task);
            return Poll::Pending;
        }
        state.incoming.poll_credit(slot, task)
    }

    /// Writes an item of a stream. Returns whether there is room for another one.
    pub(crate) fn item(&self, slot: usize, message: &[u8]) -> bool {
        self.writing(|state| {
            if state.is_closed {
                return false;
            }
            let (mark, has_credit) = state.incoming.spend(slot, message.len());
            state.outbox.item(message, mark);
            has_credit && state.outbox.has_room()
        })
    }
}

/// What has become of the call that was polled last, if it is a subscription. It is for the message log.
#[derive(Debug, Default)]
pub(crate) struct SubscriptionNews {
    /// The response with its id.
    pub(crate) opened: Option<Bytes>,
    pub(crate) ended: Option<SubscriptionEnd>,
}

/// How a subscription has ended.
#[derive(Debug)]
pub(crate) struct SubscriptionEnd {
    pub(crate) items: Option<u64>,
    /// The notification that says why, if there is one.
    pub(crate) message: Option<Vec<u8>>,
}

/// A call that runs for the other end. It has ended when this is dropped.
pub(crate) struct Begun {
    duplex: Arc<Duplex>,
    slot: usize,
}

impl Begun {
    /// Waits until the call is to stop.
    pub(crate) fn poll_stopped(&self, task: &mut Task<'_>) -> Poll<Stopped> {
        self.duplex.lock().incoming.poll_stopped(self.slot, task)
    }

    /// The subscription that the call has become. It has been answered then.
    pub(crate) fn subscription(&self) -> Option<Subscribed> {
        self.duplex.lock().incoming.subscription(self.slot).cloned()
    }

    /// Ends the subscription that the call has become. If there is something to say, it follows the items.
    pub(crate) fn end_subscription(&self, end: SubscriptionEnd) {
        self.duplex.writing(|state| {
            if let Some(message) = &end.message
                && !state.is_closed
            {
                let (mark, _) = state.incoming.spend(self.slot, 0);
                state.outbox.about_stream(message, mark);
            }
            state.news.ended = Some(end);
        });
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.duplex.lock().incoming.end(self.slot);
    }
}

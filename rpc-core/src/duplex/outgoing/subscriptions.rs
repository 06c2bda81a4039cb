//! [`Subscriptions`]: which of our streams have ids that the other end has chosen.

use std::collections::HashMap;
use std::task::Waker;

use bytes::Bytes;

use super::early::{Early, Notice, Notices};
use super::{Answered, Ids, Key, Kind, Outgoing, Stop, Stopping, Waiting, find, forget};
use crate::duplex::buffer::{Buffer, Lost, Received};
use crate::json::id::Id;
use crate::limits::{DuplexLimits, SlowReader};
use crate::wire::control;

/// Which of our streams have ids that the other end has chosen.
#[derive(Default)]
pub(super) struct Subscriptions {
    open: HashMap<Id, Key>,
    /// How many wait for the reply with their id.
    unnamed: usize,
    /// What may be about one of those.
    early: Early,
}

impl Subscriptions {
    /// Forgets all of them.
    pub(super) fn clear(&mut self) {
        *self = Subscriptions::default();
    }

    /// Whether notifications may be about one.
    pub(super) fn has_any(&self) -> bool {
        self.unnamed > 0 || !self.open.is_empty()
    }

    /// The reply with an id has come, or is not waited for any more. What has come early for this id goes to it.
    fn named(&mut self, id: Option<&Id>) -> Option<Notices> {
        self.unnamed = self.unnamed.saturating_sub(1);
        let early = id.and_then(|id| self.early.take(id));
        if self.unnamed == 0 {
            self.early.clear();
        }
        early
    }
}

/// Which subscription of the other end's it is.
pub(super) struct Naming {
    /// The method that closes it.
    unsubscribe: String,
    /// Its id, once the reply has come.
    id: Option<Id>,
    /// Nobody reads it any more, but it has to be closed as soon as its id is known.
    pub(super) is_given_up: bool,
    /// The other end has been asked to close it.
    is_closing: bool,
}

impl Outgoing {
    /// Enters a call that opens a subscription, which this method closes.
    pub(in crate::duplex) fn subscribe(
        &mut self,
        id: Id,
        unsubscribe: String,
        slow_reader: SlowReader,
        limits: &DuplexLimits,
    ) -> Result<Key, Lost> {
        let naming = Naming {
            unsubscribe,
            id: None,
            is_given_up: false,
            is_closing: false,
        };
        let kind = Kind::Subscription(Buffer::new(slow_reader), naming);
        let key = self.enter(Ids::One(id), kind, limits)?;
        self.subscriptions.unnamed += 1;
        Ok(key)
    }

    /// Takes the reply to the call that opens a subscription: the subscription's id, or an error.
    pub(super) fn name(&mut self, key: Key, message: Bytes, limits: &DuplexLimits) -> Answered {
        self.forget_ids(key);
        let id = control::subscription_id(&message);
        let early = self.subscriptions.named(id.as_ref());
        let Some(Waiting {
            kind: Kind::Subscription(buffer, naming),
            ids,
            ..
        }) = self.waiting.get_mut(&key)
        else {
            return Answered::Ignored;
        };
        if naming.is_given_up {
            let unsubscribe = std::mem::take(&mut naming.unsubscribe);
            self.waiting.remove(&key);
            return match id {
                Some(id) => Answered::GivenUp(Stop::Unsubscribe(unsubscribe, id)),
                None => Answered::Ignored,
            };
        }
        let Some(id) = id else {
            return Answered::Stream(buffer.end(Received::End(message)));
        };
        naming.id = Some(id.clone());
        let mut waker = buffer.opened();
        let early = early.unwrap_or_default();
        for (notice, bytes) in early.kept {
            waker = waker.or(take(buffer, ids, notice, bytes, limits));
        }
        if early.missed > 0 {
            waker = waker.or(buffer.miss(early.missed));
        }
        if buffer.is_ended() {
            // It has failed, or its reader is too slow already. The caller learns of it by reading.
            let stop = Stop::Unsubscribe(naming.unsubscribe.clone(), id);
            return Answered::Stopped(waker, stop);
        }
        self.holding += usize::from(buffer.holds(limits));
        self.subscriptions.open.insert(id, key);
        Answered::Stream(waker)
    }

    /// Like [`progress`](Self::progress), for a notification about a subscription. `None` if no subscription has this id yet. The
    /// notification is kept if one may get it.
    pub(in crate::duplex) fn notice(
        &mut self,
        id: &Id,
        notice: Notice,
        bytes: usize,
        limits: &DuplexLimits,
    ) -> Option<(Option<Waker>, Option<Stop>)> {
        let Some(key) = find(&self.subscriptions.open, id) else {
            if self.subscriptions.unnamed > 0 {
                self.subscriptions.early.keep(id, notice, bytes, limits);
            }
            return None;
        };
        let has_failed = matches!(notice, Notice::Failed(_));
        let (waker, is_ended) = self.change(key, limits, |buffer, ids| {
            let waker = take(buffer, ids, notice, bytes, limits);
            (waker, buffer.is_ended())
        })?;
        if !is_ended {
            return Some((waker, None));
        }
        // The notification may write the id in another way.
        let naming = self.naming(key)?;
        let (unsubscribe, id) = (naming.unsubscribe.clone(), naming.id.clone()?);
        forget(&mut self.subscriptions.open, &id, key);
        let stop = (!has_failed).then_some(Stop::Unsubscribe(unsubscribe, id));
        Some((waker, stop))
    }

    fn naming(&mut self, key: Key) -> Option<&mut Naming> {
        match &mut self.waiting.get_mut(&key)?.kind {
            Kind::Subscription(_, naming) => Some(naming),
            _ => None,
        }
    }

    /// Gives up a subscription whose id is not known yet. Its call goes on, and the subscription is closed as soon as the reply names
    /// it. Returns how to cancel the call; `None` if this is not such a subscription.
    pub(super) fn give_up_unnamed(&mut self, key: Key) -> Option<Stop> {
        let waiting = self.waiting.get_mut(&key)?;
        match &mut waiting.kind {
            Kind::Subscription(buffer, naming) if naming.id.is_none() && !buffer.is_ended() => {
                naming.is_given_up = true;
                Some(Stop::Cancel(waiting.ids.clone()))
            }
            _ => None,
        }
    }

    /// Forgets a subscription that nobody reads any more. Returns how to close it, if the other end has not done so.
    pub(super) fn forget_subscription(
        &mut self,
        key: Key,
        naming: Naming,
        is_ended: bool,
    ) -> Option<Stop> {
        match naming.id {
            Some(id) => {
                forget(&mut self.subscriptions.open, &id, key);
                let is_open = !is_ended && !naming.is_closing;
                is_open.then_some(Stop::Unsubscribe(naming.unsubscribe, id))
            }
            None => {
                // Those that have ended have been counted out.
                if !is_ended {
                    self.subscriptions.named(None);
                }
                None
            }
        }
    }

    /// Enters a call that closes a subscription, whose reader goes on reading. Returns what to call.
    pub(super) fn unsubscribe(&mut self, key: Key, call: impl FnOnce() -> Id) -> Option<Stopping> {
        let naming = self.naming(key).filter(|naming| !naming.is_closing)?;
        let (unsubscribe, id) = (naming.unsubscribe.clone(), naming.id.clone()?);
        naming.is_closing = true;
        let call = call();
        let unsubscribing = self.next_key();
        self.by_id.insert(call.clone(), unsubscribing);
        let waiting = Waiting {
            ids: Ids::One(call.clone()),
            is_sent: true,
            kind: Kind::Unsubscribe(key),
        };
        self.waiting.insert(unsubscribing, waiting);
        Some(Stopping::Unsubscribe(unsubscribe, id, call))
    }

    /// The other end has closed a subscription, as it was asked to.
    pub(super) fn closed(&mut self, key: Key, limits: &DuplexLimits) -> Option<Waker> {
        if let Some(id) = self.naming(key)?.id.clone() {
            forget(&mut self.subscriptions.open, &id, key);
        }
        self.end(key, Received::Unsubscribed, limits)
    }
}

/// Puts what a notification says into a subscription's buffer. A failure becomes the response to its call.
fn take(
    buffer: &mut Buffer,
    ids: &Ids,
    notice: Notice,
    bytes: usize,
    limits: &DuplexLimits,
) -> Option<Waker> {
    if buffer.is_ended() {
        return None;
    }
    match notice {
        Notice::Item(item) => buffer.item(item, bytes, limits),
        Notice::Failed(error) => {
            let call = ids.iter().next().unwrap_or(&Id::NULL);
            let response = control::failed(&error, call);
            buffer.end(Received::End(response.into()))
        }
    }
}

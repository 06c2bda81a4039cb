//! [`Outgoing`]: our calls and streams that wait for the other end.

use std::collections::HashMap;
use std::task::{Context as Task, Poll, Waker};

use bytes::Bytes;
use futures_channel::oneshot;

use super::buffer::{Buffer, Lost, Received};
use super::early::{Early, Notice};
use crate::json::id::Id;
use crate::limits::{DuplexLimits, SlowReader};
use crate::wire::control;
use crate::wire::item::StreamItem;

/// Names one of our calls or streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key(u64);

/// Our calls and streams that wait for the other end.
#[derive(Default)]
pub(super) struct Outgoing {
    last: u64,
    by_id: HashMap<Id, Key>,
    waiting: HashMap<Key, Waiting>,
    /// Subscriptions that are open.
    subscriptions: HashMap<Id, Key>,
    /// How many subscriptions wait for the reply with their id.
    unnamed: usize,
    early: Early,
    /// How many streams keep the connection from being read, until they are read themselves.
    holding: usize,
}

struct Waiting {
    ids: Ids,
    /// Something of its message may have been written.
    is_sent: bool,
    kind: Kind,
}

impl Waiting {
    fn has_no_reader(&self) -> bool {
        match &self.kind {
            Kind::Subscription(_, naming) => naming.is_given_up,
            Kind::Unsubscribe(_) => true,
            Kind::Reply(_) | Kind::Stream(_) => false,
        }
    }
}

enum Kind {
    Reply(oneshot::Sender<Result<Bytes, Lost>>),
    Stream(Buffer),
    Subscription(Buffer, Naming),
    /// A call that closes this subscription.
    Unsubscribe(Key),
}

/// Which subscription of the other end's it is.
struct Naming {
    /// The method that closes it.
    unsubscribe: String,
    /// Its id, once the reply has come.
    id: Option<Id>,
    /// Nobody reads it any more, but it has to be closed as soon as its id is known.
    is_given_up: bool,
    /// The other end has been asked to close it.
    is_closing: bool,
}

/// The ids of the calls in a message.
#[derive(Debug, Clone)]
pub(crate) enum Ids {
    One(Id),
    Several(Vec<Id>),
}

impl Ids {
    pub(super) fn iter(&self) -> std::slice::Iter<'_, Id> {
        match self {
            Ids::One(id) => std::slice::from_ref(id).iter(),
            Ids::Several(ids) => ids.iter(),
        }
    }
}

/// How to tell the other end that something of its is not wanted any more.
pub(super) enum Stop {
    Cancel(Ids),
    /// Call this method with this id.
    Unsubscribe(String, Id),
}

impl Outgoing {
    /// Whether nobody waits for the other end.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.values().all(Waiting::has_no_reader)
    }

    /// Whether notifications may be about subscriptions.
    pub(super) fn has_subscriptions(&self) -> bool {
        self.unnamed > 0 || !self.subscriptions.is_empty()
    }

    /// Whether a stream keeps the connection from being read.
    pub(super) fn is_holding(&self) -> bool {
        self.holding > 0
    }

    pub(super) fn call(
        &mut self,
        ids: Ids,
        limits: &DuplexLimits,
    ) -> Result<(Key, oneshot::Receiver<Result<Bytes, Lost>>), Lost> {
        let (sender, receiver) = oneshot::channel();
        let key = self.enter(ids, Kind::Reply(sender), limits)?;
        Ok((key, receiver))
    }

    pub(super) fn open(
        &mut self,
        id: Id,
        slow_reader: SlowReader,
        limits: &DuplexLimits,
    ) -> Result<Key, Lost> {
        let stream = Kind::Stream(Buffer::new(slow_reader));
        self.enter(Ids::One(id), stream, limits)
    }

    /// Enters a call that opens a subscription, which this method closes.
    pub(super) fn subscribe(
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
        self.unnamed += 1;
        Ok(key)
    }

    fn enter(&mut self, ids: Ids, kind: Kind, limits: &DuplexLimits) -> Result<Key, Lost> {
        if self.waiting.len() >= limits.max_calls.saturating_add(limits.max_streams) {
            return Err(Lost::Full);
        }
        if ids.iter().any(|id| self.by_id.contains_key(id)) {
            return Err(Lost::IdInUse);
        }
        self.last += 1;
        let key = Key(self.last);
        let entries = ids.iter().map(|id| (id.clone(), key));
        self.by_id.extend(entries);
        let waiting = Waiting {
            ids,
            is_sent: false,
            kind,
        };
        self.waiting.insert(key, waiting);
        Ok(key)
    }

    pub(super) fn sent(&mut self, key: Key) {
        if let Some(waiting) = self.waiting.get_mut(&key) {
            waiting.is_sent = true;
        }
    }

    /// Finds out which message a response answers. An error whose id is null can only be about the one message that waits.
    pub(super) fn answer(
        &mut self,
        id: Option<&Id>,
        message: Bytes,
        limits: &DuplexLimits,
    ) -> Option<Answered> {
        let known = id.and_then(|id| self.find(id));
        let key = known.or_else(|| self.only_one(id))?;
        let waiting = self.waiting.get_mut(&key)?;
        match &mut waiting.kind {
            Kind::Stream(buffer) | Kind::Subscription(buffer, _) if buffer.is_ended() => {
                return Some(Answered::Ignored);
            }
            Kind::Stream(_) => {
                self.forget_ids(key);
                let waker = self.end(key, Received::End(message), limits);
                return Some(Answered::Stream(waker));
            }
            Kind::Subscription(..) => return Some(self.name(key, message, limits)),
            Kind::Reply(_) | Kind::Unsubscribe(_) => self.forget_ids(key),
        }
        match self.waiting.remove(&key)?.kind {
            Kind::Reply(sender) => Some(Answered::Reply(sender, message)),
            Kind::Unsubscribe(of) => Some(Answered::Stream(self.closed(of, limits))),
            Kind::Stream(_) | Kind::Subscription(..) => None,
        }
    }

    fn find(&self, id: &Id) -> Option<Key> {
        find(&self.by_id, id)
    }

    fn only_one(&self, id: Option<&Id>) -> Option<Key> {
        let is_unidentified = id.is_none_or(Id::is_null);
        let mut keys = self.waiting.keys();
        match (keys.next(), keys.next()) {
            (Some(key), None) if is_unidentified => Some(*key),
            _ => None,
        }
    }

    fn forget_ids(&mut self, key: Key) {
        if let Some(waiting) = self.waiting.get(&key) {
            for id in waiting.ids.iter() {
                forget(&mut self.by_id, id, key);
            }
        }
    }

    /// The reply to the call that opens a subscription: its id, or why there is none.
    fn name(&mut self, key: Key, message: Bytes, limits: &DuplexLimits) -> Answered {
        self.forget_ids(key);
        self.unnamed = self.unnamed.saturating_sub(1);
        let id = control::subscription_id(&message);
        let early = id.as_ref().and_then(|id| self.early.take(id));
        if self.unnamed == 0 {
            self.early.clear();
        }
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
        self.subscriptions.insert(id, key);
        Answered::Stream(waker)
    }

    /// Returns the reader's waker, and how to stop a stream that has sent more than the buffer can hold.
    pub(super) fn progress(
        &mut self,
        token: &Id,
        value: Option<StreamItem>,
        bytes: usize,
        limits: &DuplexLimits,
    ) -> (Option<Waker>, Option<Stop>) {
        let key = self.by_id.get(token).copied();
        let Some(Waiting {
            kind: Kind::Stream(buffer),
            ..
        }) = key.and_then(|key| self.waiting.get_mut(&key))
        else {
            return (None, None); // late, or progress that nobody asked for
        };
        if buffer.is_ended() {
            return (None, None);
        }
        let held = buffer.holds(limits);
        let waker = match value {
            Some(value) => buffer.item(value, bytes, limits),
            None => buffer.opened_with_credit(),
        };
        self.holding = self.holding + usize::from(buffer.holds(limits)) - usize::from(held);
        let stop = buffer
            .is_ended()
            .then(|| Stop::Cancel(Ids::One(token.clone())));
        (waker, stop)
    }

    /// Like [`progress`](Self::progress), for a notification about a subscription. `None` if no subscription has this id yet. The
    /// notification is kept if one may get it.
    pub(super) fn notice(
        &mut self,
        id: &Id,
        notice: Notice,
        bytes: usize,
        limits: &DuplexLimits,
    ) -> Option<(Option<Waker>, Option<Stop>)> {
        let Some(key) = find(&self.subscriptions, id) else {
            if self.unnamed > 0 {
                self.early.keep(id, notice, bytes, limits);
            }
            return None;
        };
        let Some(Waiting {
            kind: Kind::Subscription(buffer, naming),
            ids,
            ..
        }) = self.waiting.get_mut(&key)
        else {
            return None; // never happens: a subscription is forgotten together with its reader
        };
        let has_failed = matches!(notice, Notice::Failed(_));
        let held = buffer.holds(limits);
        let waker = take(buffer, ids, notice, bytes, limits);
        self.holding = self.holding + usize::from(buffer.holds(limits)) - usize::from(held);
        if !buffer.is_ended() {
            return Some((waker, None));
        }
        self.subscriptions.remove(id);
        let unsubscribe = &naming.unsubscribe;
        let stop = (!has_failed).then(|| Stop::Unsubscribe(unsubscribe.clone(), id.clone()));
        Some((waker, stop))
    }

    pub(super) fn poll_stream(
        &mut self,
        key: Key,
        task: &mut Task<'_>,
        limits: &DuplexLimits,
    ) -> Poll<Received> {
        let Some(buffer) = self.buffer(key) else {
            return Poll::Ready(Received::Lost(Lost::Sent));
        };
        let held = buffer.holds(limits);
        let polled = buffer.poll(task);
        let released = held && !buffer.holds(limits);
        self.holding -= usize::from(released);
        polled
    }

    fn buffer(&mut self, key: Key) -> Option<&mut Buffer> {
        match &mut self.waiting.get_mut(&key)?.kind {
            Kind::Stream(buffer) | Kind::Subscription(buffer, _) => Some(buffer),
            Kind::Reply(_) | Kind::Unsubscribe(_) => None,
        }
    }

    /// How much credit a stream should get, once half of it has been read.
    pub(super) fn credit_to_grant(
        &mut self,
        key: Key,
        limits: &DuplexLimits,
    ) -> Option<(Id, usize)> {
        let Waiting {
            ids: Ids::One(id),
            kind: Kind::Stream(buffer),
            ..
        } = self.waiting.get_mut(&key)?
        else {
            return None;
        };
        Some((id.clone(), buffer.credit_to_grant(limits)?))
    }

    /// Whether a call or a stream is waiting for the other end.
    pub(super) fn contains(&self, key: Key) -> bool {
        self.waiting.contains_key(&key)
    }

    /// Gives up a call or a stream. Returns how to tell the other end, if it has not been answered.
    pub(super) fn give_up(
        &mut self,
        key: Key,
        is_unsent: bool,
        limits: &DuplexLimits,
    ) -> Option<Stop> {
        if let Some(buffer) = self.buffer(key) {
            self.holding -= usize::from(buffer.holds(limits));
        }
        if let Kind::Subscription(buffer, naming) = &mut self.waiting.get_mut(&key)?.kind
            && naming.id.is_none()
            && !buffer.is_ended()
            && !is_unsent
        {
            naming.is_given_up = true;
            let ids = self.waiting.get(&key)?.ids.clone();
            return Some(Stop::Cancel(ids));
        }
        self.forget_ids(key);
        let waiting = self.waiting.remove(&key)?;
        match waiting.kind {
            Kind::Stream(buffer) if buffer.is_ended() => None,
            Kind::Stream(_) | Kind::Reply(_) | Kind::Unsubscribe(_) => {
                Some(Stop::Cancel(waiting.ids))
            }
            Kind::Subscription(buffer, naming) => {
                let Some(id) = naming.id else {
                    // Those that have ended have been counted out.
                    self.unnamed -= usize::from(!buffer.is_ended());
                    return None;
                };
                forget(&mut self.subscriptions, &id, key);
                (!buffer.is_ended() && !naming.is_closing)
                    .then_some(Stop::Unsubscribe(naming.unsubscribe, id))
            }
        }
    }

    /// Asks the other end to stop a stream, whose reader goes on reading. Returns what to tell it.
    pub(super) fn stop(&mut self, key: Key, call: impl FnOnce() -> Id) -> Option<Stopping> {
        let waiting = self.waiting.get_mut(&key)?;
        match &mut waiting.kind {
            Kind::Stream(buffer) if !buffer.is_ended() => {
                Some(Stopping::Cancel(waiting.ids.clone()))
            }
            Kind::Subscription(buffer, naming) if !buffer.is_ended() && !naming.is_closing => {
                naming.is_closing = naming.id.is_some();
                let (unsubscribe, id) = (naming.unsubscribe.clone(), naming.id.clone()?);
                let call = call();
                self.last += 1;
                let unsubscribing = Key(self.last);
                self.by_id.insert(call.clone(), unsubscribing);
                let waiting = Waiting {
                    ids: Ids::One(call.clone()),
                    is_sent: true,
                    kind: Kind::Unsubscribe(key),
                };
                self.waiting.insert(unsubscribing, waiting);
                Some(Stopping::Unsubscribe(unsubscribe, id, call))
            }
            _ => None,
        }
    }

    /// The other end has closed a subscription, as it was asked to.
    fn closed(&mut self, key: Key, limits: &DuplexLimits) -> Option<Waker> {
        if let Kind::Subscription(_, naming) = &self.waiting.get(&key)?.kind
            && let Some(id) = &naming.id
        {
            forget(&mut self.subscriptions, id, key);
        }
        self.end(key, Received::Unsubscribed, limits)
    }

    /// Ends a stream. What has come can still be read.
    fn end(&mut self, key: Key, end: Received, limits: &DuplexLimits) -> Option<Waker> {
        let buffer = self.buffer(key)?;
        let held = buffer.holds(limits);
        let waker = buffer.end(end);
        self.holding -= usize::from(held);
        waker
    }

    /// Fails everything that waits.
    pub(super) fn fail_all(&mut self) -> Vec<Failed> {
        self.by_id.clear();
        self.subscriptions.clear();
        self.early.clear();
        (self.unnamed, self.holding) = (0, 0);
        let mut failed = Vec::new();
        let mut streams = HashMap::new();
        for (key, mut waiting) in self.waiting.drain() {
            let lost = match waiting.is_sent {
                true => Lost::Sent,
                false => Lost::NotSent,
            };
            match &mut waiting.kind {
                Kind::Subscription(_, naming) if naming.is_given_up => {}
                Kind::Stream(buffer) | Kind::Subscription(buffer, _) => {
                    let waker = buffer.end(Received::Lost(lost));
                    failed.extend(waker.map(Failed::Stream));
                    streams.insert(key, waiting);
                }
                Kind::Reply(_) | Kind::Unsubscribe(_) => {
                    if let Kind::Reply(sender) = waiting.kind {
                        failed.push(Failed::Reply(sender, lost));
                    }
                }
            }
        }
        // Their readers still read what has come.
        self.waiting = streams;
        failed
    }
}

/// Removes an id, unless it names something else by now.
fn forget(known: &mut HashMap<Id, Key>, id: &Id, key: Key) {
    if known.get(id) == Some(&key) {
        known.remove(id);
    }
}

/// Finds an id. Some peers write the same one in another way, such as `1.0` for `1`.
fn find(known: &HashMap<Id, Key>, id: &Id) -> Option<Key> {
    known.get(id).copied().or_else(|| {
        let mut same = known.iter().filter(|(known, _)| known.matches(id));
        same.next().map(|(_, key)| *key)
    })
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

/// How to tell the other end to stop a stream that is read on.
pub(super) enum Stopping {
    Cancel(Ids),
    /// Call this method with this subscription. That call has this id.
    Unsubscribe(String, Id, Id),
}

/// Whom a response is for. It is told once nothing is locked.
pub(super) enum Answered {
    Reply(oneshot::Sender<Result<Bytes, Lost>>, Bytes),
    Stream(Option<Waker>),
    /// A stream that has ended as soon as it was open.
    Stopped(Option<Waker>, Stop),
    /// A subscription that nobody wants any more.
    GivenUp(Stop),
    Ignored,
}

/// The tasks to wake when the connection closes.
pub(super) enum Failed {
    Reply(oneshot::Sender<Result<Bytes, Lost>>, Lost),
    Stream(Waker),
}

impl Failed {
    pub(super) fn tell(self) {
        match self {
            // Nobody waits if this fails.
            Failed::Reply(sender, lost) => drop(sender.send(Err(lost))),
            Failed::Stream(waker) => waker.wake(),
        }
    }
}

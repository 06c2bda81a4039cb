//! [`Outgoing`]: our calls and streams that wait for the other end.

mod early;
mod subscriptions;

use std::collections::HashMap;
use std::task::{Context as Task, Poll, Waker};

use bytes::Bytes;
use futures_channel::oneshot;

pub(crate) use self::early::Notice;
use self::subscriptions::{Naming, Subscriptions};
use super::buffer::{Buffer, Lost, Received};
use crate::json::id::Id;
use crate::limits::{DuplexLimits, SlowReader};
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
    subscriptions: Subscriptions,
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
    /// Whether nobody waits for anything that the other end has not sent yet.
    fn is_done(&self) -> bool {
        match &self.kind {
            Kind::Subscription(buffer, naming) => naming.is_given_up || buffer.is_ended(),
            Kind::Stream(buffer) => buffer.is_ended(),
            Kind::Unsubscribe(_) => true,
            Kind::Reply(_) => false,
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

impl Kind {
    fn buffer(&mut self) -> Option<&mut Buffer> {
        match self {
            Kind::Stream(buffer) | Kind::Subscription(buffer, _) => Some(buffer),
            Kind::Reply(_) | Kind::Unsubscribe(_) => None,
        }
    }
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
        self.waiting.values().all(Waiting::is_done)
    }

    /// Whether notifications may be about subscriptions.
    pub(super) fn has_subscriptions(&self) -> bool {
        self.subscriptions.has_any()
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

    fn next_key(&mut self) -> Key {
        self.last += 1;
        Key(self.last)
    }

    fn enter(&mut self, ids: Ids, kind: Kind, limits: &DuplexLimits) -> Result<Key, Lost> {
        if self.waiting.len() >= limits.max_calls.saturating_add(limits.max_streams) {
            return Err(Lost::Full);
        }
        if ids.iter().any(|id| self.by_id.contains_key(id)) {
            return Err(Lost::IdInUse);
        }
        let key = self.next_key();
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

    /// Returns the reader's waker, and how to stop a stream that has sent more than the buffer can hold.
    pub(super) fn progress(
        &mut self,
        token: &Id,
        value: Option<StreamItem>,
        bytes: usize,
        limits: &DuplexLimits,
    ) -> (Option<Waker>, Option<Stop>) {
        let key = self.by_id.get(token).copied();
        let key = key.filter(|key| self.is_stream(*key));
        // Otherwise it is late, or progress that nobody asked for.
        let Some((waker, is_over)) = key.and_then(|key| {
            self.change(key, limits, |buffer, _| {
                if buffer.is_ended() {
                    return (None, false);
                }
                let waker = match value {
                    Some(value) => buffer.item(value, bytes, limits),
                    None => buffer.opened_with_credit(),
                };
                (waker, buffer.is_ended())
            })
        }) else {
            return (None, None);
        };
        let stop = is_over.then(|| Stop::Cancel(Ids::One(token.clone())));
        (waker, stop)
    }

    fn is_stream(&self, key: Key) -> bool {
        let waiting = self.waiting.get(&key);
        waiting.is_some_and(|waiting| matches!(waiting.kind, Kind::Stream(_)))
    }

    /// Changes the buffer of a stream or of a subscription, and notes whether it holds the connection from then on.
    fn change<R>(
        &mut self,
        key: Key,
        limits: &DuplexLimits,
        change: impl FnOnce(&mut Buffer, &Ids) -> R,
    ) -> Option<R> {
        let waiting = self.waiting.get_mut(&key)?;
        let buffer = waiting.kind.buffer()?;
        let held = buffer.holds(limits);
        let result = change(buffer, &waiting.ids);
        self.holding = self.holding + usize::from(buffer.holds(limits)) - usize::from(held);
        Some(result)
    }

    pub(super) fn poll_stream(
        &mut self,
        key: Key,
        task: &mut Task<'_>,
        limits: &DuplexLimits,
    ) -> Poll<Received> {
        let polled = self.change(key, limits, |buffer, _| buffer.poll(task));
        polled.unwrap_or(Poll::Ready(Received::Lost(Lost::Sent)))
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
        let holds = |buffer: &mut Buffer| buffer.holds(limits);
        let held = self.waiting.get_mut(&key)?.kind.buffer().is_some_and(holds);
        self.holding -= usize::from(held);
        if !is_unsent && let Some(stop) = self.give_up_unnamed(key) {
            return Some(stop);
        }
        self.forget_ids(key);
        let waiting = self.waiting.remove(&key)?;
        match waiting.kind {
            Kind::Stream(buffer) if buffer.is_ended() => None,
            Kind::Stream(_) | Kind::Reply(_) | Kind::Unsubscribe(_) => {
                Some(Stop::Cancel(waiting.ids))
            }
            Kind::Subscription(buffer, naming) => {
                self.forget_subscription(key, naming, buffer.is_ended())
            }
        }
    }

    /// Asks the other end to stop a stream, whose reader goes on reading. Returns what to tell it.
    pub(super) fn stop(&mut self, key: Key, call: impl FnOnce() -> Id) -> Option<Stopping> {
        let waiting = self.waiting.get(&key)?;
        match &waiting.kind {
            Kind::Stream(buffer) if !buffer.is_ended() => {
                Some(Stopping::Cancel(waiting.ids.clone()))
            }
            Kind::Subscription(buffer, _) if !buffer.is_ended() => self.unsubscribe(key, call),
            _ => None,
        }
    }

    /// Ends a stream. What has come can still be read.
    fn end(&mut self, key: Key, end: Received, limits: &DuplexLimits) -> Option<Waker> {
        self.change(key, limits, |buffer, _| buffer.end(end))?
    }

    /// Fails everything that waits.
    pub(super) fn fail_all(&mut self) -> Vec<Failed> {
        self.by_id.clear();
        self.subscriptions.clear();
        self.holding = 0;
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

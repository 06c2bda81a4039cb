//! [`Outgoing`]: our calls and streams that wait for the other end.

use std::collections::{HashMap, VecDeque};
use std::task::{Context as Task, Poll, Waker};

use bytes::Bytes;
use futures_channel::oneshot;

use super::waiting::{wait, wake};
use crate::json::id::Id;
use crate::limits::DuplexLimits;

/// Names one of our calls or streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key(u64);

/// Our calls and streams that wait for the other end.
#[derive(Default)]
pub(super) struct Outgoing {
    last: u64,
    by_id: HashMap<Id, Key>,
    waiting: HashMap<Key, Waiting>,
}

struct Waiting {
    ids: Ids,
    /// Something of its message may have been written.
    is_sent: bool,
    kind: Kind,
}

enum Kind {
    Reply(oneshot::Sender<Result<Bytes, Lost>>),
    Stream(Buffer),
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

/// What a stream of the other end says.
#[derive(Debug)]
pub(crate) enum Received {
    Opened,
    /// An item's JSON, and the length of its message.
    Item(Bytes, usize),
    /// The response.
    End(Bytes),
    Lost(Lost),
}

/// The reason that no reply will come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The connection was closed before the message was written.
    NotSent,
    /// The connection was closed while the reply was waited for.
    Sent,
    /// The reader of a stream was too slow for what the buffer can hold.
    Lagged,
    /// Another call with this id waits.
    IdInUse,
    /// Too many calls wait.
    Full,
}

/// What a stream has sent and nobody has read yet.
#[derive(Default)]
struct Buffer {
    received: VecDeque<Received>,
    bytes: usize,
    /// Bytes that have been read since credit was granted.
    read: usize,
    is_ended: bool,
    /// The other end knows what credit is: it has said that the stream is open.
    keeps_to_credit: bool,
    waker: Option<Waker>,
}

impl Outgoing {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
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

    pub(super) fn open(&mut self, id: Id, limits: &DuplexLimits) -> Result<Key, Lost> {
        self.enter(Ids::One(id), Kind::Stream(Buffer::default()), limits)
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
    pub(super) fn answer(&mut self, id: Option<&Id>, message: Bytes) -> Option<Answered> {
        let known = id.and_then(|id| self.find(id));
        let key = known.or_else(|| self.only_one(id))?;
        let waiting = self.waiting.get_mut(&key)?;
        if let Kind::Stream(buffer) = &mut waiting.kind {
            if buffer.is_ended {
                return Some(Answered::Ignored);
            }
            let waker = buffer.end(Received::End(message));
            self.forget_ids(key);
            return Some(Answered::Stream(waker));
        }
        self.forget_ids(key);
        match self.waiting.remove(&key)?.kind {
            Kind::Reply(sender) => Some(Answered::Reply(sender, message)),
            Kind::Stream(_) => None,
        }
    }

    fn find(&self, id: &Id) -> Option<Key> {
        // Some peers write the same id in another way, such as `1.0` for `1`.
        let exact = self.by_id.get(id).copied();
        exact.or_else(|| {
            let mut same = self.by_id.iter().filter(|(known, _)| known.matches(id));
            same.next().map(|(_, key)| *key)
        })
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
                self.by_id.remove(id);
            }
        }
    }

    /// Returns the reader's waker, and the id of a stream that has sent more than the buffer can hold.
    pub(super) fn progress(
        &mut self,
        token: &Id,
        value: Option<Bytes>,
        bytes: usize,
        limits: &DuplexLimits,
    ) -> (Option<Waker>, Option<Id>) {
        let key = self.by_id.get(token).copied();
        let Some(Waiting {
            kind: Kind::Stream(buffer),
            ..
        }) = key.and_then(|key| self.waiting.get_mut(&key))
        else {
            return (None, None); // late, or progress that nobody asked for
        };
        if buffer.is_ended {
            return (None, None);
        }
        let Some(value) = value else {
            buffer.keeps_to_credit = true;
            return (buffer.push(Received::Opened, 0), None);
        };
        let is_full = buffer.bytes.saturating_add(bytes) > limits.stream_buffer
            || !buffer.keeps_to_credit && buffer.received.len() >= limits.stream_buffer_items;
        if is_full && !buffer.received.is_empty() {
            let waker = buffer.end(Received::Lost(Lost::Lagged));
            return (waker, Some(token.clone()));
        }
        (buffer.push(Received::Item(value, bytes), bytes), None)
    }

    pub(super) fn poll_stream(&mut self, key: Key, task: &mut Task<'_>) -> Poll<Received> {
        let Some(Waiting {
            kind: Kind::Stream(buffer),
            ..
        }) = self.waiting.get_mut(&key)
        else {
            return Poll::Ready(Received::Lost(Lost::Sent));
        };
        match buffer.received.pop_front() {
            Some(received) => {
                if let Received::Item(_, bytes) = &received {
                    buffer.bytes -= bytes;
                    buffer.read += bytes;
                }
                Poll::Ready(received)
            }
            None => {
                wait(&mut buffer.waker, task);
                Poll::Pending
            }
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
        if buffer.is_ended || buffer.read < limits.window / 2 {
            return None;
        }
        Some((id.clone(), std::mem::take(&mut buffer.read)))
    }

    /// Forgets a call or a stream. Returns its ids if it has not been answered.
    pub(super) fn give_up(&mut self, key: Key) -> Option<Ids> {
        self.forget_ids(key);
        let waiting = self.waiting.remove(&key)?;
        match &waiting.kind {
            Kind::Stream(buffer) if buffer.is_ended => None,
            _ => Some(waiting.ids),
        }
    }

    /// Fails everything that waits.
    pub(super) fn fail_all(&mut self) -> Vec<Failed> {
        self.by_id.clear();
        let mut failed = Vec::new();
        let mut streams = HashMap::new();
        for (key, mut waiting) in self.waiting.drain() {
            let lost = match waiting.is_sent {
                true => Lost::Sent,
                false => Lost::NotSent,
            };
            match waiting.kind {
                Kind::Reply(sender) => failed.push(Failed::Reply(sender, lost)),
                Kind::Stream(mut buffer) => {
                    let waker = buffer.end(Received::Lost(lost));
                    failed.extend(waker.map(Failed::Stream));
                    waiting.kind = Kind::Stream(buffer);
                    streams.insert(key, waiting);
                }
            }
        }
        // Their readers still read what has come.
        self.waiting = streams;
        failed
    }
}

impl Buffer {
    fn push(&mut self, received: Received, bytes: usize) -> Option<Waker> {
        self.bytes += bytes;
        self.received.push_back(received);
        self.waker.take()
    }

    fn end(&mut self, end: Received) -> Option<Waker> {
        if std::mem::replace(&mut self.is_ended, true) {
            return None;
        }
        self.push(end, 0)
    }
}

/// Whom a response is for. It is told once nothing is locked.
pub(super) enum Answered {
    Reply(oneshot::Sender<Result<Bytes, Lost>>, Bytes),
    Stream(Option<Waker>),
    Ignored,
}

impl Answered {
    /// False if nobody waits any more.
    pub(super) fn tell(self) -> bool {
        match self {
            Answered::Reply(sender, message) => sender.send(Ok(message)).is_ok(),
            Answered::Stream(waker) => {
                wake(waker);
                true
            }
            Answered::Ignored => false,
        }
    }
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

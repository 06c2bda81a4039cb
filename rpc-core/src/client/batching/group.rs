//! [`Groups`]: the messages that calls are being gathered for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_channel::oneshot;

use super::super::answers::{Distinct, Sent};
use super::super::{TransportFailure, TransportReply, TransportRequest};
use super::Batching;
use crate::json::id::Id;
use crate::secret;

/// The messages that calls are being gathered for: one for each set of headers.
#[derive(Clone, Default)]
pub(super) struct Groups(Arc<Mutex<OpenGroups>>);

#[derive(Default)]
struct OpenGroups {
    open: Vec<Open>,
    /// How many there have been.
    opened: u64,
}

/// A group that is not complete.
struct Open {
    number: u64,
    entries: Vec<Entry>,
    ids: Distinct,
    size: usize,
    /// Takes the entries to the group's carrier, when no more of them fit.
    full: oneshot::Sender<Vec<Entry>>,
}

/// A group, for its carrier. When the carrier is ended before its time, as by a runtime that is shut down, its callers know.
pub(super) struct Group {
    number: u64,
    full: oneshot::Receiver<Vec<Entry>>,
    groups: Groups,
}

impl Groups {
    /// Puts an entry into the group that it belongs to. Returns the group, if it had to be opened.
    pub(super) fn join(&self, entry: Entry, batching: &Batching) -> Option<Group> {
        let (number, full) = self.lock().join(entry, batching)?;
        Some(Group {
            number,
            full,
            groups: self.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, OpenGroups> {
        // Nothing under the lock panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Group {
    /// The entries, when no more of them fit.
    pub(super) fn full(&mut self) -> &mut oneshot::Receiver<Vec<Entry>> {
        &mut self.full
    }

    /// The entries, as many as there are; `None`, where the group was full and has left.
    pub(super) fn take(&self) -> Option<Vec<Entry>> {
        self.groups.lock().take(self.number)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        drop(self.take());
    }
}

impl OpenGroups {
    fn join(
        &mut self,
        entry: Entry,
        batching: &Batching,
    ) -> Option<(u64, oneshot::Receiver<Vec<Entry>>)> {
        match self.open.iter().position(|group| group.suits(&entry)) {
            Some(at) if self.open[at].has_room_for(&entry, batching) => {
                self.open[at].push(entry);
                if self.open[at].entries.len() >= batching.max_calls {
                    self.open.swap_remove(at).close();
                }
                None
            }
            Some(at) => {
                self.open.swap_remove(at).close();
                Some(self.open(entry))
            }
            None => Some(self.open(entry)),
        }
    }

    fn open(&mut self, entry: Entry) -> (u64, oneshot::Receiver<Vec<Entry>>) {
        let (full, carrier) = oneshot::channel();
        self.opened += 1;
        let mut ids = Distinct::default();
        ids.add(&entry.id);
        self.open.push(Open {
            number: self.opened,
            size: size_of(&entry.message),
            entries: vec![entry],
            ids,
            full,
        });
        (self.opened, carrier)
    }

    fn take(&mut self, number: u64) -> Option<Vec<Entry>> {
        let at = self.open.iter().position(|group| group.number == number)?;
        Some(self.open.swap_remove(at).entries)
    }
}

impl Open {
    /// Calls with a timeout keep to themselves: how long the others wait is the transport's business.
    fn suits(&self, entry: &Entry) -> bool {
        let first = &self.entries[0].message; // a group is opened with an entry
        first.timeout.is_some() == entry.message.timeout.is_some()
            && first.headers == entry.message.headers
    }

    /// Is there room, and can the entry's answer be told from the others'?
    fn has_room_for(&mut self, entry: &Entry, batching: &Batching) -> bool {
        self.size + entry.message.body.len() < batching.max_size
            && self.ids.is_new(&entry.id, &self.entries)
    }

    fn push(&mut self, entry: Entry) {
        self.size += 1 + entry.message.body.len(); // a comma
        self.ids.add(&entry.id);
        self.entries.push(entry);
    }

    fn close(self) {
        // Without a carrier, the entries are dropped, and their callers know.
        let _carrier = self.full.send(self.entries);
    }
}

/// A call that waits for its answer.
pub(super) struct Entry {
    id: Id,
    message: TransportRequest,
    answer: oneshot::Sender<Answer>,
}

/// What becomes of an entry.
pub(super) enum Answer {
    Reply(Result<TransportReply, TransportFailure>),
    /// The server takes no batches: this is to be sent by itself.
    Refused(TransportRequest),
}

impl Sent for Entry {
    fn id(&self) -> &Id {
        &self.id
    }
}

impl Entry {
    pub(super) fn new(id: Id, message: TransportRequest) -> (Self, oneshot::Receiver<Answer>) {
        let (answer, receiver) = oneshot::channel();
        let entry = Entry {
            id,
            message,
            answer,
        };
        (entry, receiver)
    }

    pub(super) fn is_awaited(&self) -> bool {
        !self.answer.is_canceled()
    }

    /// Is done when nobody waits for the answer any more.
    pub(super) fn gone(&mut self) -> oneshot::Cancellation<'_, Answer> {
        self.answer.cancellation()
    }

    pub(super) fn into_parts(self) -> (TransportRequest, oneshot::Sender<Answer>) {
        (self.message, self.answer)
    }

    pub(super) fn answer(self, reply: Result<TransportReply, TransportFailure>) {
        // Who has gone meanwhile needs no answer.
        let _nobody = self.answer.send(Answer::Reply(reply));
    }

    pub(super) fn refuse(self) {
        let _nobody = self.answer.send(Answer::Refused(self.message));
    }
}

/// How large a message of this call alone would be, as a batch.
pub(super) fn size_of(message: &TransportRequest) -> usize {
    message.body.len() + "[]".len()
}

/// The message of several calls, which wait as long as the most patient of them.
pub(super) fn joined(entries: &[Entry]) -> TransportRequest {
    let size: usize = entries
        .iter()
        .map(|entry| entry.message.body.len() + 1)
        .sum();
    let mut body = Vec::with_capacity(size + 1);
    for entry in entries {
        body.push(if body.is_empty() { b'[' } else { b',' });
        body.extend_from_slice(&entry.message.body);
    }
    body.push(b']');
    let mut message = TransportRequest::new(body);
    if let Some(first) = entries.first() {
        message.headers.clone_from(&first.message.headers);
    }
    let secrets = entries.iter().flat_map(|entry| &entry.message.secrets);
    secret::join(&mut message.secrets, secrets);
    message.timeout = entries
        .iter()
        .filter_map(|entry| entry.message.timeout)
        .max();
    message
}

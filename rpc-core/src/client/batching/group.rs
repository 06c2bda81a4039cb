//! [`Groups`]: the messages that calls are collected for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_channel::oneshot;

use super::super::answers::{DistinctIds, HasId};
use super::super::tolerance::Tolerance;
use super::super::{Progress, TransportFailure, TransportReply, TransportRequest};
use super::Batching;
use crate::json::id::Id;
use crate::secret;

/// The messages that calls are collected for: one for each set of headers.
#[derive(Clone, Default)]
pub(super) struct Groups(Arc<Mutex<OpenGroups>>);

#[derive(Default)]
struct OpenGroups {
    open: Vec<OpenGroup>,
    /// How many groups have been opened.
    opened: u64,
}

/// A group that takes more calls.
struct OpenGroup {
    number: u64,
    entries: Vec<QueuedCall>,
    ids: DistinctIds,
    size: usize,
    progress: Progress,
    /// Takes the calls to the task that sends them, when no more fit.
    full: oneshot::Sender<Vec<QueuedCall>>,
}

/// A group, for the task that sends it. If that task is ended early, as by a runtime that is shut down, the callers get an error.
pub(super) struct Group {
    number: u64,
    full: oneshot::Receiver<Vec<QueuedCall>>,
    progress: Progress,
    groups: Groups,
}

/// The number of a group that was opened, and where its calls come from when it is full.
type Opened = (u64, oneshot::Receiver<Vec<QueuedCall>>);

impl Groups {
    /// Adds a call to the group that suits it. Returns the group's progress, and the group if it had to be opened.
    pub(super) fn join(&self, entry: QueuedCall, batching: &Batching) -> (Progress, Option<Group>) {
        let (progress, opened) = self.lock().join(entry, batching);
        let group = opened.map(|(number, full)| Group {
            number,
            full,
            progress: progress.clone(),
            groups: self.clone(),
        });
        (progress, group)
    }

    fn lock(&self) -> MutexGuard<'_, OpenGroups> {
        // Nothing panics under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Group {
    /// The calls, when no more fit.
    pub(super) fn full(&mut self) -> &mut oneshot::Receiver<Vec<QueuedCall>> {
        &mut self.full
    }

    /// How far its message has come.
    pub(super) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// The calls so far; `None` if the group was full and has been sent.
    pub(super) fn take(&self) -> Option<Vec<QueuedCall>> {
        self.groups.lock().take(self.number)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        drop(self.take());
    }
}

impl OpenGroups {
    fn join(&mut self, entry: QueuedCall, batching: &Batching) -> (Progress, Option<Opened>) {
        match self.open.iter().position(|group| group.suits(&entry)) {
            Some(at) if self.open[at].has_room_for(&entry, batching) => {
                self.open[at].push(entry);
                let progress = self.open[at].progress.clone();
                if self.open[at].entries.len() >= batching.max_calls {
                    self.open.swap_remove(at).close();
                }
                (progress, None)
            }
            Some(at) => {
                self.open.swap_remove(at).close();
                self.open(entry)
            }
            None => self.open(entry),
        }
    }

    fn open(&mut self, entry: QueuedCall) -> (Progress, Option<Opened>) {
        let (full, carrier) = oneshot::channel();
        self.opened += 1;
        let mut ids = DistinctIds::default();
        ids.add(&entry.id);
        let progress = Progress::collecting();
        self.open.push(OpenGroup {
            number: self.opened,
            size: size_of(&entry.message),
            entries: vec![entry],
            ids,
            progress: progress.clone(),
            full,
        });
        (progress, Some((self.opened, carrier)))
    }

    fn take(&mut self, number: u64) -> Option<Vec<QueuedCall>> {
        let at = self.open.iter().position(|group| group.number == number)?;
        Some(self.open.swap_remove(at).entries)
    }
}

impl OpenGroup {
    /// Calls with and without a timeout do not mix: the transport decides how long the latter wait.
    fn suits(&self, entry: &QueuedCall) -> bool {
        let first = &self.entries[0].message; // a group is opened with a call
        first.timeout.is_some() == entry.message.timeout.is_some()
            && first.headers == entry.message.headers
    }

    /// Whether there is room, and the call's answer can be told from the others'.
    fn has_room_for(&mut self, entry: &QueuedCall, batching: &Batching) -> bool {
        self.size + entry.message.body.len() < batching.max_size
            && self.ids.is_new(&entry.id, &self.entries)
    }

    fn push(&mut self, entry: QueuedCall) {
        self.size += 1 + entry.message.body.len(); // a comma
        self.ids.add(&entry.id);
        self.entries.push(entry);
    }

    fn close(self) {
        // Without a task to send them the calls are dropped, and their callers get an error.
        let _no_task = self.full.send(self.entries);
    }
}

/// A call that waits for its answer.
pub(super) struct QueuedCall {
    id: Id,
    message: TransportRequest,
    answer: oneshot::Sender<Delivery>,
}

/// What becomes of a call.
pub(super) enum Delivery {
    Reply(Result<TransportReply, TransportFailure>),
    /// The server refuses batches: this is to be sent by itself.
    Alone(TransportRequest),
}

impl HasId for QueuedCall {
    fn id(&self) -> &Id {
        &self.id
    }
}

impl QueuedCall {
    pub(super) fn new(id: Id, message: TransportRequest) -> (Self, oneshot::Receiver<Delivery>) {
        let (answer, receiver) = oneshot::channel();
        let entry = QueuedCall {
            id,
            message,
            answer,
        };
        (entry, receiver)
    }

    pub(super) fn is_awaited(&self) -> bool {
        !self.answer.is_canceled()
    }

    /// Completes when nobody waits for the answer any more.
    pub(super) fn gone(&mut self) -> oneshot::Cancellation<'_, Delivery> {
        self.answer.cancellation()
    }

    pub(super) fn into_parts(self) -> (TransportRequest, oneshot::Sender<Delivery>) {
        (self.message, self.answer)
    }

    pub(super) fn answer(self, reply: Result<TransportReply, TransportFailure>) {
        // A caller that has gone needs no answer.
        let _gone = self.answer.send(Delivery::Reply(reply));
    }

    /// Has the caller send it by itself.
    pub(super) fn send_alone(self) {
        let _gone = self.answer.send(Delivery::Alone(self.message));
    }

    /// What the caller forgives; `None` if nothing.
    pub(super) fn tolerance(&self) -> Option<&Tolerance> {
        self.message.tolerance.as_ref()
    }
}

/// How large a batch of this call alone would be.
pub(super) fn size_of(message: &TransportRequest) -> usize {
    message.body.len() + "[]".len()
}

/// The message of several calls. Its timeout is the longest of theirs.
pub(super) fn joined(entries: &[QueuedCall]) -> TransportRequest {
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

//! [`Groups`]: the messages that calls are collected for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

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
    /// How many calls the last group had that was sent: the next will often have as many.
    usual: usize,
}

/// A group that takes more calls.
struct OpenGroup {
    number: u64,
    entries: Vec<QueuedCall>,
    ids: DistinctIds,
    size: usize,
    progress: Progress,
    /// The runtime of the task that sends it, if that is known.
    runtime: Option<u64>,
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

/// What a call gets that has joined a group.
pub(super) struct Joined {
    /// `None` if the task that sends the group ends the call when its time is over. Otherwise the caller has to, and this says
    /// how far the message has come.
    pub(super) own_timer: Option<Progress>,
    /// The group, if it had to be opened.
    pub(super) opened: Option<Group>,
}

/// A group that was opened: its number, where its calls come from when it is full, and its progress.
type Opened = (u64, oneshot::Receiver<Vec<QueuedCall>>, Progress);

impl Groups {
    /// Adds a call to the group that suits it. `runtime` is the one that the caller runs on, if that is known.
    pub(super) fn join(
        &self,
        entry: QueuedCall,
        runtime: Option<u64>,
        batching: &Batching,
    ) -> Joined {
        let (own_timer, opened) = self.lock().join(entry, runtime, batching);
        let opened = opened.map(|(number, full, progress)| Group {
            number,
            full,
            progress,
            groups: self.clone(),
        });
        Joined { own_timer, opened }
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
    fn join(
        &mut self,
        entry: QueuedCall,
        runtime: Option<u64>,
        batching: &Batching,
    ) -> (Option<Progress>, Option<Opened>) {
        match self.open.iter().position(|group| group.suits(&entry)) {
            Some(at) if self.open[at].has_room_for(&entry, batching) => {
                let own_timer = self.open[at].push(entry, runtime);
                if self.open[at].entries.len() >= batching.max_calls {
                    self.close(at);
                }
                (own_timer, None)
            }
            Some(at) => {
                self.close(at);
                self.open(entry, runtime)
            }
            None => self.open(entry, runtime),
        }
    }

    fn open(
        &mut self,
        entry: QueuedCall,
        runtime: Option<u64>,
    ) -> (Option<Progress>, Option<Opened>) {
        let (full, carrier) = oneshot::channel();
        self.opened += 1;
        let progress = Progress::collecting();
        let mut group = OpenGroup {
            number: self.opened,
            size: "[]".len() - 1, // the first call has no comma
            entries: Vec::with_capacity(self.usual),
            ids: DistinctIds::default(),
            progress: progress.clone(),
            runtime,
            full,
        };
        let own_timer = group.push(entry, runtime);
        self.open.push(group);
        (own_timer, Some((self.opened, carrier, progress)))
    }

    /// Sends a group off, since no more calls fit.
    fn close(&mut self, at: usize) {
        let group = self.open.swap_remove(at);
        self.usual = group.entries.len();
        // Without a task to send them the calls are dropped, and their callers get an error.
        let _no_task = group.full.send(group.entries);
    }

    fn take(&mut self, number: u64) -> Option<Vec<QueuedCall>> {
        let at = self.open.iter().position(|group| group.number == number)?;
        let group = self.open.swap_remove(at);
        self.usual = group.entries.len();
        Some(group.entries)
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

    /// Adds a call. Returns the progress to a caller that has to watch the time by itself: its runtime may run on while the one
    /// of the task that sends the group does not.
    fn push(&mut self, mut entry: QueuedCall, runtime: Option<u64>) -> Option<Progress> {
        if runtime.is_none() || runtime != self.runtime {
            entry.deadline = None;
        }
        let own_timer = entry.deadline.is_none().then(|| self.progress.clone());
        self.size += 1 + entry.message.body.len(); // a comma
        self.ids.add(&entry.id);
        self.entries.push(entry);
        own_timer
    }
}

/// A call that waits for its answer.
pub(super) struct QueuedCall {
    id: Id,
    /// Without the id, which is above.
    message: TransportRequest,
    /// When the task that sends the group ends the call. `None` if the caller does that by itself.
    deadline: Option<Instant>,
    /// `None` once it has been answered.
    answer: Option<oneshot::Sender<Delivery>>,
}

/// What becomes of a call.
pub(super) enum Delivery {
    Reply(Result<TransportReply, TransportFailure>),
    Alone(Box<Alone>),
}

/// A call that its caller has to send by itself, since the server refuses batches.
pub(super) struct Alone {
    pub(super) message: TransportRequest,
    pub(super) progress: Progress,
    /// When its time is over, if nobody else watches that.
    pub(super) deadline: Option<Instant>,
}

impl HasId for QueuedCall {
    fn id(&self) -> &Id {
        &self.id
    }
}

impl QueuedCall {
    pub(super) fn new(
        id: Id,
        message: TransportRequest,
        deadline: Option<Instant>,
    ) -> (Self, oneshot::Receiver<Delivery>) {
        let (answer, receiver) = oneshot::channel();
        let entry = QueuedCall {
            id,
            message,
            deadline,
            answer: Some(answer),
        };
        (entry, receiver)
    }

    pub(super) fn is_awaited(&self) -> bool {
        self.answer
            .as_ref()
            .is_some_and(|answer| !answer.is_canceled())
    }

    /// Completes when nobody waits for the answer any more.
    pub(super) async fn gone(&mut self) {
        if let Some(answer) = &mut self.answer {
            answer.cancellation().await;
        }
    }

    /// When the call's time is over, if somebody waits for it and leaves it to the task that sends the group.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline.filter(|_| self.is_awaited())
    }

    /// Ends the call if its time is over by `now`.
    pub(super) fn end_if_late(&mut self, now: Option<Instant>, progress: &Progress) {
        if self.deadline.is_some() && self.deadline <= now {
            self.answer(Err(progress.timeout().into()));
        }
    }

    pub(super) fn answer(&mut self, reply: Result<TransportReply, TransportFailure>) {
        self.deliver(Delivery::Reply(reply));
    }

    /// Has the caller send it by itself.
    pub(super) fn send_alone(mut self, progress: &Progress) {
        let alone = Alone {
            message: self.take_message(),
            progress: progress.clone(),
            deadline: self.deadline,
        };
        self.deliver(Delivery::Alone(Box::new(alone)));
    }

    fn deliver(&mut self, delivery: Delivery) {
        if let Some(answer) = self.answer.take() {
            // A caller that has gone needs no answer.
            let _gone = answer.send(delivery);
        }
    }

    /// The message as it was before it was collected.
    pub(super) fn take_message(&mut self) -> TransportRequest {
        let mut message = std::mem::replace(&mut self.message, TransportRequest::new(Vec::new()));
        message.call = Some(self.id.clone());
        message
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
    message.idempotent = entries.iter().all(|entry| entry.message.idempotent);
    // A call that waits for the connection must not fail because others in its message would not.
    message.fails_fast = entries.iter().all(|entry| entry.message.fails_fast);
    message
}

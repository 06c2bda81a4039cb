//! [`Packer`]: collects calls into the next message.

use std::collections::HashSet;

use rpc_core::Id;
use rpc_core::ids::IdSource;

use super::message::{Message, QueuedCall};

/// The calls of the next message.
pub(super) struct Packer {
    size: usize,
    new_ids: Box<dyn IdSource>,
    calls: Vec<QueuedCall>,
    /// The ids that the lines themselves give.
    given_ids: HashSet<String>,
}

impl Packer {
    /// A message has up to `size` calls. Calls without an id get one from `new_ids`.
    pub(super) fn new(size: usize, new_ids: Box<dyn IdSource>) -> Self {
        Packer {
            size,
            new_ids,
            calls: Vec::new(),
            given_ids: HashSet::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.calls.len() >= self.size
    }

    /// Whether the call can go in the same message: ids must differ, and calls and notifications are not mixed.
    pub(super) fn accepts(&self, queued: &QueuedCall) -> bool {
        let id = queued.call.id.as_ref().map(Id::to_string);
        let is_duplicate = id.is_some_and(|id| self.given_ids.contains(&id));
        let first = self.calls.first();
        let is_same_kind =
            first.is_none_or(|first| first.call.is_notification == queued.call.is_notification);
        is_same_kind && !is_duplicate
    }

    pub(super) fn push(&mut self, queued: QueuedCall) {
        self.given_ids
            .extend(queued.call.id.as_ref().map(|id| id.as_json().to_owned()));
        self.calls.push(queued);
    }

    /// The message of the calls so far.
    pub(super) fn take(&mut self) -> Message {
        let mut calls = std::mem::take(&mut self.calls);
        let given = std::mem::take(&mut self.given_ids);
        let is_free = |id: &Id| given.is_empty() || !given.contains(id.as_json());
        for QueuedCall { call, .. } in &mut calls {
            if call.id.is_none() && !call.is_notification {
                call.id = std::iter::repeat_with(|| self.new_ids.next_id()).find(is_free);
            }
        }
        Message(calls)
    }
}

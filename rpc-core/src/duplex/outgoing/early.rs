//! [`Early`]: items of subscriptions whose reply has not come yet. Some servers send them in this order.

use std::collections::HashMap;

use bytes::Bytes;

use crate::json::id::Id;
use crate::limits::DuplexLimits;
use crate::wire::item::StreamItem;

/// How many ids may have items before a reply names them.
const IDS: usize = 64;

/// What has come about subscriptions that no reply has named yet.
#[derive(Default)]
pub(super) struct Early {
    by_id: HashMap<Id, Notices>,
    bytes: usize,
}

/// What has come about one subscription.
#[derive(Default)]
pub(super) struct Notices {
    pub(super) kept: Vec<(Notice, usize)>,
    /// How many could not be kept.
    pub(super) missed: u64,
}

/// What a notification says about a subscription.
pub(crate) enum Notice {
    Item(StreamItem),
    /// The JSON of the error that has ended it.
    Failed(Bytes),
}

impl Early {
    pub(super) fn keep(&mut self, id: &Id, notice: Notice, bytes: usize, limits: &DuplexLimits) {
        if self.by_id.len() >= IDS && !self.by_id.contains_key(id) {
            return; // more likely about subscriptions that have been closed
        }
        let has_room = self.bytes.saturating_add(bytes) <= limits.stream_buffer;
        let notices = self.by_id.entry(id.clone()).or_default();
        match has_room && notices.missed == 0 && notices.kept.len() < limits.stream_buffer_items {
            true => {
                self.bytes += bytes;
                notices.kept.push((notice, bytes));
            }
            false => notices.missed += 1,
        }
    }

    pub(super) fn take(&mut self, id: &Id) -> Option<Notices> {
        let notices = self.by_id.remove(id)?;
        self.bytes -= notices.kept.iter().map(|(_, bytes)| bytes).sum::<usize>();
        Some(notices)
    }

    pub(super) fn clear(&mut self) {
        *self = Early::default();
    }
}

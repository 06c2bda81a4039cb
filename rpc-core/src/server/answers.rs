//! [`Answers`]: the answers to a batch, put in order.

use std::sync::Arc;

use super::reply::{Reply, ReplyRules};
use super::running::Numbered;
use crate::service::room::{Budget, FREE, Room, Share};
use crate::service::{Context, Outcome, Responder};
use crate::wire::write;

/// The size of an answer with a small result, in bytes.
const ANSWER_CAPACITY: usize = 64;

/// Puts the answers in order. An answer whose turn it is goes straight to the end of the message.
pub(super) struct Answers<'a> {
    /// How many entries the batch has.
    entries: usize,
    rules: ReplyRules,
    budget: &'a Arc<Budget>,
    limit: usize,
    message: Vec<u8>,
    next: usize,
    /// Answers that are ready before their turn. The answer to a notification is empty. The list is empty until an answer is
    /// early.
    early: Vec<Option<Vec<u8>>>,
    /// A buffer to serialise the next result into.
    spare: Vec<u8>,
    /// The share of a finished entry that has taken nothing, for the next entry.
    spare_share: Option<Share>,
}

impl<'a> Answers<'a> {
    pub(super) fn new(
        entries: usize,
        rules: ReplyRules,
        budget: &'a Arc<Budget>,
        limit: usize,
    ) -> Self {
        let mut message = Vec::with_capacity(entries * ANSWER_CAPACITY);
        message.push(b'[');
        Answers {
            entries,
            rules,
            budget,
            limit,
            message,
            next: 0,
            early: Vec::new(),
            spare: Vec::new(),
            spare_share: None,
        }
    }

    /// For the next entry.
    #[inline]
    pub(super) fn responder(&mut self, cx: &Context) -> Responder {
        let room = match cx.is_notification() {
            true => Room::NONE,
            false => {
                let spare = self.spare_share.take();
                Room::Entry(spare.unwrap_or_else(|| Share::new(self.budget)))
            }
        };
        Responder::new(std::mem::take(&mut self.spare), room)
    }

    /// Puts the outcome of an entry into its place. It is read where it was written.
    #[inline]
    pub(super) fn put(&mut self, (index, cx): Numbered<'_>, outcome: &mut Outcome) {
        outcome.log(cx);
        if index != self.next {
            let answer = self.answer(cx, outcome.take());
            return self.put_early(index, answer);
        }
        if self.append_small(cx, outcome) {
            outcome.give_back(&mut self.spare, &mut self.spare_share);
        } else {
            let answer = self.answer(cx, outcome.take());
            self.append(answer);
        }
        self.next += 1;
        while let Some(answer) = self.early.get_mut(self.next).and_then(Option::take) {
            self.append(answer);
            self.next += 1;
        }
    }

    #[cold]
    fn put_early(&mut self, index: usize, mut answer: Vec<u8>) {
        if self.early.is_empty() {
            self.early.resize_with(self.entries, || None);
        }
        // An answer that waits should not hold more memory than it needs.
        if answer.capacity() > answer.len() + FREE {
            answer.shrink_to_fit();
        }
        self.early[index] = Some(answer);
    }

    /// Appends the answer to an entry, if it is small or none. Otherwise, it does nothing and returns `false`.
    #[inline]
    fn append_small(&mut self, cx: &Context, outcome: &Outcome) -> bool {
        let Some(id) = cx.id() else {
            return true;
        };
        let Some(result) = outcome.small_result(FREE).filter(|_| !cx.version_1) else {
            return false;
        };
        let length = result.len() + write::end_length(id);
        if length > self.rules.limit {
            return false;
        }
        self.separate(length);
        self.message.extend_from_slice(result);
        write::end_response(&mut self.message, id);
        true
    }

    /// The answer to an entry, or an error in its place if the reply to the batch would be too long. Empty for a notification.
    #[inline(never)]
    fn answer(&self, cx: &Context, mut outcome: Outcome) -> Vec<u8> {
        let share = outcome.take_share();
        let Some(reply) = Reply::to(cx, outcome, self.rules) else {
            return Vec::new();
        };
        let mut share = share.unwrap_or_else(|| Share::new(self.budget));
        let id = cx.id().map_or(0, |id| id.as_bytes().len());
        let reply = match share.allow((reply.body.len() + 1).saturating_sub(id)) {
            true => {
                share.keep();
                Some(reply)
            }
            false => Reply::replaced(cx, &share.exceeded()),
        };
        reply.map(Reply::into_body).unwrap_or_default()
    }

    /// Appends the answer whose turn it is.
    fn append(&mut self, answer: Vec<u8>) {
        if !answer.is_empty() {
            self.separate(answer.len());
            self.message.extend_from_slice(&answer);
        }
        self.spare = answer;
    }

    /// Makes room for an answer of this length, and separates it from the one before it.
    #[inline]
    fn separate(&mut self, length: usize) {
        // The answer, the comma before it, and the bracket at the end.
        if self.message.capacity() - self.message.len() < length + 2 {
            self.grow(length + 2);
        }
        if self.message.len() > 1 {
            self.message.push(b',');
        }
    }

    /// Makes room for more bytes, but not for more than the limit as long as that is enough.
    #[cold]
    fn grow(&mut self, more: usize) {
        let capacity = self.message.capacity().saturating_mul(2);
        let capacity = capacity.min(self.limit).max(self.message.len() + more);
        self.message.reserve_exact(capacity - self.message.len());
    }

    /// The whole message. A batch of notifications has none.
    pub(super) fn finish(mut self) -> Option<Reply> {
        if self.message.len() == 1 {
            return None;
        }
        self.message.push(b']');
        Some(Reply::batch(self.message))
    }
}

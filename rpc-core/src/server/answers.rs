//! [`Answers`]: the answers to a batch, put in order.

use std::sync::Arc;

use super::reply::{Reply, ReplyRules};
use super::run::{self, Caught};
use crate::service::room::{Budget, FREE, Share};
use crate::service::{Context, Outcome};
use crate::wire::write;

/// The size of an answer with a small result, in bytes.
const ANSWER_CAPACITY: usize = 64;

/// Puts the answers in order. An answer whose turn it is goes straight to the end of the message.
pub(super) struct Answers<'a> {
    contexts: &'a [Context],
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
        contexts: &'a [Context],
        rules: ReplyRules,
        budget: &'a Arc<Budget>,
        limit: usize,
    ) -> Self {
        let mut message = Vec::with_capacity(contexts.len() * ANSWER_CAPACITY);
        message.push(b'[');
        Answers {
            contexts,
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

    /// What the next entry takes from the budget.
    pub(super) fn share(&mut self) -> Share {
        let spare = self.spare_share.take();
        spare.unwrap_or_else(|| Share::new(self.budget))
    }

    pub(super) fn spare_buffer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.spare)
    }

    pub(super) fn put(&mut self, index: usize, caught: Caught) {
        let outcome = run::ended(caught, &self.contexts[index]);
        let answer = self.answer(index, outcome);
        if index != self.next {
            return self.put_early(index, answer);
        }
        self.append(answer);
        while let Some(answer) = self.early.get_mut(self.next).and_then(Option::take) {
            self.append(answer);
        }
    }

    #[cold]
    fn put_early(&mut self, index: usize, mut answer: Vec<u8>) {
        if self.early.is_empty() {
            self.early.resize_with(self.contexts.len(), || None);
        }
        // An answer that waits should not hold more memory than it needs.
        if answer.capacity() > answer.len() + FREE {
            answer.shrink_to_fit();
        }
        self.early[index] = Some(answer);
    }

    /// The answer to an entry. Empty for a notification.
    #[inline]
    fn answer(&mut self, index: usize, outcome: Outcome) -> Vec<u8> {
        let cx = &self.contexts[index];
        match (outcome.into_small(FREE), &cx.id) {
            (Ok((mut body, share)), Some(id)) if !cx.version_1 => {
                write::end_response(&mut body, id);
                if body.len() > self.rules.limit {
                    body = Reply::too_long(cx, id, self.rules.limit).into_body();
                }
                self.spare_share = share;
                body
            }
            (Ok((body, share)), _) => self.long_answer(cx, Outcome::of_result(body, share)),
            (Err(outcome), _) => self.long_answer(cx, outcome),
        }
    }

    /// An answer that counts, or an error in its place if the reply to the batch would be too long.
    #[inline(never)]
    fn long_answer(&self, cx: &Context, mut outcome: Outcome) -> Vec<u8> {
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
    #[inline]
    fn append(&mut self, mut answer: Vec<u8>) {
        self.next += 1;
        if !answer.is_empty() {
            if self.message.capacity() - self.message.len() < answer.len() + 2 {
                self.grow(answer.len() + 2);
            }
            if self.message.len() > 1 {
                self.message.push(b',');
            }
            self.message.extend_from_slice(&answer);
        }
        answer.clear();
        self.spare = answer;
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

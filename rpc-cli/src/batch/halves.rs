//! [`Halves`]: the parts of messages that the server refused.

use std::collections::VecDeque;

use super::message::Message;
use super::tally::plural;
use crate::failure::Failure;

/// They are sent before anything else, in the order of their lines.
#[derive(Default)]
pub(super) struct Halves {
    messages: VecDeque<Message>,
    has_reported: bool,
}

impl Halves {
    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    pub(super) fn pop(&mut self) -> Option<Message> {
        self.messages.pop_front()
    }

    pub(super) fn split(&mut self, refused: Message) {
        for half in refused.halves().into_iter().rev() {
            self.messages.push_front(half);
        }
    }

    /// What is reported of the first refusal.
    pub(super) fn report(&mut self, numbers: &[u64], failure: &Failure) -> Option<String> {
        if std::mem::replace(&mut self.has_reported, true) {
            return None;
        }
        let (first, last) = (numbers.first()?, numbers.last()?);
        let message = plural(numbers.len(), "call");
        let why = failure.text();
        Some(format!(
            "lines {first} to {last}: the server refused the message of {message} and ran none of it: {why}; sent again in smaller ones, as a smaller --batch-size does from the start"
        ))
    }
}

//! [`Message`]: the calls of several lines, sent as one message.

use super::line::{Line, LineCall};
use super::outcome::{FinishedLine, LineOutcome};
use super::sender::Sender;
use crate::failure::Failure;
use crate::too_large;

/// A line that is about to be sent.
#[derive(Debug)]
pub(super) struct QueuedCall {
    pub(super) line: Line,
    pub(super) call: LineCall,
    /// If an earlier run sent the call without getting an answer: why it is sent again.
    pub(super) resent_because: Option<&'static str>,
}

/// Only calls, or only notifications.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) calls: Vec<QueuedCall>,
    /// It is a part of a message that the server refused.
    pub(super) is_half: bool,
}

/// What became of a message.
pub(super) enum Sent {
    Finished {
        lines: Vec<FinishedLine>,
        /// What may help those that have an error.
        hint: Option<String>,
    },
    /// The server refused it before any of it ran, and may accept fewer calls.
    Refused(Message, Failure),
}

impl Message {
    pub(super) fn new(calls: Vec<QueuedCall>) -> Self {
        Message {
            calls,
            is_half: false,
        }
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.calls.iter().map(|queued| &queued.line)
    }

    pub(super) fn numbers(&self) -> Vec<u64> {
        self.lines().map(|line| line.number).collect()
    }

    /// Two messages, with half of the calls each.
    pub(super) fn halves(mut self) -> [Message; 2] {
        let second = self.calls.split_off(self.calls.len().div_ceil(2));
        [self.calls, second].map(|calls| Message {
            calls,
            is_half: true,
        })
    }

    /// Sends the message and waits for the answers.
    pub(super) async fn send(self, sender: Sender) -> Sent {
        let calls: Vec<&LineCall> = self.line_calls().collect();
        let outcomes = match calls.iter().any(|call| call.is_notification) {
            true => sender.notify(&calls).await,
            false => sender.call(&calls).await,
        };
        let count = calls.len();
        let outcomes = match outcomes {
            Ok(outcomes) => outcomes,
            Err(error) if too_large::is_batch(&error) => {
                let failure = Failure::call(&error);
                return Sent::Refused(self, failure);
            }
            Err(error) => vec![LineOutcome::of_failed_batch(&error, count); count],
        };
        Sent::Finished {
            hint: self.hint(&outcomes),
            lines: self.finished(outcomes),
        }
    }

    fn line_calls(&self) -> impl Iterator<Item = &LineCall> {
        self.calls.iter().map(|queued| &queued.call)
    }

    fn finished(&self, outcomes: Vec<LineOutcome>) -> Vec<FinishedLine> {
        let lines = self.numbers().into_iter().zip(outcomes);
        lines
            .map(|(number, outcome)| FinishedLine { number, outcome })
            .collect()
    }

    /// What may help those that are answered with an error.
    fn hint(&self, outcomes: &[LineOutcome]) -> Option<String> {
        let count = outcomes.len();
        if count > 1 && outcomes.iter().any(LineOutcome::has_no_room) {
            return Some(too_large::smaller_batches(count));
        }
        let mut calls = self.line_calls().zip(outcomes);
        calls.find_map(|(call, outcome)| call.hint.clone().filter(|_| outcome.refuses_params()))
    }
}

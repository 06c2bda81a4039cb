//! [`InFlight`]: the messages that wait for their answers.

use std::collections::HashMap;

use tokio::task::{self, JoinSet};

use super::message::{Message, Sent};
use super::outcome::{FinishedLine, LineOutcome};
use super::sender::Sender;
use crate::exit::Exit;
use crate::failure::Failure;

pub(super) struct InFlight {
    sender: Sender,
    limit: usize,
    messages: JoinSet<Sent>,
    /// The line numbers of each message.
    lines: HashMap<task::Id, Vec<u64>>,
    has_sent: bool,
}

impl InFlight {
    /// Up to `limit` messages may be in flight.
    pub(super) fn new(sender: Sender, limit: usize) -> Self {
        InFlight {
            sender,
            limit,
            messages: JoinSet::new(),
            lines: HashMap::new(),
            has_sent: false,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(super) fn has_room(&self) -> bool {
        self.messages.len() < self.limit
    }

    /// Whether anything was ever sent.
    pub(super) fn has_sent(&self) -> bool {
        self.has_sent
    }

    pub(super) fn send(&mut self, message: Message) {
        self.has_sent = true;
        let lines = message.numbers();
        let task = self.messages.spawn(message.send(self.sender.clone()));
        self.lines.insert(task.id(), lines);
    }

    /// Waits until a message is answered or has failed; `None` if none is in flight.
    pub(super) async fn next(&mut self) -> Option<Sent> {
        Some(match self.messages.join_next_with_id().await? {
            Ok((message, sent)) => {
                self.lines.remove(&message);
                sent
            }
            Err(error) => {
                let failure = Failure::new(Exit::MayHaveRun, error.to_string());
                let lines = self.lines.remove(&error.id()).unwrap_or_default();
                Sent::Finished {
                    lines: may_have_run(lines, &failure),
                    hint: None,
                }
            }
        })
    }

    /// Stops waiting. The lines of all messages in flight, in order.
    pub(super) fn abandon(&mut self) -> Vec<FinishedLine> {
        let lines = std::mem::take(&mut self.lines).into_values().flatten();
        let mut lines: Vec<u64> = lines.collect();
        lines.sort_unstable();
        let failure = Failure::new(Exit::Interrupted, "interrupted before it was answered");
        may_have_run(lines, &failure)
    }
}

fn may_have_run(lines: Vec<u64>, failure: &Failure) -> Vec<FinishedLine> {
    let finished = lines.into_iter().map(|number| FinishedLine {
        number,
        outcome: LineOutcome::MayHaveRun(failure.clone()),
    });
    finished.collect()
}

//! [`LineStates`]: what the journal knows about each line of the input.

use std::collections::HashMap;

use super::file::Span;

/// The state of each line that was ever sent, by its number.
#[derive(Default)]
pub(super) struct LineStates(HashMap<u64, LineRecord>);

struct LineRecord {
    fingerprint: u64,
    state: LineState,
    /// Whether the input of this run has the line.
    is_in_input: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum LineState {
    /// Sent, and not answered.
    MayHaveRun {
        /// This was already so before the line was sent the last time.
        before: bool,
    },
    /// The answer is a line of the journal.
    Answered(Span),
}

/// A line of the input differs from the line that was sent.
pub(super) struct Changed;

/// How many lines are missing from the input.
pub(super) struct Missing {
    pub(super) lines: usize,
    pub(super) may_have_run: usize,
}

impl LineStates {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Looks up a line of the input, and notes that the input has it.
    pub(super) fn find_input(
        &mut self,
        number: u64,
        fingerprint: u64,
    ) -> Result<Option<LineState>, Changed> {
        let Some(record) = self.0.get_mut(&number) else {
            return Ok(None);
        };
        record.is_in_input = true;
        match record.fingerprint == fingerprint {
            true => Ok(Some(record.state)),
            false => Err(Changed),
        }
    }

    /// The lines that the input does not have.
    pub(super) fn missing(&self) -> Missing {
        let missing = || self.0.values().filter(|record| !record.is_in_input);
        let may_have_run =
            missing().filter(|record| matches!(record.state, LineState::MayHaveRun { .. }));
        Missing {
            lines: missing().count(),
            may_have_run: may_have_run.count(),
        }
    }

    pub(super) fn mark_sent(&mut self, number: u64, fingerprint: u64, is_in_input: bool) {
        let before = self.0.contains_key(&number);
        let record = LineRecord {
            fingerprint,
            state: LineState::MayHaveRun { before },
            is_in_input,
        };
        self.0.insert(number, record);
    }

    /// The line did not run this time. It may still have run before.
    pub(super) fn mark_not_run(&mut self, number: u64) {
        if !self.may_have_run_before(number) {
            self.0.remove(&number);
        }
    }

    pub(super) fn mark_answered(&mut self, number: u64, answer: Span) {
        if let Some(record) = self.0.get_mut(&number) {
            record.state = LineState::Answered(answer);
        }
    }

    /// Whether the line may have run before it was sent the last time.
    pub(super) fn may_have_run_before(&self, number: u64) -> bool {
        let state = self.0.get(&number).map(|record| record.state);
        state == Some(LineState::MayHaveRun { before: true })
    }
}

//! [`Recorder`]: keeps the journal of a run, if the run has one.

use super::journal::{Earlier, Journal};
use super::line::Line;
use super::outcome::LineOutcome;
use crate::failure::Result;

/// Without a journal, nothing is recorded and nothing is known of earlier runs.
pub(super) struct Recorder(pub(super) Option<Journal>);

impl Recorder {
    pub(super) fn has_journal(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn earlier(&mut self, line: &Line) -> Result<Earlier> {
        match &mut self.0 {
            Some(journal) => journal.earlier(line),
            None => Ok(Earlier::NotSent),
        }
    }

    pub(super) fn check_end(&self) -> Result {
        match &self.0 {
            Some(journal) => journal.check_end(),
            None => Ok(()),
        }
    }

    pub(super) fn sending<'a>(&mut self, lines: impl Iterator<Item = &'a Line>) -> Result {
        match &mut self.0 {
            Some(journal) => journal.sending(lines),
            None => Ok(()),
        }
    }

    /// The lines of a message that was refused before any of it ran.
    pub(super) fn refused(&mut self, numbers: &[u64]) -> Result {
        match &mut self.0 {
            Some(journal) => journal.did_not_run(numbers),
            None => Ok(()),
        }
    }

    pub(super) fn finished(&mut self, number: u64, outcome: &LineOutcome, json: &str) -> Result {
        let Some(journal) = &mut self.0 else {
            return Ok(());
        };
        match outcome {
            LineOutcome::Result(_) | LineOutcome::Error(_) | LineOutcome::Notified => {
                journal.answered(number, json)
            }
            LineOutcome::DidNotRun(_) => journal.did_not_run(&[number]),
            LineOutcome::MayHaveRun(_) => Ok(()),
        }
    }

    pub(super) fn may_have_run_before(&self, number: u64) -> bool {
        let journal = self.0.as_ref();
        journal.is_some_and(|journal| journal.may_have_run_before(number))
    }
}

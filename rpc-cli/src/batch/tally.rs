//! [`Tally`]: how many lines had which outcome, and the exit code that follows.

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The number of lines by outcome.
#[derive(Default)]
pub(super) struct Tally {
    /// With a result, an error object, or an accepted notification.
    pub(super) answered: u64,
    /// Those answered with an error object.
    pub(super) errors: u64,
    /// Lines that do not describe a call.
    pub(super) invalid: u64,
    /// Calls that could not be sent or got no answer.
    pub(super) unanswered: u64,
    /// How the first unanswered call failed.
    pub(super) first_failure: Option<Exit>,
    /// Calls that may have run in an earlier run and were not sent again.
    pub(super) skipped: u64,
    /// What may help, as the first failure says that does.
    hint: Option<String>,
}

impl Tally {
    pub(super) fn failures(&self) -> u64 {
        self.errors + self.invalid + self.unanswered + self.skipped
    }

    /// Remembers what may help.
    pub(super) fn suggest(&mut self, hint: Option<String>) {
        self.hint = self.hint.take().or(hint);
    }

    /// How a run ends that went through all its lines.
    pub(super) fn result(&self, lines: usize) -> Result {
        let first_failure = self.first_failure.unwrap_or(Exit::MayHaveRun);
        for (count, exit, what) in [
            (
                self.skipped,
                Exit::MayHaveRun,
                "may have run before, not sent again",
            ),
            (self.unanswered, first_failure, "no answer"),
            (self.invalid, Exit::Usage, "not a valid call"),
            (self.errors, Exit::ErrorObject, "answered with an error"),
        ] {
            if count > 0 {
                let lines = plural(lines, "line");
                let failure = Failure::new(exit, format!("{count} of {lines}: {what}"));
                return Err(match &self.hint {
                    Some(hint) => failure.with_hint(hint),
                    None => failure,
                });
            }
        }
        Ok(())
    }

    /// How a run ends that stopped early. `hint` is for a failure without a hint of its own.
    pub(super) fn stopped(&self, reason: Failure, hint: Option<&str>) -> Failure {
        if reason.is_silent() {
            return reason;
        }
        let mut text = match self.answered {
            1 => format!("{}; 1 call was answered", reason.text()),
            answered => format!("{}; {answered} calls were answered", reason.text()),
        };
        let mut exit = reason.exit;
        if self.skipped > 0 {
            let skipped = self.skipped;
            text = format!("{text}, {skipped} may have run before and were not sent again");
            if exit != Exit::Interrupted {
                exit = Exit::MayHaveRun;
            }
        }
        let failure = Failure::new(exit, text);
        match reason.hint().or(self.hint.as_deref()).or(hint) {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }
    }
}

/// `1 line`, `2 lines`.
pub(super) fn plural(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

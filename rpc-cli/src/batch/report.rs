//! [`Report`]: tells the person what became of each line: on stdout, on stderr, in the progress bar and in the exit code.

use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::interrupts::Interrupts;
use super::outcome::{LineOutcome, failure_json};
use super::output::Output;
use super::progress::Progress;
use super::tally::Tally;
use super::writer::Writer;
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// How long a second Ctrl-C waits for the output to be written.
const LAST_OUTPUT_TIMEOUT: Duration = Duration::from_secs(1);

pub(super) struct Report {
    output: Output,
    pub(super) tally: Tally,
    progress: Progress,
    writer: Writer,
    /// How many lines were taken from the input.
    lines: usize,
}

impl Report {
    pub(super) fn new(progress: Progress, writer: Writer) -> Self {
        Report {
            output: Output::default(),
            tally: Tally::default(),
            progress,
            writer,
            lines: 0,
        }
    }

    /// A line was taken from the input.
    pub(super) fn taken(&mut self, number: u64) {
        self.lines += 1;
        self.output.expect(number);
    }

    /// How many lines were taken.
    pub(super) fn lines(&self) -> usize {
        self.lines
    }

    /// How many lines were taken and have no outcome that could be printed yet.
    pub(super) fn pending(&self) -> usize {
        self.output.pending()
    }

    /// How many lines wait for the reader of stdout.
    pub(super) fn unwritten(&self) -> usize {
        self.output.printed() - self.writer.lines()
    }

    /// Waits until more lines are written. An error means that nothing more can be written.
    pub(super) async fn written(&mut self) -> Result {
        self.writer.progress().await
    }

    /// Writes to stderr.
    pub(super) fn message(&self, text: String) {
        self.writer.message(text);
    }

    /// The line does not describe a call.
    pub(super) fn invalid(&mut self, number: u64, what: &str) {
        self.tally.invalid += 1;
        self.failed(number, what);
    }

    /// The call may have run in an earlier run, and is not sent again.
    pub(super) fn skipped(&mut self, number: u64) {
        self.tally.skipped += 1;
        let what = "sent before without an answer, so it may have run; not sent again (use --resend to send it)";
        self.failed(number, what);
    }

    /// The line was answered in an earlier run.
    pub(super) fn answered_earlier(&mut self, number: u64, answer: String) {
        #[derive(Deserialize)]
        struct Answer {
            error: Option<IgnoredAny>,
        }
        self.tally.answered += 1;
        if serde_json::from_str(&answer).is_ok_and(|answer: Answer| answer.error.is_some()) {
            self.tally.errors += 1;
            let text = format!("line {number}: answered with an error in an earlier run");
            self.message(text);
        }
        self.print(number, answer);
    }

    /// The line was sent in this run. `may_have_run_before`: an earlier run sent it, too.
    pub(super) fn finished(
        &mut self,
        number: u64,
        outcome: &LineOutcome,
        json: String,
        may_have_run_before: bool,
    ) {
        match outcome {
            LineOutcome::Result(_) | LineOutcome::Notified => self.tally.answered += 1,
            LineOutcome::Error(error) => {
                self.tally.answered += 1;
                self.tally.errors += 1;
                self.message(format!("line {number}: {error}"));
            }
            LineOutcome::DidNotRun(failure) if may_have_run_before => {
                let what = "did not run this time, but may have run before";
                self.unanswered(number, what, failure);
            }
            LineOutcome::DidNotRun(failure) => self.unanswered(number, "did not run", failure),
            LineOutcome::MayHaveRun(failure) => self.unanswered(number, "may have run", failure),
        }
        self.print(number, json);
    }

    fn unanswered(&mut self, number: u64, what: &str, failure: &Failure) {
        self.tally.unanswered += 1;
        self.tally.first_failure.get_or_insert(failure.exit);
        self.tally.suggest(failure.hint().map(str::to_owned));
        self.message(format!("line {number}: {what}: {}", failure.text()));
    }

    fn failed(&mut self, number: u64, what: &str) {
        self.message(format!("line {number}: {what}"));
        self.print(number, failure_json(number, what));
    }

    fn print(&mut self, number: u64, json: String) {
        self.output.print(number, json, &self.writer);
        self.progress.advance(self.tally.failures());
    }

    /// Waits until everything is written, or until somebody presses Ctrl-C.
    pub(super) async fn finish(&mut self, interrupts: &mut Interrupts) -> Result {
        self.end_output();
        tokio::select! {
            biased;
            Some(()) = interrupts.next() => Err(Failure::new(Exit::Interrupted, "")),
            written = self.writer.finish() => written,
        }
    }

    /// Waits only a short while for everything to be written: the reader may have stopped reading.
    pub(super) async fn finish_soon(&mut self) -> Result {
        self.end_output();
        let in_time = tokio::time::timeout(LAST_OUTPUT_TIMEOUT, self.writer.finish()).await;
        in_time.unwrap_or(Ok(()))
    }

    fn end_output(&mut self) {
        self.output.finish(&self.writer);
        self.progress.end();
    }
}

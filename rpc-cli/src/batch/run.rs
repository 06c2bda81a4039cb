//! [`Run`]: from the first line to the last, or to where it has to stop.

use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;

use rpc_core::{BoxTransport, Client};
use tokio::task::JoinSet;

use super::journal::{Before, Journal};
use super::lines::{Line, LineCall, Lines};
use super::message::{Delivered, Entry, Message, Outcome};
use super::output::Output;
use super::progress::Progress;
use super::{BatchArguments, failure_json};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::introspection;
use crate::settings::Settings;
use crate::terminal::{Terminal, tell};

/// A line that somebody types is not held back for longer than this.
const IDLE: Duration = Duration::from_millis(100);

/// How many messages' results may wait for the one whose turn it is, for each that may be under way.
const WAITING: usize = 16;

pub(super) struct Run {
    arguments: BatchArguments,
    size: usize,
    in_flight: usize,
    client: Client<BoxTransport>,
    journal: Option<Journal>,
    progress: Progress,
    output: Output,
    tally: Tally,
    /// By method, as far as anybody has asked.
    idempotent: HashMap<String, bool>,
    /// What goes out with the next message.
    packed: Vec<Entry>,
    under_way: JoinSet<Vec<Delivered>>,
    /// How many lines were taken from the input.
    taken: usize,
    /// Nothing more is sent, for this reason.
    stopped: Option<Failure>,
}

/// What came of the lines.
#[derive(Default)]
struct Tally {
    answered: u64,
    errors: u64,
    /// They are no calls.
    invalid: u64,
    /// They were not sent, or got no answer.
    failed: u64,
    /// How the first of those failed.
    first_failure: Option<Exit>,
    /// They may have run before, and were not sent again.
    doubtful: u64,
}

impl Tally {
    fn failures(&self) -> u64 {
        self.errors + self.invalid + self.failed + self.doubtful
    }
}

impl Run {
    pub(super) fn new(
        arguments: BatchArguments,
        settings: &Settings,
        client: Client<BoxTransport>,
        journal: Option<Journal>,
        progress: Progress,
        terminal: Terminal,
    ) -> Self {
        Run {
            arguments,
            size: settings.batch_size.value.0,
            in_flight: settings.in_flight.value.0,
            client,
            journal,
            progress,
            output: Output::new(terminal),
            tally: Tally::default(),
            idempotent: HashMap::new(),
            packed: Vec::new(),
            under_way: JoinSet::new(),
            taken: 0,
            stopped: None,
        }
    }

    pub(super) async fn work_off(mut self, mut lines: Lines) -> Result {
        let mut interrupt = pin!(tokio::signal::ctrl_c());
        let mut is_over = false;
        loop {
            if let Err(failure) = self.send_full() {
                self.stop(failure);
            }
            let takes_lines = !is_over && self.stopped.is_none() && self.has_room();
            if !takes_lines && self.under_way.is_empty() {
                return self.conclude();
            }
            tokio::select! {
                biased;
                _ = &mut interrupt => {
                    interrupt.set(tokio::signal::ctrl_c());
                    if self.interrupt() {
                        return self.conclude();
                    }
                }
                Some(delivered) = self.under_way.join_next() => match delivered {
                    Ok(delivered) => {
                        for delivered in delivered {
                            self.deliver(delivered);
                        }
                    }
                    // Its lines are in doubt, as the journal says.
                    Err(error) => {
                        let text = format!("a message was lost: {error}");
                        self.stop(Failure::new(Exit::Transport, text));
                    }
                },
                next = next(&mut lines, self.packed.is_empty()), if takes_lines => {
                    is_over = matches!(next, Ok(Next::End));
                    let taken = match next {
                        Ok(Next::Line(line)) => tokio::select! {
                            biased;
                            taken = self.take(line) => taken,
                            // While the server is asked about a method.
                            _ = &mut interrupt => {
                                interrupt.set(tokio::signal::ctrl_c());
                                self.interrupt();
                                Ok(())
                            }
                        },
                        Ok(Next::Pause | Next::End) => self.send_packed(),
                        Err(failure) => Err(failure),
                    };
                    if let Err(failure) = taken {
                        self.stop(failure);
                    }
                }
            }
        }
    }

    /// Is there a place for another line, and a message that may be sent?
    fn has_room(&self) -> bool {
        self.under_way.len() < self.in_flight && !self.is_full()
    }

    /// Do the lines make a message, or do too many results wait for the one that is packed?
    fn is_full(&self) -> bool {
        let waiting = self.taken - self.output.next();
        self.packed.len() >= self.size
            || waiting
                >= self
                    .in_flight
                    .saturating_mul(self.size)
                    .saturating_mul(WAITING)
    }

    /// Stops, and the second time at once: then it is true.
    fn interrupt(&mut self) -> bool {
        if let Some(stopped) = &self.stopped
            && stopped.exit == Exit::Interrupted
        {
            return true;
        }
        if !self.under_way.is_empty() {
            let text = format!(
                "interrupted: waiting for {} messages under way (Ctrl-C again: not waiting)",
                self.under_way.len()
            );
            self.tell(&text);
        }
        self.stopped = Some(Failure::new(Exit::Interrupted, "interrupted"));
        self.under_way.is_empty()
    }

    /// Only the first reason counts.
    fn stop(&mut self, failure: Failure) {
        self.stopped.get_or_insert(failure);
    }

    async fn take(&mut self, line: Line) -> Result {
        let place = self.taken;
        self.taken += 1;
        let before = match &mut self.journal {
            Some(journal) => journal.before(&line)?,
            None => Before::Nothing,
        };
        if let Before::Answered(answer) = before {
            return self.repeat(place, line.number, answer);
        }
        let call = match line.call(self.arguments.notify) {
            Ok(call) => call,
            Err(what) => {
                self.tally.invalid += 1;
                return self.fail(place, line.number, &what);
            }
        };
        if before == Before::Doubt && !self.sends_again(&line, &call).await? {
            self.tally.doubtful += 1;
            let what = "it was sent before and got no answer, so that it may have run; not sent again (--resend sends it)";
            return self.fail(place, line.number, what);
        }
        self.pack(Entry { place, line, call })
    }

    /// May a call be sent again that may have run? Whoever is in doubt is told.
    async fn sends_again(&mut self, line: &Line, call: &LineCall) -> Result<bool> {
        let why = if self.arguments.resend {
            "--resend"
        } else if self.arguments.idempotent || self.is_idempotent(&call.method).await? {
            "it is idempotent"
        } else {
            return Ok(false);
        };
        self.tell(&format!(
            "line {}: it was sent before and got no answer, so that it may have run; sent again ({why})",
            line.number
        ));
        Ok(true)
    }

    async fn is_idempotent(&mut self, method: &str) -> Result<bool> {
        if let Some(known) = self.idempotent.get(method) {
            return Ok(*known);
        }
        let signature = introspection::signature(&self.client, method).await;
        let is_idempotent = match signature {
            Ok(signature) => signature.is_some_and(|signature| signature.idempotent),
            // A server that has answered, though not this question, says that it is not.
            Err(error) if error.object().is_some() || error.is_protocol() => false,
            Err(error) => return Err(Failure::call(&error)),
        };
        self.idempotent.insert(method.to_owned(), is_idempotent);
        Ok(is_idempotent)
    }

    /// Puts an entry into the next message.
    fn pack(&mut self, entry: Entry) -> Result {
        let other_kind = self
            .packed
            .first()
            .is_some_and(|first| first.call.is_notification != entry.call.is_notification);
        if other_kind {
            self.send_packed()?;
        }
        self.packed.push(entry);
        Ok(())
    }

    fn send_full(&mut self) -> Result {
        let may_send = self.stopped.is_none() && self.under_way.len() < self.in_flight;
        match may_send && self.is_full() {
            true => self.send_packed(),
            false => Ok(()),
        }
    }

    fn send_packed(&mut self) -> Result {
        if self.packed.is_empty() {
            return Ok(());
        }
        if let Some(journal) = &mut self.journal {
            journal.sending(self.packed.iter().map(|entry| &entry.line))?;
        }
        let message = Message(std::mem::take(&mut self.packed));
        self.under_way.spawn(message.send(self.client.clone()));
        Ok(())
    }

    /// Keeps what came of a line, counts it, and prints it when its turn has come.
    fn deliver(&mut self, delivered: Delivered) {
        let Delivered {
            place,
            number,
            outcome,
        } = delivered;
        let json = outcome.json(number);
        if let Err(failure) = self.record(number, &outcome, &json) {
            self.stop(failure);
        }
        let journal = self.journal.as_ref();
        let was_in_doubt = journal.is_some_and(|journal| journal.was_in_doubt(number));
        match &outcome {
            Outcome::Result(_) | Outcome::Notified => self.tally.answered += 1,
            Outcome::Error(error) => {
                self.tally.answered += 1;
                self.tally.errors += 1;
                self.tell(&format!("line {number}: {error}"));
            }
            Outcome::Unsent(failure) => {
                let what = match was_in_doubt {
                    true => "did not run this time, but may have run before",
                    false => "did not run",
                };
                self.lose(number, what, failure);
            }
            Outcome::Doubt(failure) => self.lose(number, "may have run", failure),
        }
        self.print(place, json);
    }

    fn record(&mut self, number: u64, outcome: &Outcome, json: &str) -> Result {
        let Some(journal) = &mut self.journal else {
            return Ok(());
        };
        match outcome {
            Outcome::Result(_) | Outcome::Error(_) | Outcome::Notified => {
                journal.answered(number, json)
            }
            Outcome::Unsent(_) => journal.unsent(number),
            Outcome::Doubt(_) => Ok(()),
        }
    }

    /// A line has got no answer, which ends the run unless it is to go on.
    fn lose(&mut self, number: u64, what: &str, failure: &Failure) {
        self.tally.failed += 1;
        self.tally.first_failure.get_or_insert(failure.exit);
        self.tell(&format!("line {number}: {what}: {}", failure.text()));
        if !self.arguments.keep_going {
            self.stop(failure.clone());
        }
    }

    /// Prints what an earlier run was answered.
    fn repeat(&mut self, place: usize, number: u64, answer: String) -> Result {
        #[derive(serde::Deserialize)]
        struct Answer {
            error: Option<serde::de::IgnoredAny>,
        }
        self.tally.answered += 1;
        if serde_json::from_str(&answer).is_ok_and(|answer: Answer| answer.error.is_some()) {
            self.tally.errors += 1;
            self.tell(&format!(
                "line {number}: answered with an error in an earlier run"
            ));
        }
        self.print(place, answer);
        Ok(())
    }

    fn fail(&mut self, place: usize, number: u64, what: &str) -> Result {
        self.tell(&format!("line {number}: {what}"));
        self.print(place, failure_json(number, what));
        Ok(())
    }

    /// Whoever read it may have gone: then the rest is answered, kept, and not printed.
    fn print(&mut self, place: usize, json: String) {
        if let Err(failure) = self.output.put(place, json, &self.progress) {
            self.stop(failure);
        }
        self.progress.advance(self.tally.failures());
    }

    fn tell(&self, text: &str) {
        self.progress.beside(|| tell(text));
    }

    fn conclude(mut self) -> Result {
        self.progress.end();
        let printed = self.output.finish();
        let Tally {
            answered,
            errors,
            invalid,
            failed,
            first_failure,
            doubtful,
        } = self.tally;
        if let Some(failure) = self.stopped {
            if failure.is_silent() {
                return Err(failure);
            }
            let hint = match &self.arguments.resume {
                Some(_) => "the same command goes on from here",
                None => "with --resume FILE a run can go on where it stopped",
            };
            let text = format!("{}; {answered} calls were answered", failure.text());
            let hint = failure.own_hint().unwrap_or(hint).to_owned();
            return Err(Failure::new(failure.exit, text).hint(hint));
        }
        printed?;
        for (count, exit, what) in [
            (
                doubtful,
                Exit::Doubt,
                "may have run before, and were not sent again",
            ),
            (
                failed,
                first_failure.unwrap_or(Exit::Transport),
                "got no answer",
            ),
            (invalid, Exit::Usage, "are no calls"),
            (errors, Exit::Answered, "were answered with an error"),
        ] {
            if count > 0 {
                let text = format!("of {} lines, {count} {what}", self.taken);
                return Err(Failure::new(exit, text));
            }
        }
        Ok(())
    }
}

enum Next {
    Line(Line),
    /// Nothing has come for a while, and something is packed.
    Pause,
    End,
}

async fn next(lines: &mut Lines, nothing_is_packed: bool) -> Result<Next> {
    let line = if nothing_is_packed {
        lines.next().await
    } else {
        match tokio::time::timeout(IDLE, lines.next()).await {
            Ok(line) => line,
            Err(_) => return Ok(Next::Pause),
        }
    };
    Ok(match line? {
        Some(line) => Next::Line(line),
        None => Next::End,
    })
}

//! [`Run`]: takes the lines of a batch through to their outcomes.

use super::halves::Halves;
use super::in_flight::InFlight;
use super::input::{Input, Next};
use super::interrupts::Interrupts;
use super::journal::Earlier;
use super::line::Line;
use super::message::{Message, QueuedCall, Sent};
use super::outcome::FinishedLine;
use super::packer::Packer;
use super::recorder::Recorder;
use super::report::Report;
use super::retry::{Decision, Retry};
use super::tally::plural;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::settings::JsonRpc;

/// How many messages' outcomes may wait for an earlier one, for each message that may be in flight.
const WAITING_PER_MESSAGE: usize = 16;

/// What the parts of a run share.
pub(super) struct Options {
    /// Send notifications.
    pub(super) notify: bool,
    pub(super) jsonrpc: JsonRpc,
    pub(super) keep_going: bool,
    /// How many calls may be in flight: the calls of a message times the messages.
    pub(super) calls_in_flight: usize,
}

pub(super) struct Run {
    pub(super) options: Options,
    pub(super) packer: Packer,
    pub(super) in_flight: InFlight,
    pub(super) retry: Retry,
    pub(super) recorder: Recorder,
    pub(super) report: Report,
    pub(super) halves: Halves,
    /// Why nothing more is sent.
    pub(super) stopped: Option<Failure>,
}

/// What a run waits for.
enum Event {
    Interrupt,
    Sent(Sent),
    Idempotent(QueuedCall, Result<bool>),
    Written(Result),
    Input(Result<Next>),
}

impl Run {
    pub(super) async fn run(mut self, mut input: Input) -> Result {
        let mut interrupts = Interrupts::listen()?;
        loop {
            let sent = self.send_if_full();
            self.stop_on_failure(sent);
            if self.is_done(&input) {
                break;
            }
            let event = self.next_event(&mut input, &mut interrupts).await;
            if matches!(event, Event::Interrupt) && self.is_interrupted() {
                return self.end_at_once().await;
            }
            let handled = self.handle(event);
            self.stop_on_failure(handled);
        }
        self.end(&mut interrupts).await
    }

    /// Waits for whatever comes first. Can be cancelled without losing anything.
    async fn next_event(&mut self, input: &mut Input, interrupts: &mut Interrupts) -> Event {
        let takes_lines = !self.takes_no_more(input) && self.has_room();
        let may_pause = !self.packer.is_empty();
        tokio::select! {
            biased;
            Some(()) = interrupts.next() => Event::Interrupt,
            Some(sent) = self.in_flight.next() => Event::Sent(sent),
            (queued, answer) = self.retry.answer() => Event::Idempotent(queued, answer),
            written = self.report.written() => Event::Written(written),
            next = input.next(may_pause), if takes_lines => Event::Input(next),
        }
    }

    fn handle(&mut self, event: Event) -> Result {
        match event {
            Event::Interrupt => {
                self.interrupt();
                Ok(())
            }
            Event::Sent(Sent::Finished { lines, hint }) => {
                self.report.tally.suggest(hint);
                self.finish(lines);
                Ok(())
            }
            Event::Sent(Sent::Refused(message, failure)) => self.split(message, &failure),
            Event::Idempotent(queued, answer) => self.server_said(queued, answer),
            Event::Written(written) => written,
            Event::Input(next) => match next? {
                Next::Line(line) => self.take(line),
                Next::Pause => self.send(),
                Next::End => {
                    self.send()?;
                    self.recorder.check_end()
                }
            },
        }
    }

    fn takes_no_more(&self, input: &Input) -> bool {
        input.has_ended() || self.stopped.is_some()
    }

    fn is_done(&self, input: &Input) -> bool {
        self.takes_no_more(input) && self.in_flight.len() == 0 && !self.retry.is_asking()
    }

    /// Whether another line can be taken, and its message sent. Only here does a run wait for a slow reader of its output.
    fn has_room(&self) -> bool {
        self.in_flight.has_room()
            && self.halves.is_empty()
            && !self.retry.is_asking()
            && !self.must_send()
            && self.report.unwritten() < self.most_waiting()
    }

    /// Whether the message is full, or too many outcomes wait for a line in it.
    fn must_send(&self) -> bool {
        self.packer.is_full() || self.report.pending() >= self.most_waiting()
    }

    fn most_waiting(&self) -> usize {
        self.options
            .calls_in_flight
            .saturating_mul(WAITING_PER_MESSAGE)
    }

    fn take(&mut self, line: Line) -> Result {
        let number = line.number;
        self.report.taken(number);
        let earlier = self.recorder.earlier(&line)?;
        if let Earlier::Answered(answer) = earlier {
            self.report.answered_earlier(number, answer);
            return Ok(());
        }
        let call = match line.call(self.options.notify, self.options.jsonrpc) {
            Ok(call) => call,
            Err(what) => {
                self.report.invalid(number, &what);
                return Ok(());
            }
        };
        let queued = QueuedCall {
            line,
            call,
            resent_because: None,
        };
        match earlier {
            Earlier::MayHaveRun => self.retry(queued),
            _ => self.pack(queued),
        }
    }

    /// Sends a call again that may have run, if that is allowed.
    fn retry(&mut self, mut queued: QueuedCall) -> Result {
        match self.retry.decide(&queued.call.method) {
            Decision::SendAgain(reason) => {
                queued.resent_because = Some(reason);
                self.pack(queued)
            }
            Decision::Skip => {
                self.report.skipped(queued.line.number);
                Ok(())
            }
            Decision::AskServer => {
                // No further line is taken until the server answers, so these calls would have to wait.
                self.send()?;
                self.retry.ask(queued);
                Ok(())
            }
        }
    }

    /// The server said whether the method of a call is idempotent, or did not answer.
    fn server_said(&mut self, queued: QueuedCall, answer: Result<bool>) -> Result {
        let is_idempotent = match answer {
            Ok(is_idempotent) => is_idempotent,
            // Remembered, so that the server is not asked again for each call of the method.
            Err(_) if self.options.keep_going => false,
            Err(failure) => {
                self.report.skipped(queued.line.number);
                return Err(failure);
            }
        };
        let method = queued.call.method.clone();
        self.retry.remember(method, is_idempotent);
        self.retry(queued)
    }

    /// Puts a call into the next message.
    fn pack(&mut self, queued: QueuedCall) -> Result {
        if !self.packer.accepts(&queued) {
            self.send()?;
        }
        self.packer.push(queued);
        Ok(())
    }

    /// Sends what was refused and split, and then the next message if it is full.
    fn send_if_full(&mut self) -> Result {
        while self.may_send()
            && let Some(half) = self.halves.pop()
        {
            self.send_half(half)?;
        }
        match self.may_send() && self.must_send() {
            true => self.send(),
            false => Ok(()),
        }
    }

    fn may_send(&self) -> bool {
        self.stopped.is_none() && self.in_flight.has_room()
    }

    fn send(&mut self) -> Result {
        if self.packer.is_empty() {
            return Ok(());
        }
        let message = self.packer.take();
        self.recorder.sending(message.lines())?;
        for queued in &message.calls {
            if let Some(reason) = queued.resent_because {
                let number = queued.line.number;
                self.report.message(format!(
                    "line {number}: sent before without an answer, so it may have run; sent again ({reason})"
                ));
            }
        }
        self.in_flight.send(message);
        Ok(())
    }

    fn send_half(&mut self, half: Message) -> Result {
        self.recorder.sending(half.lines())?;
        self.in_flight.send(half);
        Ok(())
    }

    /// Sends the calls of a message again, in two. The server refused it before any of it ran, and may accept fewer calls.
    fn split(&mut self, message: Message, failure: &Failure) -> Result {
        let numbers = message.numbers();
        self.recorder.refused(&numbers)?;
        if let Some(text) = self.halves.report(&numbers, failure) {
            self.report.message(text);
        }
        self.packer.make_smaller_than(&message);
        self.halves.split(message);
        Ok(())
    }

    /// Records and reports the lines of a message. A line without an answer stops the run, unless it is to keep going.
    fn finish(&mut self, finished: Vec<FinishedLine>) {
        for FinishedLine { number, outcome } in finished {
            let json = outcome.json(number);
            let recorded = self.recorder.finished(number, &outcome, &json);
            self.stop_on_failure(recorded);
            let before = self.recorder.may_have_run_before(number);
            self.report.finished(number, &outcome, json, before);
            if let Some(failure) = outcome.failure()
                && !self.options.keep_going
            {
                self.stop(failure.clone());
            }
        }
    }

    fn stop_on_failure(&mut self, result: Result) {
        if let Err(failure) = result {
            self.stop(failure);
        }
    }

    /// Sends nothing more. Only the first reason counts. A call that the server is being asked about is skipped.
    fn stop(&mut self, failure: Failure) {
        self.stopped.get_or_insert(failure);
        if let Some(number) = self.retry.cancel() {
            self.report.skipped(number);
        }
    }

    fn is_interrupted(&self) -> bool {
        let stopped = self.stopped.as_ref();
        stopped.is_some_and(|stopped| stopped.exit == Exit::Interrupted)
    }

    /// The first Ctrl-C: says what the run still waits for.
    fn interrupt(&mut self) {
        let waits_for = match self.in_flight.len() {
            0 if self.report.unwritten() > 0 => Some("the reader of the output".to_owned()),
            0 => None,
            messages => Some(plural(messages, "message") + " in flight"),
        };
        if let Some(what) = waits_for {
            self.report.message(format!(
                "interrupted: waiting for {what} (press Ctrl-C again to stop at once)"
            ));
        }
        self.stopped = None;
        self.stop(Failure::new(Exit::Interrupted, "interrupted"));
    }

    /// The second Ctrl-C: the messages in flight are abandoned.
    async fn end_at_once(mut self) -> Result {
        let abandoned = self.in_flight.abandon();
        self.finish(abandoned);
        let written = self.report.finish_soon().await;
        self.result(written)
    }

    async fn end(mut self, interrupts: &mut Interrupts) -> Result {
        let written = self.report.finish(interrupts).await;
        self.result(written)
    }

    fn result(self, written: Result) -> Result {
        let Some(reason) = self.stopped else {
            written?;
            return self.report.tally.result(self.report.lines());
        };
        let hint = match (self.recorder.has_journal(), self.in_flight.has_sent()) {
            (true, _) => Some("run the same command again to continue"),
            (false, true) => Some(
                "this run kept no journal, so the same command would send everything again; with --resume FILE it would not",
            ),
            (false, false) => None,
        };
        Err(self.report.tally.stopped(reason, hint))
    }
}

//! [`Run`]: from the first line to the last, or to where it has to stop.

use std::collections::{HashMap, HashSet};
use std::pin::Pin;
use std::time::Duration;

use rpc_core::{BoxTransport, Client, Id, IdSource};
use tokio::sync::mpsc;
use tokio::task::{self, JoinError, JoinSet};

use super::journal::{Before, Journal};
use super::lines::{Line, Lines};
use super::message::{Delivered, Entry, Message, Outcome, Place};
use super::output::Output;
use super::progress::Progress;
use super::writer::Writer;
use super::failure_json;
use crate::arguments::BatchArguments;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::introspection;
use crate::settings::Settings;

/// A line that somebody types is not held back for longer than this.
const IDLE: Duration = Duration::from_millis(100);

/// How long a second Ctrl-C waits for whoever reads what is told.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How many messages' results may wait for the one whose turn it is, for each that may be under way.
const WAITING: usize = 16;

pub(super) struct Run {
    arguments: BatchArguments,
    size: usize,
    in_flight: usize,
    client: Client<BoxTransport>,
    ids: Box<dyn IdSource>,
    journal: Option<Journal>,
    progress: Progress,
    output: Output,
    writer: Writer,
    tally: Tally,
    /// By method, as far as anybody has asked.
    idempotent: HashMap<String, bool>,
    /// What is being asked; until that is answered, no further line is taken.
    question: Option<Question>,
    /// What goes out with the next message.
    packed: Vec<Entry>,
    /// The ids that are written in it.
    packed_ids: HashSet<String>,
    under_way: JoinSet<Vec<Delivered>>,
    /// The lines of each message that is under way.
    sent: HashMap<task::Id, Vec<Place>>,
    /// How many lines were taken from the input.
    taken: usize,
    has_sent: bool,
    /// Nothing more is sent, for this reason.
    stopped: Option<Failure>,
}

/// Is a method idempotent, of which there is a call in doubt?
struct Question {
    entry: Entry,
    answer: Pin<Box<dyn Future<Output = Result<bool>> + Send>>,
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
        writer: Writer,
    ) -> Self {
        Run {
            arguments,
            size: settings.batch_size.value.0,
            in_flight: settings.in_flight.value.0,
            client,
            ids: settings.ids.value.source(),
            journal,
            progress,
            output: Output::default(),
            writer,
            tally: Tally::default(),
            idempotent: HashMap::new(),
            question: None,
            packed: Vec::new(),
            packed_ids: HashSet::new(),
            under_way: JoinSet::new(),
            sent: HashMap::new(),
            taken: 0,
            has_sent: false,
            stopped: None,
        }
    }

    pub(super) async fn work_off(mut self, mut lines: Lines) -> Result {
        let mut interrupts = signals()?;
        let mut at_once = false;
        let mut is_over = false;
        loop {
            if let Err(failure) = self.send_full() {
                self.stop(failure);
            }
            let takes_none = is_over || self.stopped.is_some();
            if takes_none && self.under_way.is_empty() && self.question.is_none() {
                break;
            }
            let takes_lines = !takes_none && self.has_room();
            tokio::select! {
                biased;
                Some(()) = interrupts.recv() => {
                    let is_second = self.is_interrupted();
                    if self.interrupt() {
                        at_once = is_second;
                        break;
                    }
                }
                Some(delivered) = self.under_way.join_next_with_id() => self.arrive(delivered),
                answer = answer(&mut self.question), if self.question.is_some() => {
                    if let Err(failure) = self.answered(answer) {
                        self.stop(failure);
                    }
                }
                written = self.writer.progress() => {
                    if let Err(failure) = written {
                        self.stop(failure);
                    }
                }
                next = next(&mut lines, self.packed.is_empty()), if takes_lines => {
                    is_over = matches!(next, Ok(Next::End));
                    let taken = match next {
                        Ok(Next::Line(line)) => self.take(line),
                        Ok(Next::Pause) => self.send_packed(),
                        Ok(Next::End) => self.send_packed().and_then(|()| self.check_end()),
                        Err(failure) => Err(failure),
                    };
                    if let Err(failure) = taken {
                        self.stop(failure);
                    }
                }
            }
        }
        self.conclude(&mut interrupts, at_once).await
    }

    /// Is there a place for another line, and a message that may be sent? Whoever reads the output slowly is waited for
    /// here, and nowhere else.
    fn has_room(&self) -> bool {
        let unwritten = self.output.next() - self.writer.lines();
        self.under_way.len() < self.in_flight
            && self.question.is_none()
            && !self.is_full()
            && unwritten < self.most_waiting()
    }

    /// Do the lines make a message, or do too many results wait for the one that is packed?
    fn is_full(&self) -> bool {
        let waiting = self.taken - self.output.next();
        self.packed.len() >= self.size || waiting >= self.most_waiting()
    }

    fn most_waiting(&self) -> usize {
        self.in_flight
            .saturating_mul(self.size)
            .saturating_mul(WAITING)
    }

    fn is_interrupted(&self) -> bool {
        let stopped = self.stopped.as_ref();
        stopped.is_some_and(|stopped| stopped.exit == Exit::Interrupted)
    }

    /// Stops, and the second time at once: then it is true.
    fn interrupt(&mut self) -> bool {
        if self.is_interrupted() {
            return true;
        }
        let waits_for = match self.under_way.len() {
            0 if self.writer.lines() < self.output.next() => {
                Some("whoever reads the output".into())
            }
            0 => None,
            messages => Some(counted(messages, "message") + " under way"),
        };
        if let Some(what) = waits_for {
            self.writer.tell(format!(
                "interrupted: waiting for {what} (Ctrl-C again: not waiting)"
            ));
        }
        self.stopped = None;
        self.stop(Failure::new(Exit::Interrupted, "interrupted"));
        self.under_way.is_empty()
    }

    /// Only the first reason counts. What is asked needs no answer any more.
    fn stop(&mut self, failure: Failure) {
        self.stopped.get_or_insert(failure);
        if let Some(Question { entry, .. }) = self.question.take() {
            self.leave_in_doubt(entry.place);
        }
    }

    fn take(&mut self, line: Line) -> Result {
        let place = Place {
            index: self.taken,
            number: line.number,
        };
        self.taken += 1;
        let before = match &mut self.journal {
            Some(journal) => journal.before(&line)?,
            None => Before::Nothing,
        };
        if let Before::Answered(answer) = before {
            self.repeat(place, answer);
            return Ok(());
        }
        let call = match line.call(self.arguments.notify) {
            Ok(call) => call,
            Err(what) => {
                self.tally.invalid += 1;
                self.fail(place, &what);
                return Ok(());
            }
        };
        let entry = Entry {
            place,
            line,
            call,
            again: None,
        };
        match before {
            Before::Doubt => self.weigh(entry),
            _ => self.pack(entry),
        }
    }

    /// May a call be sent again that may have run?
    fn weigh(&mut self, entry: Entry) -> Result {
        let method = &entry.call.method;
        if self.arguments.resend {
            return self.send_again(entry, "--resend");
        }
        let known = self.idempotent.get(method).copied();
        match known.or(self.arguments.idempotent.then_some(true)) {
            Some(true) => self.send_again(entry, "it is idempotent"),
            Some(false) => {
                self.leave_in_doubt(entry.place);
                Ok(())
            }
            None => {
                // No further line is taken until there is an answer, so that these would wait for it.
                self.send_packed()?;
                let answer = is_idempotent(self.client.clone(), method.clone());
                let answer = Box::pin(answer);
                self.question = Some(Question { entry, answer });
                Ok(())
            }
        }
    }

    fn send_again(&mut self, mut entry: Entry, why: &'static str) -> Result {
        entry.again = Some(why);
        self.pack(entry)
    }

    fn leave_in_doubt(&mut self, place: Place) {
        self.tally.doubtful += 1;
        let what = "it was sent before and got no answer, so that it may have run; not sent again (--resend sends it)";
        self.fail(place, what);
    }

    fn answered(&mut self, answer: Result<bool>) -> Result {
        let Some(Question { entry, .. }) = self.question.take() else {
            return Ok(());
        };
        let method = entry.call.method.clone();
        match answer {
            Ok(is_idempotent) => {
                self.idempotent.insert(method, is_idempotent);
                self.weigh(entry)
            }
            Err(_) if self.arguments.keep_going => {
                // It is not asked again for each further call.
                self.idempotent.insert(method, false);
                self.weigh(entry)
            }
            Err(failure) => {
                self.leave_in_doubt(entry.place);
                Err(failure)
            }
        }
    }

    /// Has the input all lines that the journal has?
    fn check_end(&self) -> Result {
        match &self.journal {
            Some(journal) => journal.check_end(),
            None => Ok(()),
        }
    }

    /// Puts an entry into the next message.
    fn pack(&mut self, entry: Entry) -> Result {
        let id = entry.call.id.as_ref().map(Id::to_string);
        let is_taken = id.as_ref().is_some_and(|id| self.packed_ids.contains(id));
        let first = self.packed.first();
        let kind = entry.call.is_notification;
        if is_taken || first.is_some_and(|first| first.call.is_notification != kind) {
            self.send_packed()?;
        }
        self.packed_ids.extend(id);
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
        self.has_sent = true;
        let mut entries = std::mem::take(&mut self.packed);
        for Entry { place, again, .. } in &entries {
            // Whoever is in doubt is told.
            if let Some(why) = again {
                let number = place.number;
                self.writer.tell(format!(
                    "line {number}: it was sent before and got no answer, so that it may have run; sent again ({why})"
                ));
            }
        }
        give_ids(
            &mut entries,
            &std::mem::take(&mut self.packed_ids),
            &*self.ids,
        );
        let places = entries.iter().map(|entry| entry.place).collect();
        let message = Message(entries).send(self.client.clone());
        let task = self.under_way.spawn(message);
        self.sent.insert(task.id(), places);
        Ok(())
    }

    /// What came of a message.
    fn arrive(&mut self, delivered: std::result::Result<(task::Id, Vec<Delivered>), JoinError>) {
        match delivered {
            Ok((message, delivered)) => {
                self.sent.remove(&message);
                for delivered in delivered {
                    self.deliver(delivered);
                }
            }
            Err(error) => {
                let failure = Failure::new(Exit::Transport, error.to_string());
                let places = self.sent.remove(&error.id());
                self.give_up(places.unwrap_or_default(), &failure);
            }
        }
    }

    /// Nobody waits for the answers to these lines any more.
    fn give_up(&mut self, places: Vec<Place>, failure: &Failure) {
        for place in places {
            let outcome = Outcome::Doubt(failure.clone());
            self.deliver(Delivered { place, outcome });
        }
    }

    /// Keeps what came of a line, counts it, and prints it when its turn has come.
    fn deliver(&mut self, delivered: Delivered) {
        let Delivered { place, outcome } = delivered;
        let number = place.number;
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
                self.writer.tell(format!("line {number}: {error}"));
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
        let text = format!("line {number}: {what}: {}", failure.text());
        self.writer.tell(text);
        if !self.arguments.keep_going {
            self.stop(failure.clone());
        }
    }

    /// Prints what an earlier run was answered.
    fn repeat(&mut self, place: Place, answer: String) {
        #[derive(serde::Deserialize)]
        struct Answer {
            error: Option<serde::de::IgnoredAny>,
        }
        self.tally.answered += 1;
        if serde_json::from_str(&answer).is_ok_and(|answer: Answer| answer.error.is_some()) {
            self.tally.errors += 1;
            self.writer.tell(format!(
                "line {}: answered with an error in an earlier run",
                place.number
            ));
        }
        self.print(place, answer);
    }

    fn fail(&mut self, place: Place, what: &str) {
        self.writer.tell(format!("line {}: {what}", place.number));
        self.print(place, failure_json(place.number, what));
    }

    fn print(&mut self, place: Place, json: String) {
        self.output.put(place.index, json, &self.writer);
        self.progress.advance(self.tally.failures());
    }

    async fn conclude(mut self, interrupts: &mut Signals, at_once: bool) -> Result {
        let places = std::mem::take(&mut self.sent).into_values().flatten();
        let mut places: Vec<Place> = places.collect();
        places.sort_by_key(|place| place.index);
        let failure = Failure::new(Exit::Interrupted, "interrupted before it was answered");
        self.give_up(places, &failure);
        self.output.finish(&self.writer);
        self.progress.end();
        let printed = match at_once {
            // What there is to tell is told, if anybody listens.
            true => {
                let told = self.writer.finish_telling();
                tokio::time::timeout(LAST_WORDS, told)
                    .await
                    .unwrap_or(Ok(()))
            }
            false => tokio::select! {
                biased;
                Some(()) = interrupts.recv() => Err(Failure::new(Exit::Interrupted, "")),
                printed = self.writer.finish() => printed,
            },
        };
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
            let mut text = match answered {
                1 => format!("{}; 1 call was answered", failure.text()),
                _ => format!("{}; {answered} calls were answered", failure.text()),
            };
            let mut exit = failure.exit;
            if doubtful > 0 {
                text = format!("{text}, {doubtful} may have run before and were not sent again");
                if exit != Exit::Interrupted {
                    exit = Exit::MayHaveRun;
                }
            }
            let stopped = Failure::new(exit, text);
            let hint = match (&self.arguments.resume, self.has_sent) {
                (Some(_), _) => Some("the same command goes on from here"),
                (None, true) => Some(
                    "this run kept no journal, so that the same command sends everything again; with --resume FILE from the start, the next would not",
                ),
                (None, false) => None,
            };
            return Err(match failure.hint().or(hint) {
                Some(hint) => stopped.with_hint(hint),
                None => stopped,
            });
        }
        printed?;
        for (count, exit, what) in [
            (doubtful, Exit::MayHaveRun, "may have run before, not sent again"),
            (
                failed,
                first_failure.unwrap_or(Exit::Transport),
                "no answer",
            ),
            (invalid, Exit::Usage, "no call"),
            (errors, Exit::ErrorObject, "answered with an error"),
        ] {
            if count > 0 {
                let lines = counted(self.taken, "line");
                return Err(Failure::new(exit, format!("{count} of {lines}: {what}")));
            }
        }
        Ok(())
    }
}

/// Every Ctrl-C, from now on.
type Signals = mpsc::UnboundedReceiver<()>;

/// Hears every Ctrl-C, from now on.
#[cfg(unix)]
fn signals() -> Result<Signals> {
    use tokio::signal::unix::{SignalKind, signal};

    let (sender, signals) = mpsc::unbounded_channel();
    let mut interrupts = signal(SignalKind::interrupt())
        .map_err(|error| Failure::new(Exit::File, format!("Ctrl-C can't be heard: {error}")))?;
    tokio::spawn(
        async move { while interrupts.recv().await.is_some() && sender.send(()).is_ok() {} },
    );
    Ok(signals)
}

/// Hears every Ctrl-C, from now on.
#[cfg(not(unix))]
fn signals() -> Result<Signals> {
    let (sender, signals) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() && sender.send(()).is_ok() {}
    });
    Ok(signals)
}

async fn answer(question: &mut Option<Question>) -> Result<bool> {
    match question {
        Some(question) => question.answer.as_mut().await,
        None => std::future::pending().await,
    }
}

async fn is_idempotent(client: Client<BoxTransport>, method: String) -> Result<bool> {
    match introspection::signature(&client, &method).await {
        Ok(signature) => Ok(signature.is_some_and(|signature| signature.idempotent)),
        // A server that has answered, though not this question, says that it is not.
        Err(error) if error.object().is_some() || error.is_protocol() => Ok(false),
        Err(error) => Err(Failure::call(&error)),
    }
}

/// Gives each call an id that no other of the message has.
fn give_ids(entries: &mut [Entry], taken: &HashSet<String>, ids: &dyn IdSource) {
    let are_free = |id: &Id| taken.is_empty() || !taken.contains(&id.to_string());
    for Entry { call, .. } in entries {
        if call.id.is_none() && !call.is_notification {
            call.id = std::iter::repeat_with(|| ids.next_id()).find(are_free);
        }
    }
}

fn counted(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
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

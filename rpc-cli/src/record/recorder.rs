//! [`Recorder`]: writes exchanges to a file, each as soon as it is over.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use rpc_core::code;
use rpc_core::transport::{StreamItem, StreamMessage, TransportFailure, TransportReply};
use rpc_http::StatusError;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::exchange::{
    AnswerSecrets, Exchange, HIDDEN, Item, NOT_A_RESPONSE, Outcome, Request, Secrets, Tree,
};
use crate::exit::Exit;
use crate::failure::{Failure, Result, chain};
use crate::terminal::report;

/// How many items of a stream a recording keeps.
const MAX_ITEMS: usize = 10_000;

/// How many bytes of a stream's items it keeps.
const MAX_BYTES: usize = 16 << 20;

/// Writes exchanges to a file.
pub(super) struct Recorder {
    path: PathBuf,
    written: Mutex<Written>,
    secrets: Secrets,
}

struct Written {
    file: File,
    count: u64,
    /// Why a line could not be written. Nothing is written after it, so that no line follows half of one.
    failure: Option<Failure>,
}

impl Recorder {
    pub(super) fn create(path: &Path, append: bool, secrets: Secrets) -> Result<Arc<Self>> {
        let mut options = OpenOptions::new();
        match append {
            true => options.create(true).append(true),
            false => options.create_new(true).write(true),
        };
        // Results may be private, too.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| {
            let failure = Failure::file(path, &error);
            match error.kind() {
                std::io::ErrorKind::AlreadyExists => failure.with_hint("--append adds to the file"),
                _ => failure,
            }
        })?;
        Ok(Arc::new(Recorder {
            path: path.to_owned(),
            written: Mutex::new(Written {
                file,
                count: 0,
                failure: None,
            }),
            secrets,
        }))
    }

    /// A call that begins now. `None` for a message that is not one call: a relay sends no other.
    pub(super) fn begin(self: &Arc<Self>, message: &[u8]) -> Option<Underway> {
        let message: Box<RawValue> = serde_json::from_slice(message).ok()?;
        let request: Request = serde_json::from_str(message.get()).ok()?;
        let mut hidden = BTreeMap::new();
        let (shown, secrets) = self
            .secrets
            .hide_in_request(&message, &request, &mut hidden);
        let exchange = Exchange {
            time: humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
            request: shown,
            outcome: Outcome::GivenUp,
            items: None,
            more_items: 0,
            response: None,
            status: None,
            failure: None,
            milliseconds: 0.0,
            hidden,
        };
        Some(Underway {
            recorder: Arc::clone(self),
            exchange: Some(exchange),
            secrets,
            is_notification: request.id.is_none(),
            started: Instant::now(),
            bytes: 0,
        })
    }

    /// How many exchanges there are, or why not all of them could be written.
    pub(super) fn end(&self) -> Result<u64> {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        match &written.failure {
            None => Ok(written.count),
            Some(failure) => Err(failure.clone()),
        }
    }

    fn write(&self, exchange: &Exchange) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if written.failure.is_some() {
            return;
        }
        let line = serde_json::to_string(exchange).map(|line| line + "\n");
        let line = line.map_err(|error| Failure::new(Exit::File, error.to_string()));
        let result = line.and_then(|line| {
            // One write for a line, so that a reader never sees half of one. Files have no buffer that would have to be flushed.
            let result = written.file.write_all(line.as_bytes());
            result.map_err(|error| Failure::file(&self.path, &error))
        });
        match result {
            Ok(()) => written.count += 1,
            Err(failure) => {
                report(&format!("{failure}\nnothing is recorded from now on"));
                written.failure = Some(failure);
            }
        }
    }
}

/// A call that has begun. It is recorded when it has an outcome, or when it is dropped.
pub(super) struct Underway {
    recorder: Arc<Recorder>,
    /// `None` once it is recorded.
    exchange: Option<Exchange>,
    /// What is hidden in the answer.
    secrets: AnswerSecrets,
    is_notification: bool,
    started: Instant,
    /// The length of the items so far.
    bytes: usize,
}

impl Underway {
    /// A reply to a message that was sent as a plain call or a notification.
    pub(super) fn replied(
        &mut self,
        reply: &std::result::Result<TransportReply, TransportFailure>,
    ) {
        match reply {
            Ok(_) if self.is_notification => self.end(Outcome::Notified),
            // The relay now calls again, and opens the stream. That call is the one to record.
            Ok(reply) if is_refused_stream(reply) => self.exchange = None,
            Ok(reply) => self.answered(reply),
            Err(failure) => self.failed(failure),
        }
    }

    /// What comes while a stream is open.
    pub(super) fn see(&mut self, message: &std::result::Result<StreamMessage, TransportFailure>) {
        match message {
            Ok(StreamMessage::Opened) => drop(self.items()),
            Ok(StreamMessage::Item(item)) => self.item(item),
            Ok(StreamMessage::End(reply)) => self.answered(reply),
            Ok(_) => {}
            Err(failure) => self.failed(failure),
        }
    }

    pub(super) fn failed(&mut self, failure: &TransportFailure) {
        let why = match failure {
            TransportFailure::Timeout(error) => error.to_string(),
            TransportFailure::Error(error) => self.reason(error),
            _ => "no reply".to_owned(),
        };
        self.fail(why);
    }

    fn fail(&mut self, why: String) {
        if let Some(exchange) = &mut self.exchange {
            exchange.failure = Some(why);
        }
        self.end(Outcome::Failed);
    }

    /// The text of an error, without the start of the reply's body if anything is hidden: servers say back what they got.
    fn reason(&self, error: &(dyn Error + 'static)) -> String {
        let mut causes = std::iter::successors(Some(error), |error| (*error).source());
        let text = match causes.any(|cause| cause.is::<StatusError>()) {
            true if !self.secrets.is_empty() => error.to_string(),
            _ => chain(error),
        };
        match self.secrets.are_in(&text) {
            true => HIDDEN.to_owned(),
            false => text,
        }
    }

    fn items(&mut self) -> Option<&mut Vec<Item>> {
        Some(self.exchange.as_mut()?.items.get_or_insert_default())
    }

    fn item(&mut self, item: &StreamItem) {
        self.bytes += item.text().len();
        let is_full = self.bytes > MAX_BYTES;
        let index = self.items().map_or(0, |items| items.len());
        let Some(exchange) = &mut self.exchange else {
            return;
        };
        if is_full || index >= MAX_ITEMS {
            exchange.more_items += 1;
            return;
        }
        let Some((value, cursor)) = item.parts() else {
            return; // not JSON, which the relay reports
        };
        let raw = |text: &str| RawValue::from_string(text.to_owned()).ok();
        let Some(value) = raw(value) else {
            return;
        };
        let cursor = cursor.and_then(raw);
        let item = Item { value, cursor };
        let item = self.secrets.hide_in_item(item, index, &mut exchange.hidden);
        exchange.items.get_or_insert_default().push(item);
    }

    fn answered(&mut self, reply: &TransportReply) {
        let Some(exchange) = &mut self.exchange else {
            return;
        };
        exchange.status = reply.status_code;
        let response: std::result::Result<Box<RawValue>, _> = serde_json::from_slice(&reply.body);
        match response {
            Ok(response) => {
                let hidden = &mut exchange.hidden;
                exchange.response = Some(self.secrets.hide_in_response(&response, hidden));
                match is_answer(&response) {
                    true => self.end(Outcome::Answered),
                    false => self.fail(NOT_A_RESPONSE.to_owned()),
                }
            }
            Err(error) => {
                let why = match &reply.error_if_invalid {
                    Some(refusal) => self.reason(refusal),
                    None => format!("the reply is not JSON: {error}"),
                };
                self.fail(why);
            }
        }
    }

    fn end(&mut self, outcome: Outcome) {
        if let Some(mut exchange) = self.exchange.take() {
            exchange.outcome = outcome;
            let milliseconds = self.started.elapsed().as_secs_f64() * 1000.0;
            exchange.milliseconds = (milliseconds * 1000.0).round() / 1000.0;
            self.recorder.write(&exchange);
        }
    }
}

/// The caller has given up.
impl Drop for Underway {
    fn drop(&mut self) {
        self.end(Outcome::GivenUp);
    }
}

/// Whether a reply has a result or an error. To any other one, the caller gets an error of the recorder.
fn is_answer(reply: &RawValue) -> bool {
    let reply = Tree::read(reply);
    reply.get("result").is_some() || reply.get("error").is_some()
}

/// Whether the server says that the method returns a stream, and so can't be called like this.
fn is_refused_stream(reply: &TransportReply) -> bool {
    #[derive(Deserialize)]
    struct Response {
        error: Error,
    }

    #[derive(Deserialize)]
    struct Error {
        code: i64,
    }

    let response = serde_json::from_slice::<Response>(&reply.body);
    response.is_ok_and(|response| response.error.code == code::NEEDS_DUPLEX)
}

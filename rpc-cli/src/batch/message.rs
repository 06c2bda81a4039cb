//! [`Message`]: several lines sent as one, and what came of each.

use rpc_core::{BoxTransport, CallError, Client, ErrorObject};
use serde_json::value::RawValue;

use super::lines::{Line, LineCall};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json;
use crate::transport::is_unsent;

/// Which line it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Among the lines of this run, from 0.
    pub(super) index: usize,
    /// In the input, from 1.
    pub(super) number: u64,
}

/// A line that is going to be sent.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) place: Place,
    pub(super) line: Line,
    pub(super) call: LineCall,
    /// Why it is sent again, where it may have run before.
    pub(super) again: Option<&'static str>,
}

/// Calls alone, or notifications alone.
#[derive(Debug)]
pub(super) struct Message(pub(super) Vec<Entry>);

/// A line, and what came of it.
#[derive(Debug)]
pub(super) struct Delivered {
    pub(super) place: Place,
    pub(super) outcome: Outcome,
}

/// What came of a line.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    Result(Box<RawValue>),
    Error(ErrorObject),
    /// It was a notification, and is taken.
    Notified,
    /// Nothing of it has run.
    Unsent(Failure),
    /// It may have run.
    Doubt(Failure),
}

impl Outcome {
    fn of_call(outcome: Result<Box<RawValue>, CallError>) -> Self {
        match outcome {
            Ok(result) => Outcome::Result(result),
            Err(CallError::Object(error)) => Outcome::Error(error),
            Err(error) => Outcome::lost(&error),
        }
    }

    fn of_notification(outcome: Result<(), CallError>) -> Self {
        match outcome {
            Ok(()) => Outcome::Notified,
            Err(CallError::Object(error)) => Outcome::Error(error),
            Err(error) => Outcome::lost(&error),
        }
    }

    /// There is no answer.
    fn lost(error: &CallError) -> Self {
        match is_unsent(error) {
            true => Outcome::Unsent(Failure::call(error)),
            false => Outcome::Doubt(Failure::call(error)),
        }
    }

    /// There is one answer to the whole of a batch, which is none to its calls.
    fn of_all(error: &CallError) -> Self {
        let CallError::Object(object) = error else {
            return Outcome::lost(error);
        };
        let failure = Failure::new(
            Exit::Answered,
            format!("the server refused the message: {object}"),
        )
        .hint("for a server that takes no batches, or shorter ones: --size 1");
        match rpc_http::refuses_batch(object) {
            true => Outcome::Unsent(failure),
            false => Outcome::Doubt(failure),
        }
    }

    /// What is printed, and kept in the journal.
    pub(super) fn json(&self, number: u64) -> String {
        match self {
            Outcome::Result(result) => {
                let result = json::compact(result.get());
                format!(r#"{{"line":{number},"result":{result}}}"#)
            }
            Outcome::Error(error) => {
                let error = json::compact(&error.to_json());
                format!(r#"{{"line":{number},"error":{error}}}"#)
            }
            Outcome::Notified => format!(r#"{{"line":{number},"notified":true}}"#),
            Outcome::Unsent(failure) | Outcome::Doubt(failure) => {
                super::failure_json(number, failure.text())
            }
        }
    }
}

impl Message {
    /// Sends the message, and waits for what comes of it. One line goes without the brackets of a batch.
    pub(super) async fn send(self, client: Client<BoxTransport>) -> Vec<Delivered> {
        let places: Vec<Place> = self.0.iter().map(|entry| entry.place).collect();
        let are_notifications = self.0.iter().any(|entry| entry.call.is_notification);
        let calls: Vec<LineCall> = self.0.into_iter().map(|entry| entry.call).collect();
        let count = calls.len();
        let outcomes = match are_notifications {
            true => notify(calls, &client).await,
            false => call(calls, &client).await,
        };
        let outcomes = outcomes.unwrap_or_else(|error| vec![Outcome::of_all(&error); count]);
        places
            .into_iter()
            .zip(outcomes)
            .map(|(place, outcome)| Delivered { place, outcome })
            .collect()
    }
}

async fn call(
    calls: Vec<LineCall>,
    client: &Client<BoxTransport>,
) -> Result<Vec<Outcome>, CallError> {
    let calls = calls.into_iter().map(|line| {
        let call = client.call(&line.method, line.params);
        match line.id {
            Some(id) => call.id(id),
            None => call,
        }
    });
    let outcomes = match only(calls) {
        Ok(call) => return Ok(vec![Outcome::of_call(call.await)]),
        Err(calls) => client.batch(calls).await?,
    };
    Ok(outcomes.into_iter().map(Outcome::of_call).collect())
}

async fn notify(
    calls: Vec<LineCall>,
    client: &Client<BoxTransport>,
) -> Result<Vec<Outcome>, CallError> {
    let notifications = calls
        .into_iter()
        .map(|line| client.notify(&line.method, line.params));
    let outcomes = match only(notifications) {
        Ok(notification) => return Ok(vec![Outcome::of_notification(notification.await)]),
        Err(notifications) => client.batch(notifications).await?,
    };
    Ok(outcomes.into_iter().map(Outcome::of_notification).collect())
}

/// The only one there is; or all of them, where there are more.
fn only<T>(all: impl Iterator<Item = T>) -> Result<T, Vec<T>> {
    let mut all: Vec<T> = all.collect();
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => Ok(only),
        (last, _) => {
            all.extend(last);
            Err(all)
        }
    }
}

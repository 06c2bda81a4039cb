//! [`LineOutcome`]: what became of a line.

use rpc_core::{CallError, ErrorObject, Execution, code};
use serde_json::value::RawValue;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::json;
use crate::too_large;

/// A line that was sent, and what became of it.
#[derive(Debug)]
pub(super) struct FinishedLine {
    pub(super) number: u64,
    pub(super) outcome: LineOutcome,
}

#[derive(Debug, Clone)]
pub(super) enum LineOutcome {
    Result(Box<RawValue>),
    Error(ErrorObject),
    /// A notification, which the server accepted.
    Notified,
    /// The call certainly did not run.
    DidNotRun(Failure),
    /// There is no answer, and the call may have run.
    MayHaveRun(Failure),
}

impl LineOutcome {
    pub(super) fn of_call(outcome: Result<Box<RawValue>, CallError>) -> Self {
        match outcome {
            Ok(result) => LineOutcome::Result(result),
            Err(error) => LineOutcome::of_error(error),
        }
    }

    pub(super) fn of_notification(outcome: Result<(), CallError>) -> Self {
        match outcome {
            Ok(()) => LineOutcome::Notified,
            Err(error) => LineOutcome::of_error(error),
        }
    }

    fn of_error(error: CallError) -> Self {
        // A busy server's refusal is not an answer that is worth keeping.
        let is_refusal = error.execution() == Execution::NotRun && error.is_retryable();
        match error {
            CallError::Object(error) if !is_refusal => LineOutcome::Error(error.into_inner()),
            error => LineOutcome::without_answer(&error),
        }
    }

    /// The outcome for each call of a batch of so many that failed as a whole.
    pub(super) fn of_failed_batch(error: &CallError, count: usize) -> Self {
        if too_large::is_reply(error) {
            let smaller = too_large::smaller_batches(count);
            let hint = format!("{smaller}, and a larger --max-reply takes larger ones");
            return LineOutcome::MayHaveRun(Failure::call(error).with_hint(hint));
        }
        let CallError::Object(_) = error else {
            return LineOutcome::without_answer(error);
        };
        let failure = Failure::new(
            Exit::ErrorObject,
            format!("the server refused the message: {error}"),
        )
        .with_hint("the server may accept no batches, or only shorter ones; try --batch-size 1");
        match error.execution() == Execution::NotRun {
            true => LineOutcome::DidNotRun(failure),
            false => LineOutcome::MayHaveRun(failure),
        }
    }

    fn without_answer(error: &CallError) -> Self {
        match error.execution() {
            Execution::NotRun if too_large::is_batch(error) => {
                LineOutcome::DidNotRun(Failure::call(error).with_hint(
                    "this call alone is too long for the server; --keep-going continues after it",
                ))
            }
            Execution::NotRun => LineOutcome::DidNotRun(Failure::call(error)),
            Execution::MaybeRun | Execution::Ran => LineOutcome::MayHaveRun(Failure::call(error)),
        }
    }

    /// Whether the server had no room for the answer.
    pub(super) fn has_no_room(&self) -> bool {
        matches!(self, LineOutcome::Error(error) if too_large::is_answer(error))
    }

    /// Whether the server says that the params are wrong.
    pub(super) fn refuses_params(&self) -> bool {
        matches!(self, LineOutcome::Error(error) if error.code() == code::INVALID_PARAMS)
    }

    /// Why there is no answer.
    pub(super) fn failure(&self) -> Option<&Failure> {
        match self {
            LineOutcome::DidNotRun(failure) | LineOutcome::MayHaveRun(failure) => Some(failure),
            LineOutcome::Result(_) | LineOutcome::Error(_) | LineOutcome::Notified => None,
        }
    }

    /// What is printed for the line, and kept in the journal.
    pub(super) fn json(&self, number: u64) -> String {
        match self {
            LineOutcome::Result(result) => {
                let result = json::compact(result.get());
                format!(r#"{{"line":{number},"result":{result}}}"#)
            }
            LineOutcome::Error(error) => {
                let error = json::compact(&error.to_json());
                format!(r#"{{"line":{number},"error":{error}}}"#)
            }
            LineOutcome::Notified => format!(r#"{{"line":{number},"notified":true}}"#),
            LineOutcome::DidNotRun(failure) | LineOutcome::MayHaveRun(failure) => {
                failure_json(number, failure.text())
            }
        }
    }
}

/// What is printed for a line without an answer.
pub(super) fn failure_json(number: u64, text: &str) -> String {
    let text = serde_json::Value::from(text);
    format!(r#"{{"line":{number},"failure":{text}}}"#)
}

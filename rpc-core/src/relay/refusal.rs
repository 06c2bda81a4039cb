//! What a caller in front is told about a call that failed behind. Nothing of it names a server.

use std::time::Duration;

use crate::error::{CallError, Chain, ErrorObject, Execution, InCall, Judge, ProtocolError, code};
use crate::excerpt::Excerpt;
use crate::kind::ErrorKind;
use crate::limits::{LOGGED_DETAIL, LOGGED_STRING};
use crate::service::{Context, Outcome, Refused};

/// What the caller is told about a call that failed.
#[cold]
pub(super) fn of_call(error: CallError, cx: &Context) -> Outcome {
    let verdict = error.verdict();
    if let Some(wait) = verdict.retry_after {
        say_when(wait, cx);
    }
    match error {
        CallError::Object(error) => of_object(error, cx),
        error if verdict.execution == Execution::NotRun => not_run(&error, cx),
        CallError::Timeout(_) => {
            log(&error, cx);
            let message = "no reply came within the call's time";
            failure(code::DEADLINE_EXCEEDED, message, ErrorKind::Timeout)
        }
        error => may_have_run(&error).into(),
    }
}

/// An error object is passed on, unless it would say that the call did not run although it may have.
fn of_object(error: InCall<ErrorObject>, cx: &Context) -> Outcome {
    let known = error.verdict();
    let by_code = Judge::verdict(&*error).execution;
    match (by_code, known.execution) {
        (Execution::NotRun, Execution::NotRun) => {}
        (Execution::NotRun, _) => return may_have_run(&CallError::Object(error)).into(),
        (_, Execution::NotRun) => refuse(cx, known.is_retryable),
        _ => {}
    }
    error.into_inner().into()
}

fn not_run(error: &CallError, cx: &Context) -> Outcome {
    log(error, cx);
    let is_retryable = error.verdict().is_retryable;
    match error {
        CallError::Timeout(_) => {
            cx.insert(Refused::Expired);
            let message = "the call's time was over before it was passed on";
            failure(code::EXPIRED, message, ErrorKind::Timeout)
        }
        _ if is_retryable => {
            refuse(cx, true);
            let message = "the service can't be reached now";
            failure(code::BUSY, message, ErrorKind::Unavailable)
        }
        _ => {
            refuse(cx, false);
            let message = "the call can't be passed on";
            failure(code::INVALID_REQUEST, message, ErrorKind::Invalid)
        }
    }
}

/// Says over HTTP that the call did not run, whatever the code of its error.
fn refuse(cx: &Context, may_pass: bool) {
    cx.insert(match may_pass {
        true => Refused::Busy,
        false => Refused::NotRelayed,
    });
}

/// The server in front logs the detail with the call, and tells nobody.
fn may_have_run(error: &CallError) -> ErrorObject {
    let event = "the outcome of a relayed call is unknown";
    ErrorObject::failure(event, &Chain(error)).with_kind(ErrorKind::Unavailable)
}

/// What the caller is told about a stream that was not opened. `refused` is the answer to the plain call before, if there was one.
/// It says more than that the transport can't carry a stream.
pub(super) fn of_opening(error: CallError, refused: Option<CallError>, cx: &Context) -> Outcome {
    let verdict = error.verdict();
    let is_beyond_transport = matches!(error, CallError::Transport(_))
        && verdict.execution == Execution::NotRun
        && !verdict.is_retryable;
    match refused {
        Some(refused) if is_beyond_transport => of_call(refused, cx),
        _ => of_call(error, cx),
    }
}

/// A method that does what a relay can't pass on.
pub(super) fn needs_more(what: &str) -> Outcome {
    let message = format!("the method {what}, which can't be passed on");
    ErrorObject::new(code::NEEDS_DUPLEX, message).into()
}

/// What the caller is told when a stream fails that was open. One that was cut off can be opened again.
#[cold]
pub(super) fn of_stream(error: CallError, cx: &Context) -> ErrorObject {
    let is_cut = match &error {
        CallError::Transport(error) => error.is_retryable(),
        CallError::Protocol(error) => matches!(**error, ProtocolError::StreamCut),
        _ => false,
    };
    match error {
        CallError::Object(error) => error.into_inner(),
        error if is_cut => {
            log(&error, cx);
            ErrorObject::new(code::SERVER_CANCELLED, "the stream was cut off")
                .with_kind(ErrorKind::Unavailable)
        }
        error => may_have_run(&error),
    }
}

/// The headers of a reply that say when to try again. HTTP has seconds only.
fn say_when(wait: Duration, cx: &Context) {
    let milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    let seconds = milliseconds.div_ceil(1000);
    let names = [("retry-after", seconds), ("retry-after-ms", milliseconds)];
    for (name, value) in names {
        if let Err(error) = cx.set_reply_header(name, value) {
            tracing::debug!(%error, name, "a header of a reply can't be set"); // never happens
        }
    }
}

/// Logs a failure of which the caller is told less.
pub(super) fn log(error: &CallError, cx: &Context) {
    let method = Excerpt::new(cx.method_name(), LOGGED_STRING).to_string();
    let error = Excerpt::new(Chain(error), LOGGED_DETAIL).to_string();
    tracing::warn!(method, error, "a call was not relayed");
}

fn failure(code: i64, message: &'static str, kind: ErrorKind) -> Outcome {
    ErrorObject::new(code, message).with_kind(kind).into()
}

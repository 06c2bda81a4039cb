//! What has become of an attempt, as far as another one depends on it.

use std::convert::Infallible;

use serde::de::IgnoredAny;

use super::super::{TransportFailure, TransportReply, TransportRequest};
use crate::error::{Addressed, CallError, Execution, Judge, TimeoutError, Verdict};
use crate::wire::response::{BatchReply, Content, Decoded, read_batch, read_single};
use crate::wire::summary::Summary;

/// A failed attempt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failed {
    pub(super) verdict: Verdict,
    /// What it says about the server.
    pub(super) server: Health,
}

/// What a failure says about a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// It answers.
    Well,
    /// It does not answer, or not as it should.
    Ill,
    /// No reply came in time.
    Late,
    Unknown,
}

impl Failed {
    /// Whether the message may be sent again.
    pub(super) fn is_repeatable(&self, message: &TransportRequest) -> bool {
        self.verdict.is_retryable
            && match self.verdict.execution {
                Execution::NotRun => true,
                Execution::MaybeRun => message.idempotent,
                // It has its answer.
                Execution::Ran => false,
            }
    }
}

/// Why an attempt failed, if it did.
pub(super) fn failure_of_send(
    sent: &Result<TransportReply, TransportFailure>,
    message: &TransportRequest,
) -> Option<Failed> {
    match sent {
        Ok(reply) => failure_in(reply, message),
        Err(failure) => Some(failure_of(failure)),
    }
}

/// What the lack of a reply means.
pub(super) fn failure_of(failure: &TransportFailure) -> Failed {
    let server = match failure {
        // It waited for other calls of this client.
        TransportFailure::Timeout(TimeoutError::Turn) => Health::Unknown,
        TransportFailure::Timeout(_) => Health::Late,
        TransportFailure::Error(_) | TransportFailure::Protocol(_) => Health::Ill,
    };
    Failed {
        verdict: CallError::<Infallible>::from(failure.clone()).verdict(),
        server,
    }
}

/// Why a reply is a failure, if it is one.
pub(super) fn failure_in(reply: &TransportReply, message: &TransportRequest) -> Option<Failed> {
    if is_plainly_a_result(reply) {
        return None;
    }
    let failed = failure_in_body(reply, message)?;
    let execution = match reply.not_run {
        true => Execution::NotRun,
        false => failed.verdict.execution,
    };
    Some(Failed {
        verdict: Verdict {
            execution,
            retry_after: failed.verdict.retry_after.or(reply.retry_after),
            ..failed.verdict
        },
        ..failed
    })
}

fn failure_in_body(reply: &TransportReply, message: &TransportRequest) -> Option<Failed> {
    let (body, said) = reply.clone().into_parts();
    let ill = |error: CallError<Infallible>| Failed {
        verdict: error.verdict(),
        server: Health::Ill,
    };
    if body.is_empty() {
        // The usual reply to a notification. For a call, it is not an answer.
        return said.error.map(|error| ill(error.into()));
    }
    let well = |verdict: Verdict| Failed {
        // A server that is busy, or shuts down, should be spared.
        server: match verdict.is_retryable {
            true => Health::Ill,
            false => Health::Well,
        },
        verdict,
    };
    if body.trim_ascii_start().first() == Some(&b'[') {
        return failure_of_batch(&body, message).map(well);
    }
    match read_single::<Decoded<IgnoredAny>>(&body) {
        Ok(response) => {
            let to = match &message.call {
                Some(id) if response.answers(id) && !response.id.is_null() => Addressed::ThisCall,
                _ => Addressed::Message,
            };
            let error = response.outcome.err()?;
            let error = CallError::<Infallible>::object_in_reply(error, to, said);
            Some(well(error.verdict()))
        }
        Err(why) => Some(ill(said.invalid(why))),
    }
}

/// A batch has failed if each of its calls has, for a reason that passes. A notification in it may have run.
fn failure_of_batch(body: &[u8], message: &TransportRequest) -> Option<Verdict> {
    let Ok(BatchReply::Entries(entries)) = read_batch(body) else {
        return None;
    };
    let sent = Summary::read(&message.body);
    let is_complete = sent.methods.len() == sent.ids.len() && sent.ids.len() == entries.len();
    let mut worst = match is_complete {
        true => Execution::NotRun,
        false => Execution::MaybeRun,
    };
    for entry in entries {
        let Content::Error(error) = entry.content else {
            return None;
        };
        let verdict = error.verdict();
        if !verdict.is_retryable {
            return None;
        }
        if verdict.execution != Execution::NotRun {
            worst = Execution::MaybeRun;
        }
    }
    Some(Verdict::new(worst, true))
}

/// What nearly every reply is, so that it is not read twice.
fn is_plainly_a_result(reply: &TransportReply) -> bool {
    reply.body.starts_with(br#"{"jsonrpc":"2.0","result":"#)
        && reply.error_if_invalid.is_none()
        && !reply.not_run
}

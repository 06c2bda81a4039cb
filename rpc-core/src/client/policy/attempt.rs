//! What has become of an attempt, as far as another one depends on it.

use std::convert::Infallible;

use serde::de::IgnoredAny;

use super::super::{TransportFailure, TransportReply, TransportRequest};
use crate::error::{Addressed, CallError, ErrorObject, Execution, Judge, Said, Verdict};
use crate::json::id::Id;
use crate::wire::response::{BatchReply, Content, Decoded, read_batch, read_single};

/// A failure after which another attempt may be made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failed {
    pub(super) verdict: Verdict,
    /// Whether something may have reached a server.
    pub(super) has_reached: bool,
}

impl Failed {
    /// Whether the message may be sent again.
    pub(super) fn is_repeatable(&self, message: &TransportRequest) -> bool {
        self.verdict.is_retryable
            && match self.verdict.execution {
                Execution::NotRun => true,
                Execution::MaybeRun | Execution::Ran => message.idempotent,
            }
    }
}

/// Why an attempt failed, if it did. The message is this call, or a batch.
pub(super) fn failure_of_send(
    sent: &Result<TransportReply, TransportFailure>,
    call: Option<&Id>,
) -> Option<Failed> {
    match sent {
        Ok(reply) => failure_in(reply, call).map(|verdict| Failed {
            verdict,
            has_reached: true,
        }),
        Err(failure) => Some(failure_of(failure)),
    }
}

/// Why there was no reply.
pub(super) fn failure_of(failure: &TransportFailure) -> Failed {
    let verdict = CallError::<Infallible>::from(failure.clone()).verdict();
    Failed {
        verdict,
        has_reached: verdict.execution != Execution::NotRun,
    }
}

fn failure_in(reply: &TransportReply, call: Option<&Id>) -> Option<Verdict> {
    if is_plainly_a_result(reply) {
        return None;
    }
    let verdict = failure_in_body(reply, call)?;
    Some(Verdict {
        execution: match reply.not_run {
            true => Execution::NotRun,
            false => verdict.execution,
        },
        retry_after: verdict.retry_after.or(reply.retry_after),
        ..verdict
    })
}

fn failure_in_body(reply: &TransportReply, call: Option<&Id>) -> Option<Verdict> {
    let (body, said) = reply.clone().into_parts();
    if body.is_empty() {
        // Notifications get no reply. To a call, it is no answer.
        let error = said.error?;
        return Some(CallError::<Infallible>::from(error).verdict());
    }
    if body.trim_ascii_start().first() == Some(&b'[') {
        return failure_of_batch(&body);
    }
    match read_single::<Decoded<IgnoredAny>>(&body) {
        Ok(response) => {
            let to = match call {
                Some(id) if response.answers(id) && !response.id.is_null() => Addressed::ThisCall,
                _ => Addressed::Message,
            };
            let error = response.outcome.err()?;
            Some(verdict(said, error, to))
        }
        Err(why) => Some(said.invalid::<Infallible>(why).verdict()),
    }
}

fn verdict(said: Said, error: ErrorObject, to: Addressed) -> Verdict {
    CallError::<Infallible>::object_in_reply(error, to, said).verdict()
}

/// A batch has failed as a whole if nothing of it has run, and each entry may be tried again.
fn failure_of_batch(body: &[u8]) -> Option<Verdict> {
    let Ok(BatchReply::Entries(entries)) = read_batch(body) else {
        return None;
    };
    let verdicts = entries.into_iter().map(|entry| match entry.content {
        Content::Error(error) => Some(error.verdict()),
        Content::Result(_) | Content::Malformed(_) => None,
    });
    let verdicts: Vec<Verdict> = verdicts.collect::<Option<_>>()?;
    let is_refused =
        |verdict: &Verdict| verdict.is_retryable && verdict.execution == Execution::NotRun;
    verdicts
        .iter()
        .all(is_refused)
        .then(|| verdicts.first().copied())?
}

/// What nearly every reply is, so that it is not read twice.
fn is_plainly_a_result(reply: &TransportReply) -> bool {
    reply.body.starts_with(br#"{"jsonrpc":"2.0","result":"#)
        && reply.error_if_invalid.is_none()
        && !reply.not_run
}

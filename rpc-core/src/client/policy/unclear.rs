//! What several attempts together say about a call: if one of them may have run, the call may have.

use super::super::{StreamMessage, TransportFailure, TransportReply, TransportStream};
use super::attempt::Failed;
use crate::error::{Execution, TimeoutError, TransportError};

/// What has become of an attempt.
pub(super) type Sent = Result<TransportReply, TransportFailure>;

/// What has become of an attempt to open a stream: the first that it says, and the rest.
pub(super) type Opened = Result<(StreamMessage, TransportStream), TransportFailure>;

/// Whether an attempt has failed for a reason that passes.
pub(super) fn passes((_, failed): &(Sent, Option<Failed>)) -> bool {
    failed.is_some_and(|failed| failed.verdict.is_retryable)
}

/// What has become of two attempts, the first of which has failed.
pub(super) fn later_of(
    (_, earlier): (Sent, Option<Failed>),
    (sent, failed): (Sent, Option<Failed>),
) -> (Sent, Option<Failed>) {
    let Some((mut failed, earlier)) = failed.zip(earlier) else {
        return (sent, failed);
    };
    let had_run = earlier.verdict.execution != Execution::NotRun;
    if had_run && failed.verdict.execution == Execution::NotRun {
        failed.verdict.execution = Execution::MaybeRun;
        return (may_have_run(sent), Some(failed));
    }
    (sent, Some(failed))
}

/// The message may have run before, so that this failure does not say that it did not.
pub(super) fn may_have_run(sent: Sent) -> Sent {
    match sent {
        Ok(mut reply) => {
            (reply.not_run, reply.may_have_run) = (false, true);
            reply.error_if_invalid = reply.error_if_invalid.map(error_that_may_have_run);
            Ok(reply)
        }
        Err(failure) => Err(failure_that_may_have_run(failure)),
    }
}

/// The same of a call that opens a stream, which may be answered like any other.
pub(super) fn opened_that_may_have_run(opened: Opened) -> Opened {
    match opened {
        Ok((StreamMessage::End(reply), rest)) => {
            let reply = may_have_run(Ok(reply))?;
            Ok((StreamMessage::End(reply), rest))
        }
        Err(failure) => Err(failure_that_may_have_run(failure)),
        opened => opened,
    }
}

fn failure_that_may_have_run(failure: TransportFailure) -> TransportFailure {
    match failure {
        TransportFailure::Timeout(_) => TimeoutError::Reply.into(),
        TransportFailure::Error(error) => error_that_may_have_run(error).into(),
        failure => failure,
    }
}

fn error_that_may_have_run(error: TransportError) -> TransportError {
    match error.execution() {
        Execution::NotRun => error.with_execution(Execution::MaybeRun),
        _ => error,
    }
}

//! The reply to a message of several calls, taken apart.

use bytes::Bytes;

use super::super::TransportReply;
use super::super::answers::{AnswerTo, Answers, HasId, Unassigned};
use super::super::tolerance::Tolerance;
use super::Batching;
use super::group::QueuedCall;
use crate::error::{Destination, Shared};
use crate::wire::response::{Part, Parts, Response, Span, read_single};
use crate::wire::tolerant::Asked;

/// What a reply says to each call: where in it each finds its response.
type Responses = Answers<Bytes, Bytes>;

/// What a reply was, once the calls have what it says to them.
pub(super) enum Handed {
    /// It answered at least one call.
    Answers,
    /// It answered none, and the transport says that another attempt may succeed. That says nothing about batches.
    OutageOfServer,
    /// It answered none.
    Failed,
    /// The server refused the message unread. These calls have nothing yet.
    Unread(Vec<QueuedCall>),
}

/// Hands each call its answer.
pub(super) fn hand_out(
    mut reply: TransportReply,
    mut calls: Vec<QueuedCall>,
    batching: &Batching,
    server: impl FnOnce() -> Option<Destination>,
) -> Handed {
    let mut responses = responses(&reply, &calls);
    if responses.as_ref().is_none_or(Responses::any_missing)
        && let Some(forgiven) = forgiven(&reply, &calls, server)
    {
        reply.body = forgiven;
        responses = self::responses(&reply, &calls);
    }
    let is_outage = is_outage(&reply);
    let answers_any = responses.as_ref().is_some_and(|it| !it.none_own());
    match responses {
        Some(responses) => hand_out_responses(responses, &reply, calls),
        None if is_refusal(&reply, batching) => return Handed::Unread(calls),
        // Each call gets the whole reply, and says what is wrong with it.
        None => {
            reply.shared = Shared::OfAll;
            let calls = calls.iter_mut();
            calls.for_each(|call| call.answer(Ok(reply.clone())));
        }
    }
    match answers_any {
        true => Handed::Answers,
        false if is_outage => Handed::OutageOfServer,
        false => Handed::Failed,
    }
}

/// The responses of a batch's reply; `None` for anything else. An array that answers no call counts only if the transport does
/// not say otherwise, as HTTP does by its status.
fn responses(reply: &TransportReply, calls: &[QueuedCall]) -> Option<Responses> {
    let mut parts = Parts::new(&reply.body);
    let found = parts.by_ref().map(|Part { id, range }| {
        let response = reply.body.slice(range);
        (id, response)
    });
    let responses = Answers::sort(calls, found, unassigned);
    let otherwise =
        reply.refused || reply.error_if_invalid.is_some() && !responses.has_unidentified();
    let is_reply = parts.finish().is_ok() && !(otherwise && responses.none_own());
    is_reply.then_some(responses)
}

/// What a part says if it has no id, or if that is null.
fn unassigned(part: Bytes) -> Unassigned<Bytes> {
    match read_single::<Span>(&part) {
        Ok(response) if response.is_unidentified() => Unassigned::Unidentified(part),
        Ok(_) => Unassigned::Foreign,
        Err(error) => Unassigned::Malformed(error),
    }
}

/// The reply as it should have been, if that is for calls of tolerant clients. What is wrong with a response that has its call's
/// id is left to the call.
#[cold]
fn forgiven(
    reply: &TransportReply,
    calls: &[QueuedCall],
    server: impl FnOnce() -> Option<Destination>,
) -> Option<Bytes> {
    let tolerance = calls.iter().find_map(QueuedCall::tolerance)?;
    let tolerant = calls.iter().filter(|call| call.tolerance().is_some());
    let asked = Asked::new(true, tolerant.map(HasId::id));
    let forgiven = Tolerance::forgive(
        &reply.body,
        asked.doubtful(reply.error_if_invalid.is_some()),
    )?;
    tolerance.log(&forgiven, server());
    Some(forgiven.reply)
}

/// Whether this reply, which is not a batch, means that nothing of the message has run.
fn is_refusal(reply: &TransportReply, batching: &Batching) -> bool {
    match read_single::<Span>(&reply.body) {
        Ok(Response {
            id,
            outcome: Err(error),
        }) if id.is_null() => reply.refused || batching.is_refusal(&error),
        Ok(response) => reply.refused && response.outcome.is_err(),
        Err(_) => reply.refused,
    }
}

/// Whether the transport says that another attempt may succeed.
fn is_outage(reply: &TransportReply) -> bool {
    let error = reply.error_if_invalid.as_ref();
    reply.retry_after.is_some() || error.is_some_and(|error| error.is_retryable())
}

fn hand_out_responses(
    mut responses: Responses,
    whole: &TransportReply,
    mut calls: Vec<QueuedCall>,
) {
    for (position, call) in calls.iter_mut().enumerate() {
        let answer = match responses.take(position, call.id()) {
            Ok(AnswerTo::Own(response)) => Ok(part(whole, response, Shared::No)),
            Ok(AnswerTo::Unidentified(response)) => {
                Ok(part(whole, response.clone(), Shared::OfOne))
            }
            Err(error) => Err(error.into()),
        };
        call.answer(answer);
    }
}

/// The part of a reply that is for one call.
fn part(whole: &TransportReply, body: Bytes, shared: Shared) -> TransportReply {
    TransportReply {
        body,
        error_if_invalid: whole.error_if_invalid.clone(),
        shared,
        ..*whole
    }
}

//! The reply to a message of several calls, taken apart.

use bytes::Bytes;

use super::super::TransportReply;
use super::super::answers::{AnswerTo, Answers, HasId};
use super::Batching;
use super::group::QueuedCall;
use crate::wire::response::{Part, Parts, Response, Span, read_single};

/// What a reply says to each call: where in it each finds its response.
type Responses = Answers<Bytes, Bytes>;

/// Hands each call its answer. Returns the calls if the server refused their message unread.
pub(super) fn hand_out(
    reply: TransportReply,
    entries: Vec<QueuedCall>,
    batching: &Batching,
) -> Option<Vec<QueuedCall>> {
    match responses(&reply, &entries) {
        Some(responses) => hand_out_responses(responses, &reply, entries),
        None if is_refusal(&reply, batching) => return Some(entries),
        // Each call gets the whole reply, and says what is wrong with it.
        None => entries
            .into_iter()
            .for_each(|entry| entry.answer(Ok(reply.clone()))),
    }
    None
}

/// The responses of a batch's reply; `None` for anything else. An array that answers no call counts only if the transport does
/// not say otherwise, as HTTP does by its status.
fn responses(reply: &TransportReply, entries: &[QueuedCall]) -> Option<Responses> {
    let mut parts = Parts::new(&reply.body);
    let found = parts.by_ref().map(|Part { id, range }| {
        let response = reply.body.slice(range);
        (id, response)
    });
    let responses = Answers::sort(entries, found, Some);
    let otherwise =
        reply.refused || reply.error_if_invalid.is_some() && !responses.has_unidentified();
    let is_reply = parts.finish().is_ok() && !(otherwise && responses.none_own());
    is_reply.then_some(responses)
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

fn hand_out_responses(mut responses: Responses, whole: &TransportReply, entries: Vec<QueuedCall>) {
    let reply = |body, is_shared| TransportReply {
        body,
        is_shared,
        ..whole.clone()
    };
    for (position, entry) in entries.into_iter().enumerate() {
        let answer = match responses.take(position, entry.id()) {
            Ok(AnswerTo::Own(response)) => Ok(reply(response, false)),
            Ok(AnswerTo::Unidentified(response)) => Ok(reply(response.clone(), true)),
            Err(error) => Err(error.into()),
        };
        entry.answer(answer);
    }
}

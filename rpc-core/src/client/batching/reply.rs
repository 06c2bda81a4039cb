//! The reply to a message of several calls, taken apart.

use bytes::Bytes;

use super::super::Incoming;
use super::super::answers::{Answers, Sent, Taken};
use super::group::Entry;
use crate::error::code;
use crate::wire::response::{Part, Response, Span, batch_parts, read_single};

/// Hands each call its answer. Returns the calls, where the server refused their message unread.
pub(super) fn hand_out(reply: Incoming, entries: Vec<Entry>) -> Option<Vec<Entry>> {
    match batch_parts(&reply.body) {
        Some(parts) => hand_out_parts(&reply.body, parts, entries),
        None if is_refusal(&reply) => return Some(entries),
        // Each call sees what it is instead, and says what is wrong with it.
        None => entries
            .into_iter()
            .for_each(|entry| entry.answer(Ok(reply.clone()))),
    }
    None
}

/// Does this reply, which is no batch, mean that nothing of the message has run?
fn is_refusal(reply: &Incoming) -> bool {
    /// jsonrpsee's own, of its reserved range: it takes no batches; the batch is too long.
    const JSONRPSEE: [i64; 2] = [-32005, -32010];

    match read_single::<Span>(&reply.body) {
        Ok(Response {
            id,
            outcome: Err(error),
        }) if id.is_null() => {
            let code = error.code();
            code == code::INVALID_REQUEST || code == code::PARSE_ERROR || JSONRPSEE.contains(&code)
        }
        Ok(_) => false,
        Err(_) => reply.refused,
    }
}

fn hand_out_parts(reply: &Bytes, parts: Vec<Part>, entries: Vec<Entry>) {
    let responses = parts
        .into_iter()
        .map(|Part { id, range }| (id, reply.slice(range)));
    let mut answers = Answers::sort(&entries, responses, Some);
    for (place, entry) in entries.into_iter().enumerate() {
        let answer = match answers.take(place, entry.id()) {
            Ok(Taken::Own(response)) => Ok(Incoming::new(response)),
            Ok(Taken::Unidentified(response)) => Ok(Incoming::new(response.clone())),
            Err(error) => Err(error.into()),
        };
        entry.answer(answer);
    }
}

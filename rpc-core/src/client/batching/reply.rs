//! The reply to a message of several calls, taken apart.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use serde_json::value::RawValue;

use super::super::{Incoming, TransportFailure};
use super::group::Entry;
use crate::Id;
use crate::error::{FOREIGN_IDS, ProtocolError, code};
use crate::wire::response::{Part, Response, batch_parts, read_single};

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

    match read_single::<&RawValue>(&reply.body) {
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
    let in_order = parts.len() == entries.len()
        && parts
            .iter()
            .zip(&entries)
            .all(|(part, entry)| part.answers(entry.id()));
    if in_order {
        for (part, entry) in parts.into_iter().zip(entries) {
            entry.answer(Ok(Incoming::new(reply.slice(part.range))));
        }
        return;
    }
    let mut answers = Answers::new(reply, parts, &entries);
    for entry in entries {
        let answer = answers.take(entry.id());
        entry.answer(answer);
    }
}

/// Answers in any order, with some missing or too many.
struct Answers {
    /// The inner `None`: there are several.
    by_id: HashMap<Id, Option<Bytes>>,
    /// The first ids that are none of the calls'.
    foreign: Vec<Id>,
    /// An error of which the server could not tell whose it is.
    unidentified: Option<Bytes>,
}

impl Answers {
    fn new(reply: &Bytes, parts: Vec<Part>, entries: &[Entry]) -> Self {
        let mut answers = Answers {
            by_id: HashMap::with_capacity(parts.len()),
            foreign: Vec::new(),
            unidentified: None,
        };
        let ids: HashSet<&Id> = entries.iter().map(Entry::id).collect();
        for Part { id, range } in parts {
            let response = reply.slice(range);
            match id.map(|id| id.plain().into_owned()) {
                Some(id) if ids.contains(&id) => {
                    answers
                        .by_id
                        .entry(id)
                        .and_modify(|answer| *answer = None)
                        .or_insert(Some(response));
                }
                Some(id) if id.is_null() => {
                    answers.unidentified.get_or_insert(response);
                }
                Some(id) if answers.foreign.len() < FOREIGN_IDS => answers.foreign.push(id),
                _ => {}
            }
        }
        answers
    }

    fn take(&mut self, id: &Id) -> Result<Incoming, TransportFailure> {
        match self.by_id.remove(id) {
            Some(Some(response)) => Ok(Incoming::new(response)),
            Some(None) => Err(ProtocolError::SeveralAnswers { id: id.clone() }.into()),
            None => match &self.unidentified {
                Some(error) => Ok(Incoming::new(error.clone())),
                None => Err(ProtocolError::NoAnswer {
                    id: id.clone(),
                    foreign: self.foreign.clone(),
                }
                .into()),
            },
        }
    }
}

//! [`Packer`]: collects calls into the next message.

use std::collections::HashSet;

use rpc_core::Id;
use rpc_core::ids::IdSource;

use super::message::{Message, QueuedCall};

/// The calls of the next message.
pub(super) struct Packer {
    size: usize,
    new_ids: Box<dyn IdSource>,
    calls: Vec<QueuedCall>,
    /// The ids that the lines themselves give.
    given_ids: HashSet<IdMeaning>,
}

impl Packer {
    /// A message has up to `size` calls. Calls without an id get one from `new_ids`.
    pub(super) fn new(size: usize, new_ids: Box<dyn IdSource>) -> Self {
        Packer {
            size,
            new_ids,
            calls: Vec::new(),
            given_ids: HashSet::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.calls.len() >= self.size
    }

    /// Whether the call can go in the same message: ids must differ, and calls and notifications are not mixed.
    pub(super) fn accepts(&self, queued: &QueuedCall) -> bool {
        let id = queued.call.id.as_ref().map(IdMeaning::of);
        let is_duplicate = id.is_some_and(|id| self.given_ids.contains(&id));
        let first = self.calls.first();
        let is_same_kind =
            first.is_none_or(|first| first.call.is_notification == queued.call.is_notification);
        is_same_kind && !is_duplicate
    }

    pub(super) fn push(&mut self, queued: QueuedCall) {
        self.given_ids
            .extend(queued.call.id.as_ref().map(IdMeaning::of));
        self.calls.push(queued);
    }

    /// The server refused a message. From now on, messages have at most half as many calls, unless that is so already.
    ///
    /// The halves of a message don't count: otherwise one long call would make all later messages short.
    pub(super) fn make_smaller_than(&mut self, refused: &Message) {
        let count = refused.calls.len();
        if !refused.is_half && count <= self.size {
            self.size = count.div_ceil(2);
        }
    }

    /// The message of the calls so far.
    pub(super) fn take(&mut self) -> Message {
        let mut calls = std::mem::take(&mut self.calls);
        let given = std::mem::take(&mut self.given_ids);
        let is_free = |id: &Id| given.is_empty() || !given.contains(&IdMeaning::of(id));
        for QueuedCall { call, .. } in &mut calls {
            if call.id.is_none() && !call.is_notification {
                call.id = std::iter::repeat_with(|| self.new_ids.next_id()).find(is_free);
            }
        }
        Message::new(calls)
    }
}

/// What a server may understand of an id. In a message, no two ids have the same meaning.
///
/// Some servers read numbers as doubles, so `1`, `1.0` and `1e0` come back as the same id, and some make strings of numbers.
#[derive(PartialEq, Eq, Hash)]
struct IdMeaning(String);

impl IdMeaning {
    fn of(id: &Id) -> Self {
        let text = id.as_str();
        let text = text.as_deref().unwrap_or(id.as_json());
        IdMeaning(match text.parse::<f64>() {
            // Adding zero turns `-0` into `0`.
            Ok(number) if number.is_finite() => (number + 0.0).to_string(),
            _ => text.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use rpc_core::ids::Counter;

    use super::super::line::Line;
    use super::*;
    use crate::settings::JsonRpc;

    /// The ids of each message, for calls with these ids; `-` is a call without one.
    fn packed(ids: &[&str]) -> Vec<Vec<String>> {
        let mut packer = Packer::new(100, Box::new(Counter::default()));
        let mut messages = Vec::new();
        for (number, id) in (1..).zip(ids) {
            let text = match *id {
                "-" => r#"{"method":"a"}"#.to_owned(),
                id => format!(r#"{{"method":"a","id":{id}}}"#),
            };
            let line = Line::new(number, text.as_bytes()).expect("not blank");
            let call = line.call(false, JsonRpc::Two).expect("a call");
            let queued = QueuedCall {
                line,
                call,
                resent_because: None,
            };
            if !packer.accepts(&queued) {
                messages.push(packer.take());
            }
            packer.push(queued);
        }
        messages.push(packer.take());
        let ids = |message: Message| {
            let ids = message
                .calls
                .into_iter()
                .filter_map(|queued| queued.call.id);
            ids.map(|id| id.as_json().to_owned()).collect()
        };
        messages.into_iter().map(ids).collect()
    }

    #[test]
    fn ids_that_a_server_may_mix_up_are_not_in_one_message() {
        let long = format!("\"{}\"", "x".repeat(2000));
        for (one, other) in [
            ("1", "1.0"),
            ("1", "1e0"),
            ("1", "1"),
            ("1", r#""1""#),
            ("0", "-0"),
            ("15e-1", "1.50"),
            (r#""A""#, r#""\u0041""#),
            ("9007199254740993", "9007199254740992"),
            (&long, &long),
            ("null", "null"),
        ] {
            assert_eq!(packed(&[one, other]), [[one], [other]]);
        }
        for ids in [["1", "2"], [r#""a""#, r#""b""#], ["null", "0"], ["-1", "1"]] {
            assert_eq!(packed(&ids), [ids]);
        }
    }

    #[test]
    fn new_ids_differ_from_those_of_the_lines() {
        let ids = packed(&["-", "1.0", "-", r#""2""#, "-"]);
        assert_eq!(ids, [["3", "1.0", "4", r#""2""#, "5"]]);
    }
}

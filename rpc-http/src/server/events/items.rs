//! [`ItemEvents`]: the items of a stream as server-sent events, as `EventSource` and people read them.

use bytes::Bytes;
use rpc_core::transport::{StreamItem, StreamMessage};
use rpc_core::wire::{Member, Message};
use rpc_core::{CannotResume, Id, MethodError, code};
use rpc_tokio::varied;
use serde::Deserialize;

use super::super::defaults::RETRY;
use super::cursor::{BEGUN, END, id_of};
use super::data::write_data;

/// The items of a stream as server-sent events: the data is the item, and the id its cursor. The last event is `end` or
/// `failed`.
pub(in super::super) struct ItemEvents {
    /// The id of the call, which the session's messages have.
    pub(in super::super) call: Id,
    /// Whether the items have cursors.
    pub(in super::super) resumes: bool,
}

impl ItemEvents {
    /// What goes before the first event: after which time to connect again, and a mark by which a stream that can't be resumed
    /// is recognised then.
    pub(super) fn beginning(&self) -> Bytes {
        let mut beginning = retry();
        if !self.resumes {
            beginning.extend_from_slice(format!("id: {BEGUN}\n").as_bytes());
        }
        beginning.push(b'\n');
        beginning.into()
    }

    /// Writes the event of a session's message, if it has one. A server that is shutting down ends the response without an
    /// event, so that the client comes back.
    pub(super) fn write(&self, events: &mut Vec<u8>, message: &Bytes) {
        match StreamMessage::read(message, &self.call) {
            Some(StreamMessage::Item(item)) => self.item(events, &item),
            Some(StreamMessage::End(reply)) => match member_in(&reply.body, Member::Error) {
                None => last(events, "end", "null"),
                Some(error) if is_shutdown(error) => {}
                Some(error) => last(events, "failed", error),
            },
            _ => {}
        }
    }

    fn item(&self, events: &mut Vec<u8>, item: &StreamItem) {
        let Some((value, cursor)) = item.parts() else {
            return; // never happens: the session writes JSON
        };
        if let Some(cursor) = cursor.filter(|_| self.resumes) {
            write_id(events, &id_of(cursor));
        }
        write_data(events, value.as_bytes());
    }
}

/// Says after which time a client should connect again.
pub(in super::super) fn retry() -> Vec<u8> {
    format!("retry: {}\n", varied(RETRY).as_millis()).into_bytes()
}

/// The event for a client that connects again to a stream that can't be resumed.
pub(in super::super) fn cannot_resume() -> Vec<u8> {
    let mut events = Vec::new();
    last(
        &mut events,
        "failed",
        &CannotResume.into_error_object().to_json(),
    );
    events
}

/// Writes the last event of a stream.
fn last(events: &mut Vec<u8>, name: &str, data: &str) {
    events.extend_from_slice(format!("event: {name}\n").as_bytes());
    write_id(events, END);
    write_data(events, data.as_bytes());
}

fn write_id(events: &mut Vec<u8>, id: &str) {
    events.extend_from_slice(b"id: ");
    events.extend_from_slice(id.as_bytes());
    events.push(b'\n');
}

/// A member of a response.
pub(in super::super) fn member_in(response: &[u8], member: Member) -> Option<&str> {
    match Message::read(response) {
        Message::Single(envelope) => envelope.get(member),
        Message::Batch(_) | Message::NotJson => None,
    }
}

fn is_shutdown(error: &str) -> bool {
    #[derive(Deserialize)]
    struct Error {
        code: i64,
    }
    serde_json::from_str::<Error>(error).is_ok_and(|error| error.code == code::SERVER_CANCELLED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(resumes: bool, message: &str) -> String {
        let call = Id::from(1);
        let mut events = Vec::new();
        ItemEvents { call, resumes }.write(&mut events, &Bytes::from(message.to_owned()));
        String::from_utf8(events).expect("events are UTF-8")
    }

    #[test]
    fn messages_become_events() {
        let progress = |rest: &str| {
            format!(r#"{{"jsonrpc":"2.0","method":"$/progress","params":{{"token":1,{rest}}}}}"#)
        };
        for (resumes, message, expected) in [
            (false, progress(r#""value":{"a":1}"#), "data: {\"a\":1}\n\n"),
            (
                true,
                progress(r#""value":1,"cursor":5"#),
                "id: 5\ndata: 1\n\n",
            ),
            (
                true,
                progress("\"value\":[1,\n2],\"cursor\":\"x\""),
                "id: x\ndata: [1,\ndata: 2]\n\n",
            ),
            (
                true,
                r#"{"jsonrpc":"2.0","result":null,"id":1}"#.to_owned(),
                "event: end\nid: $end\ndata: null\n\n",
            ),
            (
                false,
                r#"{"jsonrpc":"2.0","error":{"code":7,"message":"m"},"id":1}"#.to_owned(),
                "event: failed\nid: $end\ndata: {\"code\":7,\"message\":\"m\"}\n\n",
            ),
            (
                true,
                r#"{"jsonrpc":"2.0","error":{"code":-32802,"message":"m"},"id":1}"#.to_owned(),
                "",
            ),
        ] {
            assert_eq!(event(resumes, &message), expected, "{message}");
        }
    }
}

//! Messages about calls, on a connection on which both ends talk: `$/progress`, `$/cancelRequest` and `$/window`.
//!
//! All are notifications. A peer that does not know them may ignore them.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::envelope::{Envelope, Kind, Member, Message};
use crate::json::cursor::Cursor;
use crate::json::id::Id;

/// What a message on such a connection is.
#[derive(Debug)]
pub(crate) enum Incoming<'a> {
    /// For the server: requests, notifications, and whatever it should refuse.
    Request,
    /// A response to one call.
    Response(Option<Id>),
    /// An array of responses, and the id of one of them.
    Responses(Option<Id>),
    Control(Control<'a>),
    /// An array with requests and control messages in it.
    Mixed(Vec<Control<'a>>),
}

/// A message about a call.
#[derive(Debug)]
pub(crate) enum Control<'a> {
    /// A stream's item as JSON, or, without one, that the stream is open.
    Progress { token: Id, value: Option<&'a str> },
    /// Stop a call.
    Cancel(Id),
    /// A stream may send this many bytes more.
    Window { token: Id, add: u64 },
    /// Anything else with a name that begins with `$/`, as a notification. It is ignored.
    Unknown,
}

const PROGRESS: &str = "$/progress";
const CANCEL: &str = "$/cancelRequest";
const WINDOW: &str = "$/window";

/// The start of most requests, up to the method's name.
const REQUEST_HEAD: &str = r#"{"jsonrpc":"2.0","method":""#;
/// The start of most messages, and of requests with their id before the method.
const VERSION: &str = r#"{"jsonrpc":"2.0","#;
const REQUEST_ID: &str = r#"{"jsonrpc":"2.0","id":"#;
const REQUEST_METHOD: &str = r#","method":""#;
/// The start of items, as our servers write them.
const ITEM_HEAD: &str = r#"{"jsonrpc":"2.0","method":"$/progress","params":{"token":"#;
const ITEM_VALUE: &str = r#","value":"#;
const ITEM_END: &str = "}}";

/// Tells what a message is.
pub(crate) fn read(message: &[u8]) -> Incoming<'_> {
    if let Some(rest) = message.strip_prefix(REQUEST_HEAD.as_bytes()) {
        if rest.first() != Some(&b'$') && rest.first() != Some(&b'\\') {
            return Incoming::Request;
        }
        if let Some(item) = quick_item(message) {
            return Incoming::Control(item);
        }
    } else if is_quick_request(message) {
        return Incoming::Request;
    } else if let Some(id) = quick_response(message) {
        return Incoming::Response(Some(id));
    }
    match Message::read(message) {
        Message::NotJson => Incoming::Request,
        Message::Single(envelope) => of_envelope(&envelope),
        Message::Batch(entries) => of_batch(entries),
    }
}

/// Whether this is a request as most clients write it, with a number as its id before the method.
fn is_quick_request(message: &[u8]) -> bool {
    let method = || {
        let rest = message.strip_prefix(REQUEST_ID.as_bytes())?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        rest.get(digits..)?
            .strip_prefix(REQUEST_METHOD.as_bytes())?
            .first()
            .copied()
    };
    method().is_some_and(|first| first != b'$' && first != b'\\')
}

/// The id of a response as most servers write it: it begins with its result or error, and ends with a number as its id. If the
/// message is JSON, the number belongs to the outermost object. Otherwise the call with this id is told.
fn quick_response(message: &[u8]) -> Option<Id> {
    let rest = message.strip_prefix(VERSION.as_bytes())?;
    if !rest.starts_with(b"\"result\":") && !rest.starts_with(b"\"error\":") {
        return None;
    }
    let rest = rest.strip_suffix(b"}")?;
    let digits = rest
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (before, id) = rest.split_at(rest.len() - digits);
    if !before.ends_with(b",\"id\":") {
        return None;
    }
    Id::read(std::str::from_utf8(id).ok()?)
}

/// An item as our servers write it. The reader of the value checks that it is JSON.
fn quick_item(message: &[u8]) -> Option<Control<'_>> {
    let text = std::str::from_utf8(message).ok()?;
    let rest = text.strip_prefix(ITEM_HEAD)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (token, rest) = rest.split_at(digits);
    let value = rest.strip_prefix(ITEM_VALUE)?.strip_suffix(ITEM_END)?;
    let token = Id::read(token)?;
    Some(Control::Progress {
        token,
        value: Some(value),
    })
}

fn of_envelope<'a>(envelope: &Envelope<'a>) -> Incoming<'a> {
    let has = |member| envelope.get(member).is_some();
    if !has(Member::Method) && (has(Member::Result) || has(Member::Error)) {
        return Incoming::Response(id_of(envelope));
    }
    match control(envelope) {
        Some(control) => Incoming::Control(control),
        None => Incoming::Request,
    }
}

fn of_batch(entries: super::Entries<'_>) -> Incoming<'_> {
    let (mut controls, mut count, mut responses, mut id) = (Vec::new(), 0, 0, None);
    for envelope in entries {
        count += 1;
        match of_envelope(&envelope) {
            Incoming::Response(of_response) => {
                responses += 1;
                id = id.or(of_response);
            }
            Incoming::Control(control) => controls.push(control),
            _ => {}
        }
    }
    match () {
        () if count > 0 && responses == count => Incoming::Responses(id),
        () if controls.is_empty() => Incoming::Request,
        () => Incoming::Mixed(controls),
    }
}

fn id_of(envelope: &Envelope<'_>) -> Option<Id> {
    envelope.get_only(Member::Id).and_then(Id::read)
}

fn control<'a>(envelope: &Envelope<'a>) -> Option<Control<'a>> {
    let method = envelope.method().filter(|name| name.starts_with("$/"))?;
    if envelope.kind() != Kind::Notification {
        return None;
    }
    let params = envelope.get(Member::Params).unwrap_or("{}");
    let read = match &*method {
        PROGRESS => progress(params),
        CANCEL => cancel(params),
        WINDOW => window(params),
        _ => None,
    };
    Some(read.unwrap_or(Control::Unknown))
}

fn progress(params: &str) -> Option<Control<'_>> {
    #[derive(Deserialize)]
    struct Progress<'a> {
        #[serde(borrow)]
        token: &'a RawValue,
        #[serde(borrow, default, deserialize_with = "any")]
        value: Option<&'a RawValue>,
    }
    let Progress { token, value } = decode(params)?;
    Some(Control::Progress {
        token: Id::read(token.get())?,
        value: value.map(RawValue::get),
    })
}

/// Any value, null included.
fn any<'de, D: Deserializer<'de>>(value: D) -> Result<Option<&'de RawValue>, D::Error> {
    Deserialize::deserialize(value).map(Some)
}

fn cancel(params: &str) -> Option<Control<'_>> {
    #[derive(Deserialize)]
    struct Cancel<'a> {
        #[serde(borrow)]
        id: &'a RawValue,
    }
    let Cancel { id } = decode(params)?;
    Id::read(id.get()).map(Control::Cancel)
}

fn window(params: &str) -> Option<Control<'_>> {
    #[derive(Deserialize)]
    struct Window<'a> {
        #[serde(borrow)]
        token: &'a RawValue,
        add: u64,
    }
    let Window { token, add } = decode(params)?;
    Some(Control::Window {
        token: Id::read(token.get())?,
        add,
    })
}

fn decode<'a, T: Deserialize<'a>>(params: &'a str) -> Option<T> {
    let mut cursor = Cursor::new(params);
    let value = cursor.decode().ok()?;
    cursor.end().ok()?;
    Some(value)
}

/// The start of an item's message. The item's JSON follows, then [`end_item`].
pub(crate) fn item_head(buffer: &mut Vec<u8>, token: &Id) {
    buffer.extend_from_slice(ITEM_HEAD.as_bytes());
    token.write(buffer);
    buffer.extend_from_slice(ITEM_VALUE.as_bytes());
}

pub(crate) fn end_item(buffer: &mut Vec<u8>) {
    buffer.extend_from_slice(ITEM_END.as_bytes());
}

/// The message that a stream is open.
pub(crate) fn opened(token: &Id) -> Vec<u8> {
    about(PROGRESS, "token", token, r#","opened":true"#)
}

/// The message that stops a call.
pub(crate) fn cancel_request(id: &Id) -> Vec<u8> {
    about(CANCEL, "id", id, "")
}

/// The message that lets a stream send this many bytes more.
pub(crate) fn window_of(token: &Id, add: usize) -> Vec<u8> {
    about(WINDOW, "token", token, &format!(r#","add":{add}"#))
}

fn about(method: &str, name: &str, id: &Id, more: &str) -> Vec<u8> {
    let id = id.as_json();
    format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{{"{name}":{id}{more}}}}}"#)
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart() {
        let tell = |message: &str| format!("{:?}", read(message.as_bytes()));
        for (message, shown) in [
            (r#"{"jsonrpc":"2.0","method":"add","id":1}"#, "Request"),
            (r#"{"id":1,"jsonrpc":"2.0","method":"add"}"#, "Request"),
            (r#"{"jsonrpc":"2.0","id":1,"method":"add"}"#, "Request"),
            (r#"{"jsonrpc":"2.0","id":1,"method":"$/window"}"#, "Request"),
            (
                r#"{"jsonrpc":"2.0","id":1,"result":{"method":"x"}}"#,
                "Response(Some(Id(1)))",
            ),
            (
                r#"{"jsonrpc":"2.0","result":{"id":2},"id":1}"#,
                "Response(Some(Id(1)))",
            ),
            (
                r#"{"jsonrpc":"2.0","result":"a\",\"id\":2}","id":"b"}"#,
                "Response(Some(Id(\"b\")))",
            ),
            (
                r#"{"jsonrpc":"2.0","error":{"code":1,"message":""},"id":12}"#,
                "Response(Some(Id(12)))",
            ),
            (
                r#"{"jsonrpc":"2.0","result":5,"id":1.0}"#,
                "Response(Some(Id(1.0)))",
            ),
            (
                r#"{"jsonrpc":"2.0","result":5,"id":1}"#,
                "Response(Some(Id(1)))",
            ),
            (
                r#"[{"jsonrpc":"2.0","result":5,"id":"a"}]"#,
                "Responses(Some(Id(\"a\")))",
            ),
            (r#"[{"jsonrpc":"2.0","method":"m","id":1}]"#, "Request"),
            ("[]", "Request"),
            ("nonsense", "Request"),
            (
                r#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":7}}"#,
                "Control(Cancel(Id(7)))",
            ),
            (
                r#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":7},"id":1}"#,
                "Request",
            ),
            (
                r#"{"jsonrpc":"2.0","method":"$/window","params":{"add":9,"token":"t"}}"#,
                "Control(Window { token: Id(\"t\"), add: 9 })",
            ),
            (
                r#"{"jsonrpc":"2.0","method":"$/progress","params":{"token":7,"value":{"a":1}}}"#,
                r#"Control(Progress { token: Id(7), value: Some("{\"a\":1}") })"#,
            ),
            (
                r#"{"jsonrpc":"2.0","method":"$/progress","params":{"token":"x","value":1,"more":2}}"#,
                r#"Control(Progress { token: Id("x"), value: Some("1") })"#,
            ),
            (
                r#"{"jsonrpc":"2.0","method":"$/progress","params":{"token":7,"opened":true}}"#,
                "Control(Progress { token: Id(7), value: None })",
            ),
            (
                r#"{"jsonrpc":"2.0","method":"$/progress","params":{"token":"x","value":null}}"#,
                r#"Control(Progress { token: Id("x"), value: Some("null") })"#,
            ),
            (
                r#"{"jsonrpc":"2.0","method":"$/other"}"#,
                "Control(Unknown)",
            ),
            (
                r#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":[7]}"#,
                "Control(Cancel(Id(7)))",
            ),
            (
                r#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{}}}"#,
                "Control(Unknown)",
            ),
            (
                r#"[{"jsonrpc":"2.0","method":"m","id":1},{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}]"#,
                "Mixed([Cancel(Id(1))])",
            ),
        ] {
            assert_eq!(tell(message), shown, "{message}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let id = Id::from("x\"y");
        assert!(
            matches!(read(&cancel_request(&id)), Incoming::Control(Control::Cancel(read)) if read == id)
        );
        assert!(matches!(
            read(&window_of(&id, 5)),
            Incoming::Control(Control::Window { token, add: 5 }) if token == id
        ));
        assert!(matches!(
            read(&opened(&id)),
            Incoming::Control(Control::Progress { token, value: None }) if token == id
        ));
        let mut item = Vec::new();
        item_head(&mut item, &Id::from(3));
        item.extend_from_slice(b"[1]");
        end_item(&mut item);
        assert!(matches!(
            read(&item),
            Incoming::Control(Control::Progress { token, value: Some("[1]") }) if token == Id::from(3)
        ));
    }
}

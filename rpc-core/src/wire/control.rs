//! Messages about calls, on a connection on which both ends talk: `$/progress`, `$/cancelRequest` and `$/window`.
//!
//! All are notifications. A peer that does not know them may ignore them.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::envelope::{Envelope, Kind, Member, Message};
use super::item;
use crate::error::{ErrorObject, code};
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
    /// A stream's item, as [`StreamItem`](item::StreamItem) has it, or, without one, that the stream is open.
    Progress {
        token: Id,
        value: Option<Cow<'a, str>>,
    },
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

/// Tells what a message is.
pub(crate) fn read(message: &[u8]) -> Incoming<'_> {
    if let Some(rest) = message.strip_prefix(REQUEST_HEAD.as_bytes()) {
        if rest.first() != Some(&b'$') && rest.first() != Some(&b'\\') {
            return Incoming::Request;
        }
        if let Some((token, item)) = item::quick(message) {
            let value = Some(item.into());
            return Incoming::Control(Control::Progress { token, value });
        }
    } else if is_quick_request(message) {
        return Incoming::Request;
    } else if let Some(id) = quick_response(message) {
        return Incoming::Response(Some(id));
    }
    read_whole(message)
}

/// Whether a message is a request that begins and ends like a response. Then nobody waits for that response.
pub(crate) fn is_request(message: &[u8]) -> bool {
    matches!(read_whole(message), Incoming::Request)
}

fn read_whole(message: &[u8]) -> Incoming<'_> {
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
/// message is JSON, the number belongs to the outermost object. Otherwise the call with this id is told. A request with such
/// members too is found by [`is_request`].
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
        #[serde(borrow)]
        cursor: Option<&'a RawValue>,
    }
    let Progress {
        token,
        value,
        cursor,
    } = decode(params)?;
    let cursor = cursor.map(RawValue::get);
    Some(Control::Progress {
        token: Id::read(token.get())?,
        value: value.map(|value| item::joined(value.get(), cursor)),
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

/// The start of a message about a subscription. The JSON of `member` follows, then [`item::end`].
pub(crate) fn subscription_head(buffer: &mut Vec<u8>, method: &str, id: &Id, member: &str) {
    super::write::request_head(buffer, method);
    buffer.extend_from_slice(br#","params":{"subscription":"#);
    id.write(buffer);
    buffer.extend_from_slice(b",\"");
    buffer.extend_from_slice(member.as_bytes());
    buffer.extend_from_slice(b"\":");
}

/// The message that a subscription has failed.
pub(crate) fn subscription_error(method: &str, id: &Id, error: &ErrorObject) -> Vec<u8> {
    let mut message = Vec::new();
    subscription_head(&mut message, method, id, "error");
    error.write_json(&mut message);
    item::end(&mut message);
    message
}

/// The call that closes a subscription.
pub(crate) fn unsubscribe(method: &str, subscription: &Id, call: &Id) -> Vec<u8> {
    let mut message = Vec::new();
    super::write::request_head(&mut message, method);
    message.extend_from_slice(super::write::PARAMS);
    message.push(b'[');
    subscription.write(&mut message);
    message.push(b']');
    super::write::end_request(&mut message, call);
    message
}

/// The subscription that a response names.
pub(crate) fn subscription_id(response: &[u8]) -> Option<Id> {
    let Message::Single(envelope) = Message::read(response) else {
        return None;
    };
    if envelope.get(Member::Error).is_some() {
        return None;
    }
    let id = envelope.get_only(Member::Result).and_then(Id::read);
    id.filter(|id| !id.is_null())
}

/// What a notification says about a subscription, as JSON.
#[derive(Debug)]
pub(crate) enum Said<'a> {
    Item(&'a str),
    Failed(&'a str),
}

/// Reads a notification about a subscription. `None` if it is about something else.
pub(crate) fn notice(message: &[u8]) -> Option<(Id, Said<'_>)> {
    #[derive(Deserialize)]
    struct Notice<'a> {
        #[serde(borrow)]
        subscription: &'a RawValue,
        #[serde(borrow, default, deserialize_with = "any")]
        result: Option<&'a RawValue>,
        #[serde(borrow, default, deserialize_with = "any")]
        error: Option<&'a RawValue>,
    }
    if let Some(item) = quick_notice(message) {
        return Some(item);
    }
    let Message::Single(envelope) = Message::read(message) else {
        return None;
    };
    if envelope.kind() != Kind::Notification {
        return None;
    }
    let Notice {
        subscription,
        result,
        error,
    } = decode(envelope.get(Member::Params)?)?;
    let said = match (error, result) {
        (Some(error), _) => Said::Failed(error.get()),
        (None, Some(item)) => Said::Item(item.get()),
        (None, None) => return None,
    };
    Some((Id::read(subscription.get())?, said))
}

/// An item of a subscription as most servers write it, read in one pass.
fn quick_notice(message: &[u8]) -> Option<(Id, Said<'_>)> {
    let text = std::str::from_utf8(message).ok()?;
    let rest = text.strip_prefix(REQUEST_HEAD)?;
    let (_method, rest) = rest.split_once('"')?;
    let rest = rest.strip_prefix(r#","params":{"subscription":"#)?;
    let mut cursor = Cursor::new(rest);
    let subscription = cursor.skip().ok()?;
    let mut cursor = Cursor::new(cursor.rest().strip_prefix(r#","result":"#)?);
    let item = cursor.skip().ok()?;
    (cursor.rest() == "}}").then_some(())?;
    Some((Id::read(subscription)?, Said::Item(item)))
}

/// The error response that says of a call what a notification has said of its subscription.
pub(crate) fn failed(error: &[u8], call: &Id) -> Vec<u8> {
    if error.first() != Some(&b'{') {
        // jsonrpsee's servers send a text.
        let message = "the server has ended the subscription";
        let text = std::str::from_utf8(error).unwrap_or("null");
        let data = RawValue::from_string(text.to_owned()).ok();
        let error = ErrorObject::new(code::INTERNAL_ERROR, message).with_raw_data(data);
        return super::write::error_response(&error, call);
    }
    let mut response = super::write::ERROR_HEAD.to_vec();
    response.extend_from_slice(error);
    super::write::end_response(&mut response, call);
    response
}

/// The message that a stream is open.
pub(crate) fn opened(token: &Id) -> Vec<u8> {
    about(PROGRESS, "token", token, r#","opened":true"#)
}

/// The message that stops the call with this id: for transports over which a client tells the server in its own way that it has
/// given a call up.
///
/// ```
/// use rpc_core::{Id, wire::cancel_request};
///
/// let message = cancel_request(&Id::from(7));
/// assert_eq!(message, br#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":7}}"#);
/// ```
pub fn cancel_request(id: &Id) -> Vec<u8> {
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
                r#"{"jsonrpc":"2.0","method":"$/progress","params":{"token":7,"value":[],"cursor":5}}"#,
                r#"Control(Progress { token: Id(7), value: Some("[],\"cursor\":5") })"#,
            ),
            (
                r#"{"jsonrpc":"2.0","method":"$/progress","params":{"cursor":5,"value":[],"token":7}}"#,
                r#"Control(Progress { token: Id(7), value: Some("[],\"cursor\":5") })"#,
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
    fn notices_are_read_in_any_order() {
        let read = |message: &str| notice(message.as_bytes()).map(|it| format!("{it:?}"));
        for (message, shown) in [
            (
                r#"{"jsonrpc":"2.0","method":"m","params":{"subscription":5,"result":{"a":1}}}"#,
                r#"(Id(5), Item("{\"a\":1}"))"#,
            ),
            (
                r#"{"jsonrpc":"2.0","method":"\"","params":{"subscription":"0x5","result":null}}"#,
                r#"(Id("0x5"), Item("null"))"#,
            ),
            (
                r#"{"params":{"result":1,"subscription":5,"more":2},"method":"m","jsonrpc":"2.0"}"#,
                r#"(Id(5), Item("1"))"#,
            ),
            (
                r#"{"jsonrpc":"2.0","method":"m","params":{"subscription":5,"result":1,"more":{}}}"#,
                r#"(Id(5), Item("1"))"#,
            ),
            (
                r#"{"jsonrpc":"2.0","method":"m","params":{"subscription":5,"error":"x"}}"#,
                r#"(Id(5), Failed("\"x\""))"#,
            ),
        ] {
            assert_eq!(read(message).as_deref(), Some(shown), "{message}");
        }
        for other in [
            r#"{"jsonrpc":"2.0","method":"m","params":{"subscription":5,"result":1},"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"m","params":{"subscription":5}}"#,
            r#"{"jsonrpc":"2.0","method":"m","params":{"subscription":[],"result":1}}"#,
            r#"{"jsonrpc":"2.0","method":"m","params":{"result":1}}"#,
            r#"{"jsonrpc":"2.0","method":"m","params":[5]}"#,
            r#"{"jsonrpc":"2.0","method":"m"}"#,
            r#"{"jsonrpc":"2.0","method":"m","params":{"subscription":5,"result":1}}}"#,
        ] {
            assert_eq!(read(other), None, "{other}");
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
    }
}

//! What a transport needs of a message that it routes or refuses: the method that it calls, and an error in answer to it.

use std::borrow::Cow;

use super::envelope::{Kind, Message};
use super::summary::Summary;
use super::write;
use crate::error::ErrorObject;

/// The method that a message calls, if it is a single request or notification: for transports that send methods to different
/// places.
///
/// A [`Server`](crate::Server) that is given the same message calls this method or none.
///
/// ```
/// use rpc_core::wire::method_of;
///
/// assert_eq!(method_of(br#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":7}"#).as_deref(), Some("add"));
/// assert_eq!(method_of(br#"[{"jsonrpc":"2.0","method":"add"}]"#), None);
/// ```
pub fn method_of(message: &[u8]) -> Option<Cow<'_, str>> {
    if let Some(name) = write::plain_method_of(message) {
        return Some(Cow::Borrowed(name));
    }
    let Message::Single(envelope) = Message::read(message) else {
        return None;
    };
    let is_call = matches!(envelope.kind(), Kind::Request | Kind::Notification);
    envelope.method().filter(|_| is_call)
}

/// An error in answer to each call in a message, for a transport that runs nothing of it. `None` if nobody waits for an answer:
/// the message has notifications only, or is not JSON.
///
/// ```
/// use rpc_core::{ErrorObject, code, wire::refusal};
///
/// let busy = ErrorObject::new(code::BUSY, "busy");
/// let reply = refusal(br#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":7}"#, &busy).unwrap();
/// assert_eq!(reply, br#"{"jsonrpc":"2.0","error":{"code":-32009,"message":"busy"},"id":7}"#);
/// ```
pub fn refusal(message: &[u8], error: &ErrorObject) -> Option<Vec<u8>> {
    let summary = Summary::read(message);
    let mut replies = summary
        .ids
        .iter()
        .map(|id| write::error_response(error, id));
    if !summary.is_batch {
        return replies.next();
    }
    let replies = replies.collect::<Vec<_>>().join(&b',');
    (!replies.is_empty()).then(|| [b"[", &*replies, b"]"].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_method_of_a_single_call_is_found() {
        for (message, method) in [
            (r#"{"jsonrpc":"2.0","method":"a.b","id":1}"#, Some("a.b")),
            (
                r#"{"jsonrpc":"2.0","method":"a\u002eb","id":1}"#,
                Some("a.b"),
            ),
            (r#" {"id":1, "method":"a", "jsonrpc":"2.0"}"#, Some("a")),
            (r#"{"jsonrpc":"2.0","method":"a"}"#, Some("a")),
            (r#"{"jsonrpc":"2.0","method":5,"id":1}"#, None),
            (
                r#"{"id":1,"method":"a","method":"b","jsonrpc":"2.0"}"#,
                None,
            ),
            (r#"[{"jsonrpc":"2.0","method":"a","id":1}]"#, None),
            (r#"{"jsonrpc":"2.0","result":1,"id":1}"#, None),
            ("{", None),
            ("", None),
        ] {
            assert_eq!(
                method_of(message.as_bytes()).as_deref(),
                method,
                "{message}"
            );
        }
    }
}

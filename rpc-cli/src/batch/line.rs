//! [`Line`]: a line of the input, and [`LineCall`]: the call that it describes.

use rpc_core::Id;
use rpc_core::wire::{Envelope, Member};
use serde::de::IgnoredAny;

use crate::params::CallParams;
use crate::settings::JsonRpc;

/// Some editors put it at the start of a file.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A line of the input that is neither blank nor a comment.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// From 1. Blank lines and comments count too.
    pub(super) number: u64,
    /// Without white space around it. Invalid UTF-8 is replaced.
    pub(super) text: String,
    is_utf8: bool,
}

impl Line {
    /// `None` if the line is blank or a comment.
    pub(super) fn new(number: u64, bytes: &[u8]) -> Option<Self> {
        let bytes = match number {
            1 => bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes),
            _ => bytes,
        };
        let text = String::from_utf8_lossy(bytes).trim().to_owned();
        let is_skipped = text.is_empty() || text.starts_with('#');
        (!is_skipped).then(|| Line {
            number,
            text,
            is_utf8: std::str::from_utf8(bytes).is_ok(),
        })
    }

    /// The call that the line describes, or what is wrong with the line. `notify` makes it a notification.
    pub(super) fn call(&self, notify: bool, jsonrpc: JsonRpc) -> Result<LineCall, String> {
        if !self.is_utf8 {
            return Err("the line is not valid UTF-8".into());
        }
        // UTF-16 that was appended to UTF-8 is full of them.
        if self.text.contains('\0') {
            return Err("the line has zero bytes, which no text in UTF-8 has".into());
        }
        let mut call = match self.text.as_bytes() {
            [b'{', ..] => LineCall::from_json(&self.text, jsonrpc)?,
            [b'[', ..] => {
                return Err(
                    "a line is one call; --batch-size puts several calls in a message".into(),
                );
            }
            _ => LineCall::from_words(&self.text)?,
        };
        call.is_notification |= notify;
        if jsonrpc == JsonRpc::One && call.params.are_by_name() {
            return Err("JSON-RPC 1.0 has no params by name".into());
        }
        Ok(call)
    }
}

/// A call as a line describes it.
#[derive(Debug)]
pub(super) struct LineCall {
    pub(super) method: String,
    pub(super) params: CallParams,
    pub(super) id: Option<Id>,
    pub(super) is_notification: bool,
    /// What to write if the server refuses the params.
    pub(super) hint: Option<String>,
}

impl LineCall {
    /// Reads a JSON-RPC request, or a short form of one without `jsonrpc`. Members that a request does not have are
    /// refused: they would not be sent, and one may be misspelt.
    fn from_json(text: &str, jsonrpc: JsonRpc) -> Result<Self, String> {
        let Some(envelope) = Envelope::read(text) else {
            return Err(format!("the line is not JSON: {}", syntax_error(text)));
        };
        let surplus = [Member::Result, Member::Error].into_iter();
        let mut surplus = surplus.filter(|member| envelope.get(*member).is_some());
        if let Some(name) = envelope.first_unknown() {
            return Err(format!("the line is not a request: unknown member {name}"));
        }
        if let Some(member) = surplus.next() {
            let name = member.name();
            return Err(format!(
                "the line is not a request: unknown member \"{name}\""
            ));
        }
        if let Some(member) = envelope.duplicate() {
            let name = member.name();
            return Err(format!(
                "the line is not a request: duplicate member `{name}`"
            ));
        }
        let version = envelope.version();
        if version.is_some_and(|it| it != jsonrpc.version()) {
            return Err(format!("the line is not a JSON-RPC {jsonrpc} request"));
        }
        let method = envelope
            .method()
            .ok_or("the line is not a request: `method` is missing or not a string")?;
        let id = envelope.get(Member::Id).map(str::parse::<Id>);
        let params = envelope.get(Member::Params).filter(|it| *it != "null");
        let params = params.map(CallParams::from_json);
        Ok(LineCall {
            method: method.into_owned(),
            params: params
                .transpose()
                .map_err(|failure| failure.text().to_owned())?
                .unwrap_or(CallParams::None),
            is_notification: match jsonrpc {
                // Section 4.1: a request without an id is a notification. The short form, without `jsonrpc`, is a call.
                JsonRpc::Two => version.is_some() && id.is_none(),
                // Section 1.3 of the specification of 1.0.
                JsonRpc::One => id == Some(Ok(Id::NULL)),
            },
            id: id.transpose().map_err(|error| error.to_string())?,
            hint: None,
        })
    }

    fn from_words(text: &str) -> Result<Self, String> {
        let mut words = shlex::split(text).ok_or("unclosed quote")?.into_iter();
        let method = words.next().ok_or("missing method")?;
        let words: Vec<String> = words.collect();
        let params = CallParams::from_words(&words).map_err(|failure| match failure.hint() {
            Some(hint) => format!("{} ({hint})", failure.text()),
            None => failure.text().to_owned(),
        })?;
        Ok(LineCall {
            method,
            params,
            id: None,
            is_notification: false,
            hint: CallParams::hint(&words),
        })
    }
}

/// Why a text is not JSON.
fn syntax_error(text: &str) -> String {
    match serde_json::from_str::<IgnoredAny>(text) {
        Err(error) => error.to_string(),
        Ok(_) => "a member has no name".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(text: &str) -> String {
        call_of(JsonRpc::Two, text)
    }

    fn call_of(jsonrpc: JsonRpc, text: &str) -> String {
        let line = Line::new(1, text.as_bytes()).expect("not blank");
        match line.call(false, jsonrpc) {
            Ok(call) => {
                let params = serde_json::to_string(&call.params).expect("valid JSON");
                let id = call
                    .id
                    .map_or("none".to_owned(), |id| id.as_json().to_owned());
                format!("{} {params} {id} {}", call.method, call.is_notification)
            }
            Err(error) => error,
        }
    }

    #[test]
    fn a_line_is_shell_words_or_a_request() {
        for (line, expected) in [
            ("add 1 -2", "add [1,-2] none false"),
            ("say 'a b' \"c d\"", r#"say ["a b","c d"] none false"#),
            (
                r#"say '"5"' x=1"#,
                "some params are by position and some by name; use one or the other (a text that begins with x= is sent by position if it is written as =x=…)",
            ),
            ("say 'a", "unclosed quote"),
            (r#"{"method":"a","params":[1.0]}"#, "a [1.0] none false"),
            (r#"{"method":"a","id":"x"}"#, "a null \"x\" false"),
            (
                r#"{"jsonrpc":"2.0","method":"a","params":null}"#,
                "a null none true",
            ),
            (
                r#"{"jsonrpc":"2.0","method":"a","id":null}"#,
                "a null null false",
            ),
            (
                r#"{"method":"a","params":1}"#,
                "the params are neither a JSON array nor a JSON object",
            ),
            (
                r#"{"jsonrpc":"1.0","method":"a","id":1}"#,
                "the line is not a JSON-RPC 2.0 request",
            ),
            (
                r#"[{"method":"a"}]"#,
                "a line is one call; --batch-size puts several calls in a message",
            ),
            ("\u{feff}add 1", "add [1] none false"),
            ("add 1 #2 # 3", "add [1] none false"),
            ("say =5 :=5 =#", r##"say ["5",5,"#"] none false"##),
            ("say x=5 y:=5", r#"say {"x":"5","y":5} none false"#),
            ("say -- --id '#'", r##"say ["--","--id","#"] none false"##),
        ] {
            assert_eq!(call(line), expected, "{line}");
        }
        for (line, expected) in [
            (r#"{"params":[]}"#, "`method` is missing or not a string"),
            (r#"{"method":7}"#, "`method` is missing or not a string"),
            (r#"{"method":"a","param":[1]}"#, "unknown member \"param\""),
            (r#"{"method":"a","result":1}"#, "unknown member \"result\""),
            (r#"{"method":"a","id":1,"id":2}"#, "duplicate member `id`"),
        ] {
            let expected = format!("the line is not a request: {expected}");
            assert_eq!(call(line), expected, "{line}");
        }
        let broken = call(r#"{"method":"a""#);
        assert!(broken.starts_with("the line is not JSON: EOF"), "{broken}");
        // Escapes make no difference, as they make none to a server.
        let escaped = call(r#"{"json\u0072pc":"2\u002e0","m\u0065thod":"a"}"#);
        assert_eq!(escaped, "a null none true");
    }

    #[test]
    fn version_1_has_no_names_and_its_notifications_have_the_id_null() {
        for (line, expected) in [
            ("add 1 :=2", "add [1,2] none false"),
            ("add a:=1", "JSON-RPC 1.0 has no params by name"),
            (
                r#"{"method":"a","params":{}}"#,
                "JSON-RPC 1.0 has no params by name",
            ),
            (r#"{"method":"a","params":[],"id":7}"#, "a [] 7 false"),
            (r#"{"method":"a","params":[],"id":null}"#, "a [] null true"),
            (r#"{"method":"a"}"#, "a null none false"),
            (r#"{"jsonrpc":"1.0","method":"a","id":7}"#, "a null 7 false"),
            (
                r#"{"jsonrpc":"2.0","method":"a","id":7}"#,
                "the line is not a JSON-RPC 1.0 request",
            ),
        ] {
            assert_eq!(call_of(JsonRpc::One, line), expected, "{line}");
        }
    }

    #[test]
    fn an_id_is_a_string_a_number_or_null() {
        let error = call(r#"{"method":"a","id":[]}"#);
        assert!(error.contains("id") && error.contains("null"), "{error}");
    }

    #[test]
    fn invalid_utf8_is_not_a_call() {
        let line = Line::new(1, b"say \xff").expect("not blank");
        let error = line.call(false, JsonRpc::Two).expect_err("not UTF-8");
        assert_eq!(error, "the line is not valid UTF-8");
        let line = Line::new(9, b"\0s\0a\0y\0 \x001\0").expect("not blank");
        let error = line.call(false, JsonRpc::Two).expect_err("UTF-16");
        assert!(error.starts_with("the line has zero bytes"), "{error}");
    }
}

//! [`Line`]: a line of the input, and [`LineCall`]: the call that it describes.

use rpc_core::Id;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::params::CallParams;

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
    pub(super) fn call(&self, notify: bool) -> Result<LineCall, String> {
        if !self.is_utf8 {
            return Err("the line is not valid UTF-8".into());
        }
        let mut call = match self.text.as_bytes() {
            [b'{', ..] => LineCall::from_json(&self.text)?,
            [b'[', ..] => {
                return Err(
                    "a line is one call; --batch-size puts several calls in a message".into(),
                );
            }
            _ => LineCall::from_words(&self.text)?,
        };
        call.is_notification |= notify;
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
}

/// A JSON-RPC 2.0 request, or a short form of one. Other members are refused: they would not be sent, and one may be
/// misspelt.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonLine {
    jsonrpc: Option<String>,
    method: String,
    params: Option<Box<RawValue>>,
    #[serde(default, deserialize_with = "present")]
    id: Option<Box<RawValue>>,
}

/// Tells `"id": null` from a missing id.
fn present<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

impl LineCall {
    fn from_json(text: &str) -> Result<Self, String> {
        let request: JsonLine = serde_json::from_str(text)
            .map_err(|error| format!("the line is not a request: {error}"))?;
        if request.jsonrpc.as_ref().is_some_and(|it| it != "2.0") {
            return Err("the line is not a JSON-RPC 2.0 request".into());
        }
        let id = request.id.map(|id| id.get().parse::<Id>());
        let params = request.params.filter(|params| params.get() != "null");
        let params = params.map(|params| CallParams::from_json(params.get()));
        Ok(LineCall {
            method: request.method,
            params: params
                .transpose()
                .map_err(|failure| failure.text().to_owned())?
                .unwrap_or(CallParams::None),
            // Section 4.1: a request without an id is a notification. The short form, without `jsonrpc`, is a call.
            is_notification: request.jsonrpc.is_some() && id.is_none(),
            id: id.transpose().map_err(|error| error.to_string())?,
        })
    }

    fn from_words(text: &str) -> Result<Self, String> {
        let mut words = shlex::split(text).ok_or("unclosed quote")?.into_iter();
        let method = words.next().ok_or("missing method")?;
        let words: Vec<String> = words.collect();
        let params = CallParams::from_words(&words).map_err(|failure| failure.text().to_owned())?;
        Ok(LineCall {
            method,
            params,
            id: None,
            is_notification: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(text: &str) -> String {
        let line = Line::new(1, text.as_bytes()).expect("not blank");
        match line.call(false) {
            Ok(call) => {
                let params = serde_json::to_string(&call.params).expect("valid JSON");
                let id = call.id.map_or("none".to_owned(), |id| id.to_string());
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
                "some params are by position and some by name; use one or the other",
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
            ("say -- --id '#'", r##"say ["--","--id","#"] none false"##),
        ] {
            assert_eq!(call(line), expected, "{line}");
        }
        assert!(call(r#"{"params":[]}"#).starts_with("the line is not a request: missing field"));
        let misspelt = call(r#"{"method":"a","param":[1]}"#);
        assert!(misspelt.contains("unknown field `param`"), "{misspelt}");
    }

    #[test]
    fn an_id_is_a_string_a_number_or_null() {
        let error = call(r#"{"method":"a","id":[]}"#);
        assert!(error.contains("id") && error.contains("null"), "{error}");
    }

    #[test]
    fn invalid_utf8_is_not_a_call() {
        let line = Line::new(1, b"say \xff").expect("not blank");
        let error = line.call(false).expect_err("not UTF-8");
        assert_eq!(error, "the line is not valid UTF-8");
    }
}

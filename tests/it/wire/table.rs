//! The rows of a table, and the check that an answer is the expected one.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::Answers;

/// One message and the expected answer.
pub struct Case {
    pub name: Cow<'static, str>,
    pub message: Vec<u8>,
    pub expected: Expected,
}

#[derive(Debug, Clone)]
pub enum Expected {
    Silence,
    /// The exact texts of the result and the id.
    Result {
        result: Cow<'static, str>,
        id: Cow<'static, str>,
    },
    Error {
        code: i64,
        message: Cow<'static, str>,
        data: Data,
        id: Cow<'static, str>,
    },
    /// The responses, in order.
    Batch(Vec<Expected>),
}

/// The `data` of an error object.
#[derive(Debug, Clone)]
pub enum Data {
    /// No `data` member.
    None,
    Text(Cow<'static, str>),
    /// A string that starts with this text. The rest is serde's wording.
    TextThatStarts(Cow<'static, str>),
}

pub type Text = Cow<'static, str>;

pub fn case(name: impl Into<Text>, message: impl Into<Vec<u8>>, expected: Expected) -> Case {
    Case {
        name: name.into(),
        message: message.into(),
        expected,
    }
}

pub fn silence() -> Expected {
    Expected::Silence
}

pub fn result(result: impl Into<Text>, id: impl Into<Text>) -> Expected {
    Expected::Result {
        result: result.into(),
        id: id.into(),
    }
}

fn standard(code: i64, message: &'static str, data: Data, id: Text) -> Expected {
    Expected::Error {
        code,
        message: message.into(),
        data,
        id,
    }
}

/// Nothing in the message can be trusted, so the id is null (section 5.1).
pub fn parse_error() -> Expected {
    standard(-32700, "Parse error", Data::None, "null".into())
}

pub fn invalid_request(id: impl Into<Text>) -> Expected {
    standard(-32600, "Invalid Request", Data::None, id.into())
}

pub fn method_not_found(id: impl Into<Text>) -> Expected {
    standard(-32601, "Method not found", Data::None, id.into())
}

/// The data is exactly this text.
pub fn invalid_params(data: impl Into<Text>, id: impl Into<Text>) -> Expected {
    standard(-32602, "Invalid params", Data::Text(data.into()), id.into())
}

/// The data names this parameter, and gives serde's reason.
pub fn invalid_parameter(name: &str, id: impl Into<Text>) -> Expected {
    let start = format!("parameter `{name}`: ");
    let data = Data::TextThatStarts(start.into());
    standard(-32602, "Invalid params", data, id.into())
}

/// The data is some text.
pub fn invalid_params_somehow(id: impl Into<Text>) -> Expected {
    let data = Data::TextThatStarts("".into());
    standard(-32602, "Invalid params", data, id.into())
}

/// Without data, since the caller must not learn what went wrong inside.
pub fn internal_error(id: impl Into<Text>) -> Expected {
    standard(-32603, "Internal error", Data::None, id.into())
}

pub fn batch(responses: impl IntoIterator<Item = Expected>) -> Expected {
    Expected::Batch(responses.into_iter().collect())
}

/// Sends the message of each row in turn, and reports all failing rows together.
pub async fn run(table: Vec<Case>, peer: &impl Answers) {
    let rows = table.len();
    let mut failures = Vec::new();
    for case in table {
        let answer = peer.answer(&case.message).await;
        if let Err(reason) = case.expected.check(answer.as_deref()) {
            failures.push(format!(
                "{}: {reason}\n  message: {}\n  answer:  {}",
                case.name,
                excerpt(Some(&case.message)),
                excerpt(answer.as_deref()),
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {rows} rows fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn excerpt(bytes: Option<&[u8]>) -> String {
    let Some(bytes) = bytes else {
        return "silence".to_owned();
    };
    let shown = &bytes[..bytes.len().min(300)];
    let more = if bytes.len() > 300 { "…" } else { "" };
    format!("{}{more}", shown.escape_ascii())
}

/// A response with no more members than the specification names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Response<'a> {
    jsonrpc: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<ErrorObject<'a>>,
    #[serde(borrow)]
    id: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrorObject<'a> {
    code: i64,
    message: String,
    #[serde(borrow, default, deserialize_with = "present")]
    data: Option<&'a RawValue>,
}

/// Keeps a member that is null, which an `Option` would read as missing.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl Expected {
    fn check(&self, answer: Option<&[u8]>) -> Result<(), String> {
        match (self, answer) {
            (Expected::Silence, None) => Ok(()),
            (Expected::Silence, Some(_)) => Err("expected silence".to_owned()),
            (expected, None) => Err(format!("expected {expected:?}")),
            (Expected::Batch(expected), Some(answer)) => {
                let answers: Vec<&RawValue> =
                    serde_json::from_slice(answer).map_err(|error| error.to_string())?;
                if answers.len() != expected.len() {
                    return Err(format!("expected {} responses", expected.len()));
                }
                for (index, (expected, answer)) in expected.iter().zip(answers).enumerate() {
                    expected
                        .check(Some(answer.get().as_bytes()))
                        .map_err(|reason| format!("response {index}: {reason}"))?;
                }
                Ok(())
            }
            (expected, Some(answer)) => {
                let response: Response<'_> =
                    serde_json::from_slice(answer).map_err(|error| error.to_string())?;
                expected.check_response(&response)
            }
        }
    }

    fn check_response(&self, response: &Response<'_>) -> Result<(), String> {
        equal("jsonrpc", "2.0", &response.jsonrpc)?;
        match (self, response.result, &response.error) {
            (Expected::Result { result, id }, Some(actual), None) => {
                equal("result", result, actual.get())?;
                equal("id", id, response.id.get())
            }
            (
                Expected::Error {
                    code,
                    message,
                    data,
                    id,
                },
                None,
                Some(error),
            ) => {
                equal("code", &code.to_string(), &error.code.to_string())?;
                equal("message", message, &error.message)?;
                data.check(error.data)?;
                equal("id", id, response.id.get())
            }
            (expected, _, _) => Err(format!("expected {expected:?}")),
        }
    }
}

impl Data {
    fn check(&self, data: Option<&RawValue>) -> Result<(), String> {
        let text = match data {
            None => None,
            Some(data) => {
                let text = serde_json::from_str::<String>(data.get());
                Some(text.map_err(|_| "the data is not a string".to_owned())?)
            }
        };
        let right = match (self, &text) {
            (Data::None, None) => true,
            (Data::Text(expected), Some(text)) => expected == text,
            (Data::TextThatStarts(start), Some(text)) => {
                text.len() > start.len() && text.starts_with(&**start)
            }
            _ => false,
        };
        if right {
            Ok(())
        } else {
            Err(format!("expected {self:?} for data, got {text:?}"))
        }
    }
}

fn equal(what: &str, expected: &str, actual: &str) -> Result<(), String> {
    if expected == actual {
        return Ok(());
    }
    let shown = |text: &str| text.chars().take(200).collect::<String>();
    Err(format!(
        "expected {what} {}, got {}",
        shown(expected),
        shown(actual)
    ))
}

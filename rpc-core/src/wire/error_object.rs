//! Reading error objects (section 5.1), and what some servers send in their place.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::ErrorObject;
use crate::json::cursor::Cursor;
use crate::json::shape::Members;

/// Reads an error object; `None` for any other value.
pub(super) fn read(json: &str) -> Option<ErrorObject> {
    // serde accepts an array for a struct, too.
    let json = json.starts_with('{').then_some(json)?;
    let error: WireError = serde_json::from_str(json).ok()?;
    Some(error.into())
}

/// An error object as it is written. Members that the specification does not name are ignored.
#[derive(Deserialize)]
struct WireError {
    code: i64,
    message: String,
    #[serde(default, deserialize_with = "present")]
    data: Option<Box<RawValue>>,
}

/// `"data": null` is data, where an `Option` would make nothing of it.
fn present<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

impl From<WireError> for ErrorObject {
    fn from(error: WireError) -> Self {
        ErrorObject::new(error.code, error.message).with_raw_data(error.data)
    }
}

/// The code of an error that came without one, or with one that is not a whole number.
const CODE: i64 = -32000;

/// The message of an error that came without one.
const MESSAGE: &str = "\"Server error\"";

/// An error object in JSON, from a value that is not one: a string is its message, anything else its data.
pub(super) fn from_other(error: &str) -> String {
    if error.starts_with('"') {
        return format!(r#"{{"code":{CODE},"message":{error}}}"#);
    }
    format!(r#"{{"code":{CODE},"message":{MESSAGE},"data":{error}}}"#)
}

/// An object that is nearly an error object.
pub(super) struct Odd<'a> {
    json: &'a str,
    code: Option<&'a str>,
    message: Option<&'a str>,
    data: Option<&'a str>,
}

impl<'a> Odd<'a> {
    pub(super) fn read(json: &'a str) -> Self {
        let mut odd = Odd {
            json,
            code: None,
            message: None,
            data: None,
        };
        for (name, value) in Members::new(json) {
            match name.value().as_deref() {
                Some("code") => drop(odd.code.get_or_insert(value)),
                Some("message") => drop(odd.message.get_or_insert(value)),
                Some("data") => drop(odd.data.get_or_insert(value)),
                _ => {}
            }
        }
        odd.message = odd.message.filter(|message| string(message).is_some());
        odd
    }

    /// Whether its code is what it should be.
    pub(super) fn has_code(&self) -> bool {
        self.code.is_some_and(|code| code.parse::<i64>().is_ok())
    }

    /// Whether its message is what it should be.
    pub(super) fn has_message(&self) -> bool {
        self.message.is_some()
    }

    /// The error object. What finds no place in it is kept as its data: the whole of what came.
    pub(super) fn to_json(&self) -> String {
        let code = self.code.and_then(whole_number);
        let is_kept = code.is_some() && self.has_message();
        let data = self.data.or((!is_kept).then_some(self.json));
        let data = data.map_or(String::new(), |data| format!(r#","data":{data}"#));
        let code = code.unwrap_or(CODE);
        let message = self.message.unwrap_or(MESSAGE);
        format!(r#"{{"code":{code},"message":{message}{data}}}"#)
    }
}

/// A code that is written as a whole number, as a fraction (`-32000.0`) or as a string.
fn whole_number(code: &str) -> Option<i64> {
    let text = string(code);
    let text = text.as_deref().unwrap_or(code).trim();
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    // Every whole number up to 2^53 is a double of its own.
    let number: f64 = text.parse().ok()?;
    let is_whole = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
    is_whole.then_some(number as i64)
}

/// The value of a string.
fn string(json: &str) -> Option<std::borrow::Cow<'_, str>> {
    Cursor::new(json).string().ok()?.value()
}

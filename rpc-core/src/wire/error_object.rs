//! Reading error objects (section 5.1).

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::ErrorObject;

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

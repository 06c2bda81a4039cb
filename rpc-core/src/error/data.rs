//! [`ErrorData`]: the fields of an error, as the `data` of its error object. `#[derive(RpcError)]` uses it.

use serde::Serialize;
use serde_json::value::RawValue;

use super::object::ErrorObject;
use crate::bounds::{ReadableOwned, Writable};
use crate::json::finite;
use crate::params::{Slots, read_named, read_value};

/// Writes fields into the `data` of an error object.
///
/// ```
/// use rpc_core::error::ErrorData;
/// use rpc_core::ErrorObject;
///
/// let data = ErrorData::object().field("left", &3).field("item", "tea");
/// assert_eq!(data.attach(ErrorObject::new(1001, "only 3 left")).data().unwrap().get(), r#"{"left":3,"item":"tea"}"#);
/// ```
pub struct ErrorData {
    json: Vec<u8>,
    close: u8,
    failure: Option<serde_json::Error>,
}

impl ErrorData {
    /// Data with named fields.
    pub fn object() -> Self {
        ErrorData {
            json: vec![b'{'],
            close: b'}',
            failure: None,
        }
    }

    /// Data with unnamed fields, in order.
    pub fn array() -> Self {
        ErrorData {
            json: vec![b'['],
            close: b']',
            failure: None,
        }
    }

    /// Adds a named field to an [`object`](Self::object).
    #[must_use]
    pub fn field<T: Writable + ?Sized>(mut self, name: &str, value: &T) -> Self {
        self.separate();
        self.write(name);
        self.json.push(b':');
        self.write(value);
        self
    }

    /// Adds a value to an [`array`](Self::array).
    #[must_use]
    pub fn element<T: Writable + ?Sized>(mut self, value: &T) -> Self {
        self.separate();
        self.write(value);
        self
    }

    /// Puts the data into an error object. If a field could not be serialised, the object gets no data, and the
    /// server logs the failure when it sends the error.
    pub fn attach(mut self, object: ErrorObject) -> ErrorObject {
        self.json.push(self.close);
        if let Some(error) = self.failure {
            return object.with_data_failure(&error);
        }
        let json = String::from_utf8(self.json).ok();
        object.with_raw_data(json.and_then(|json| RawValue::from_string(json).ok()))
    }

    /// Reads named fields back. `None` if the object does not have such data. Missing data has no fields, which is enough if
    /// all are optional.
    pub fn read_object<'de, S: Slots<'de>>(
        object: &'de ErrorObject,
        names: &'static [&'static str],
    ) -> Option<S> {
        object.read_into(S::default(), names)
    }

    /// Reads a single value back. `None` if the object does not have such data.
    pub fn read<T: ReadableOwned>(object: &ErrorObject) -> Option<T> {
        read_value(object.data()?.get())
    }

    fn separate(&mut self) {
        if self.json.len() > 1 {
            self.json.push(b',');
        }
    }

    fn write<T: Serialize + ?Sized>(&mut self, value: &T) {
        if let Err(error) = finite::write(&mut self.json, value) {
            self.failure.get_or_insert(error);
        }
    }
}

impl ErrorObject {
    /// Like [`ErrorData::read_object`], for generated code. If a type can't be decoded, the compiler points at its
    /// empty slot.
    #[doc(hidden)]
    pub fn read_into<'de, S: Slots<'de>>(
        &'de self,
        slots: S,
        names: &'static [&'static str],
    ) -> Option<S> {
        let data = self.data().map_or("{}", RawValue::get);
        read_named(slots, data, names)
    }
}

//! [`ErrorObject`]: an error as it travels over the wire.

use std::borrow::Cow;
use std::fmt;
use std::io::Write;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::code;
use crate::bounds::Writable;
use crate::json::text;

/// An error as it travels over the wire: a code, a short message, and optional data (section 5.1).
///
/// A method may return one (`Result<T, ErrorObject>`). An enum with `#[derive(RpcError)]` is better: it is part of the
/// contract, and the caller gets the same variant back.
///
/// ```
/// use rpc_core::ErrorObject;
///
/// let error = ErrorObject::new(1001, "sold out").with_data(&3);
/// assert_eq!(error.code(), 1001);
/// assert_eq!(error.data_as::<u32>(), Some(3));
/// ```
#[derive(Clone)]
pub struct ErrorObject {
    code: i64,
    message: Cow<'static, str>,
    data: Option<Box<RawValue>>,
    /// Not sent unless the server [discloses](crate::Server::disclose) it.
    detail: Option<Box<str>>,
}

impl ErrorObject {
    /// An error without data. The codes from -32768 to -32000 are reserved (see [`code`]).
    pub fn new(code: i64, message: impl Into<Cow<'static, str>>) -> Self {
        ErrorObject {
            code,
            message: message.into(),
            data: None,
            detail: None,
        }
    }

    /// Adds data. If serde_json can't serialise it, it is left out and the failure is logged.
    #[must_use]
    pub fn with_data<T: Writable + ?Sized>(mut self, data: &T) -> Self {
        match serde_json::value::to_raw_value(data) {
            Ok(data) => self.data = Some(data),
            Err(error) => {
                tracing::error!(code = self.code, %error, "an error's data could not be serialised")
            }
        }
        self
    }

    pub(crate) fn with_raw_data(mut self, data: Option<Box<RawValue>>) -> Self {
        self.data = data;
        self
    }

    /// -32700: the message is not JSON.
    pub const fn parse_error() -> Self {
        ErrorObject::standard(code::PARSE_ERROR, "Parse error")
    }

    /// -32600: the message is JSON, but not a valid request.
    pub const fn invalid_request() -> Self {
        ErrorObject::standard(code::INVALID_REQUEST, "Invalid Request")
    }

    /// -32601: the method does not exist.
    pub const fn method_not_found() -> Self {
        ErrorObject::standard(code::METHOD_NOT_FOUND, "Method not found")
    }

    /// -32602: the params don't fit the method. `detail` says what is wrong with them, and is sent as the data.
    pub fn invalid_params(detail: impl fmt::Display) -> Self {
        ErrorObject::standard(code::INVALID_PARAMS, "Invalid params").with_data(&detail.to_string())
    }

    /// -32603, for a failure that should not be explained to the caller.
    ///
    /// `detail` is logged at level `ERROR`. It is not sent unless the server [discloses](crate::Server::disclose) it.
    ///
    /// ```
    /// use rpc_core::ErrorObject;
    ///
    /// fn read(path: &str) -> Result<String, ErrorObject> {
    ///     std::fs::read_to_string(path).map_err(ErrorObject::internal)
    /// }
    ///
    /// let error = read("/no/such/file").unwrap_err();
    /// assert_eq!((error.code(), error.message(), error.data().is_none()), (-32603, "Internal error", true));
    /// ```
    pub fn internal(detail: impl fmt::Display) -> Self {
        tracing::error!(%detail, "internal error");
        ErrorObject::undisclosed(detail.to_string())
    }

    /// -32603, for callers that log the detail themselves.
    pub(crate) fn undisclosed(detail: String) -> Self {
        ErrorObject {
            detail: Some(detail.into()),
            ..ErrorObject::standard(code::INTERNAL_ERROR, "Internal error")
        }
    }

    /// The same error, with the detail as its data.
    pub(crate) fn disclosed(self) -> Self {
        match self.detail.clone() {
            Some(detail) if self.data.is_none() => self.with_data(&*detail),
            _ => self,
        }
    }

    const fn standard(code: i64, message: &'static str) -> Self {
        ErrorObject {
            code,
            message: Cow::Borrowed(message),
            data: None,
            detail: None,
        }
    }

    /// The code, which says what kind of error this is.
    pub fn code(&self) -> i64 {
        self.code
    }

    /// A short description, for people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// More about the error, as JSON.
    pub fn data(&self) -> Option<&RawValue> {
        self.data.as_deref()
    }

    /// The data as a `T`. `None` if there is no data, or it is not a `T`.
    pub fn data_as<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.data.as_ref()?.get()).ok()
    }

    /// The whole object as JSON text.
    pub fn to_json(&self) -> String {
        let mut buffer = Vec::new();
        self.write_json(&mut buffer);
        String::from_utf8(buffer).expect("serde_json writes UTF-8")
    }
}

impl ErrorObject {
    /// Writes the object as JSON: `code`, `message`, and `data` if it has any (section 5.1).
    pub(crate) fn write_json(&self, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(br#"{"code":"#);
        write!(buffer, "{}", self.code).expect("writing to a Vec never fails");
        buffer.extend_from_slice(br#","message":"#);
        text::write_string(buffer, &self.message);
        if let Some(data) = &self.data {
            buffer.extend_from_slice(br#","data":"#);
            buffer.extend_from_slice(data.get().as_bytes());
        }
        buffer.push(b'}');
    }
}

impl PartialEq for ErrorObject {
    /// Data is compared as text.
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
            && self.message == other.message
            && self.data().map(RawValue::get) == other.data().map(RawValue::get)
    }
}

impl fmt::Debug for ErrorObject {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "ErrorObject({})", self.to_json())
    }
}

impl fmt::Display for ErrorObject {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} (code {}", self.message, self.code)?;
        if let Some(data) = &self.data {
            write!(f, ", data {data}")?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for ErrorObject {}

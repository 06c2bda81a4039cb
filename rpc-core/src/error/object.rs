//! [`ErrorObject`]: an error as it travels over the wire.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::code;
use crate::bounds::Writable;
use crate::excerpt::{Excerpt, start_of};
use crate::json::cursor::decode;
use crate::json::finite::Checked;
use crate::json::id::Id;
use crate::json::text;
use crate::kind::ErrorKind;
use crate::limits::{ERROR_TEXT, LOGGED_DETAIL, LOGGED_STRING};

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
    /// The kind that the server's code names. It is not sent.
    kind: Option<ErrorKind>,
    hidden: Option<Box<Hidden>>,
}

/// What only the server knows about an error. It is for the log.
#[derive(Clone, Default)]
struct Hidden {
    internal: Option<InternalDetail>,
    /// Why the data could not be serialised, until it is logged.
    data_failure: Option<String>,
}

/// Why the server failed. Not sent unless the server [discloses](crate::Server::disclose) it.
#[derive(Clone)]
struct InternalDetail {
    /// What happened: "internal error", or what panicked.
    event: &'static str,
    text: Box<str>,
    logged: bool,
}

impl ErrorObject {
    /// An error without data. The codes from -32768 to -32000 are reserved (see [`code`]).
    pub fn new(code: i64, message: impl Into<Cow<'static, str>>) -> Self {
        ErrorObject {
            code,
            message: message.into(),
            data: None,
            kind: None,
            hidden: None,
        }
    }

    /// Says what kind of error this is. The server uses it, for example for the HTTP status. It is not sent, so the client
    /// knows the kind only if the contract names it, or if the code is a standard one.
    ///
    /// ```
    /// use rpc_core::{ErrorKind, ErrorObject};
    ///
    /// let refused = ErrorObject::new(1002, "not signed in").with_kind(ErrorKind::Unauthenticated);
    /// assert_eq!(refused.kind(), Some(ErrorKind::Unauthenticated));
    /// ```
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Adds data. If serde_json can't serialise it, it is left out, and the server logs the failure when it sends the error.
    #[must_use]
    pub fn with_data<T: Writable + ?Sized>(mut self, data: &T) -> Self {
        match serde_json::value::to_raw_value(&Checked(data)) {
            Ok(data) => self.data = Some(data),
            Err(error) => self = self.with_data_failure(&error),
        }
        self
    }

    /// Notes for the log that the data could not be serialised.
    pub(super) fn with_data_failure(mut self, error: &serde_json::Error) -> Self {
        let failure = start_of(error, LOGGED_DETAIL);
        self.hidden.get_or_insert_default().data_failure = Some(failure);
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
    /// When the call ends, the server logs `detail` at level `ERROR`, with the method and the id. It escapes the detail, and
    /// cuts it after [`LOGGED_DETAIL`] characters. It is not sent unless the server [discloses](crate::Server::disclose) it.
    /// If neither a method nor middleware returns the error, it is not logged.
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
        ErrorObject::failure(INTERNAL, &detail)
    }

    /// -32603, with an event and its detail for the log.
    #[cold]
    pub(crate) fn failure(event: &'static str, detail: &dyn fmt::Display) -> Self {
        ErrorObject::with_detail(InternalDetail {
            event,
            text: start_of(detail, LOGGED_DETAIL).into(),
            logged: false,
        })
    }

    /// -32008: the reply would be longer than allowed. `detail` says what happened and names the limit.
    pub(crate) fn reply_too_large(detail: impl fmt::Display) -> Self {
        let error = ErrorObject::standard(code::REPLY_TOO_LARGE, "Reply too large");
        error.with_data(&detail.to_string())
    }

    /// -32603, for callers that log the detail themselves.
    #[cold]
    pub(crate) fn undisclosed(detail: String) -> Self {
        ErrorObject::with_detail(InternalDetail {
            event: INTERNAL,
            text: detail.into(),
            logged: true,
        })
    }

    fn with_detail(detail: InternalDetail) -> Self {
        let mut error = ErrorObject::standard(code::INTERNAL_ERROR, "Internal error");
        error.hidden.get_or_insert_default().internal = Some(detail);
        error
    }

    /// Logs what only the server knows of this error, unless that is logged already.
    #[inline]
    pub(crate) fn log(&mut self, method: &str, id: Option<&Id>) {
        if let Some(hidden) = &mut self.hidden {
            hidden.log(self.code, method, id);
        }
    }

    /// The same error, with the detail as its data.
    pub(crate) fn disclosed(self) -> Self {
        let detail = self.hidden.as_ref().and_then(|it| it.internal.as_ref());
        match detail {
            Some(detail) if self.data.is_none() => {
                let data = match detail.event {
                    INTERNAL => detail.text.to_string(),
                    event => format!("{event}: {}", detail.text),
                };
                self.with_data(&data)
            }
            _ => self,
        }
    }

    const fn standard(code: i64, message: &'static str) -> Self {
        ErrorObject {
            code,
            message: Cow::Borrowed(message),
            data: None,
            kind: None,
            hidden: None,
        }
    }

    /// The code, which says which error this is.
    pub fn code(&self) -> i64 {
        self.code
    }

    /// What kind of error this is: what the server's code [says](Self::with_kind), or the kind of a
    /// [standard code](ErrorKind::of_code).
    pub fn kind(&self) -> Option<ErrorKind> {
        self.kind.or(ErrorKind::of_code(self.code))
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
        decode(self.data.as_ref()?.get(), PhantomData).ok()
    }

    /// The whole object as JSON text.
    pub fn to_json(&self) -> String {
        let mut buffer = Vec::new();
        self.write_json(&mut buffer);
        String::from_utf8(buffer).expect("serde_json writes UTF-8")
    }
}

impl ErrorObject {
    /// Whether the object's JSON may be longer than this many bytes.
    pub(crate) fn is_longer_than(&self, limit: usize) -> bool {
        const REST: usize = r#"{"code":-9223372036854775808,"message":"","data":}"#.len();
        const LONGEST_ESCAPE: usize = 6;
        let data = self.data.as_ref().map_or(0, |data| data.get().len());
        let most = LONGEST_ESCAPE * self.message.len() + data + REST;
        most > limit && self.message_length() + data + REST > limit
    }

    /// The length of the message as JSON. This looks at each byte.
    #[cold]
    fn message_length(&self) -> usize {
        let lengths = self.message.bytes().map(|byte| match byte {
            b'"' | b'\\' => 2,
            0..=0x1f => 6,
            _ => 1,
        });
        lengths.sum()
    }

    /// Writes the object as JSON: `code`, `message`, and `data` if it has any (section 5.1).
    pub(crate) fn write_json(&self, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(br#"{"code":"#);
        serde_json::to_writer(&mut *buffer, &self.code).expect("writing to a Vec never fails");
        buffer.extend_from_slice(br#","message":"#);
        text::write_string(buffer, &self.message);
        if let Some(data) = &self.data {
            buffer.extend_from_slice(br#","data":"#);
            buffer.extend_from_slice(data.get().as_bytes());
        }
        buffer.push(b'}');
    }
}

/// The event of an internal error that is not a panic.
const INTERNAL: &str = "internal error";

impl Hidden {
    #[cold]
    fn log(&mut self, code: i64, method: &str, id: Option<&Id>) {
        let method = Excerpt::new(method, LOGGED_STRING).to_string();
        let id = id.map(|id| Excerpt::new(id, LOGGED_STRING).to_string());
        if let Some(detail) = self.internal.as_mut().filter(|detail| !detail.logged) {
            detail.logged = true;
            let event = detail.event;
            let detail = escaped(&detail.text);
            tracing::error!(method, id, detail, "{event}");
        }
        if let Some(failure) = self.data_failure.take() {
            let error = escaped(&failure);
            tracing::error!(
                method,
                id,
                code,
                error,
                "an error's data could not be serialised"
            );
        }
    }
}

/// A text that has been cut already, for the log.
fn escaped(text: &str) -> String {
    Excerpt::new(text, usize::MAX).to_string()
}

impl PartialEq for ErrorObject {
    /// Compares what is sent, with the data as text. The kind and the detail of an internal error do not count.
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
            && self.message == other.message
            && self.data().map(RawValue::get) == other.data().map(RawValue::get)
    }
}

impl fmt::Debug for ErrorObject {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "ErrorObject({})", Excerpt::new(Shown(self), ERROR_TEXT))
    }
}

/// Displays an error object as JSON, without making a copy of it first.
struct Shown<'a>(&'a ErrorObject);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, r#"{{"code":{},"message":""#, self.0.code)?;
        for c in self.0.message.chars() {
            if matches!(c, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        f.write_char('"')?;
        if let Some(data) = &self.0.data {
            write!(f, r#","data":{}"#, data.get())?;
        }
        f.write_char('}')
    }
}

/// For people: long texts are cut, and control characters are escaped.
impl fmt::Display for ErrorObject {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        // The message is cut first, so that a long one leaves room for the code.
        let message = Excerpt::new(&self.message, ERROR_TEXT);
        write!(f, "{message} (code {}", self.code)?;
        if let Some(data) = &self.data {
            write!(f, ", data {}", Excerpt::new(data.get(), ERROR_TEXT))?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for ErrorObject {}

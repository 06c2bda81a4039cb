//! [`Responder`] and [`Outcome`]: how a method's result becomes a reply.

use serde::Serialize;
use serde_json::value::RawValue;

use super::context::Context;
use crate::bounds::Writable;
use crate::error::{ErrorObject, MethodError};
use crate::json::id::Id;
use crate::wire::write::RESULT_HEAD;

/// The size of a reply with a small result, in bytes.
const REPLY_CAPACITY: usize = 128;

/// Takes a method's result and serialises it straight into the reply's buffer.
///
/// The result of a notification is never sent, so it is not serialised.
#[derive(Debug)]
pub struct Responder {
    buffer: Vec<u8>,
    notification: bool,
}

impl Responder {
    /// `buffer` must be empty. It may have been used before.
    pub(crate) fn new(buffer: Vec<u8>, notification: bool) -> Self {
        Responder {
            buffer,
            notification,
        }
    }

    /// Answers with a value.
    pub fn value<T: Writable>(mut self, value: T) -> Outcome {
        if self.notification {
            return Outcome::silent(self.buffer);
        }
        if self.buffer.capacity() == 0 {
            self.buffer = Vec::with_capacity(REPLY_CAPACITY);
        }
        self.buffer.extend_from_slice(RESULT_HEAD);
        match serde_json::to_writer(&mut self.buffer, &value) {
            Ok(()) => Outcome {
                kind: Kind::Result(self.buffer),
            },
            Err(error) => {
                ErrorObject::internal(format_args!("the result could not be serialised: {error}"))
                    .into()
            }
        }
    }

    /// Answers with a value, or with the error that the method returned.
    pub fn result<T: Writable, E: MethodError>(self, result: Result<T, E>) -> Outcome {
        match result {
            Ok(value) => self.value(value),
            Err(error) => error.into_error_object().into(),
        }
    }
}

/// The outcome of a call: a result or an error.
///
/// Middleware may inspect it, or return another one instead:
///
/// ```
/// use rpc_core::{ErrorObject, Outcome};
///
/// let refused = Outcome::from(ErrorObject::new(1002, "not signed in"));
/// assert_eq!(refused.error().map(ErrorObject::code), Some(1002));
/// ```
#[derive(Debug)]
pub struct Outcome {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// The start of a response, up to the end of the result.
    Result(Vec<u8>),
    /// A notification that ran. Its buffer can be reused.
    Silent(Vec<u8>),
    Error(ErrorObject),
}

impl Outcome {
    /// A result that no method returned, for middleware and fallbacks that answer calls themselves.
    pub fn value<T: Serialize>(value: T) -> Self {
        Responder::new(Vec::new(), false).value(value)
    }

    fn silent(buffer: Vec<u8>) -> Self {
        Outcome {
            kind: Kind::Silent(buffer),
        }
    }

    /// Whether the call succeeded.
    pub fn is_ok(&self) -> bool {
        !matches!(self.kind, Kind::Error(_))
    }

    /// The error, if the call failed.
    pub fn error(&self) -> Option<&ErrorObject> {
        match &self.kind {
            Kind::Error(error) => Some(error),
            Kind::Result(_) | Kind::Silent(_) => None,
        }
    }

    /// The result as JSON. `None` for an error, and for a notification, whose result is not serialised.
    pub fn result(&self) -> Option<&str> {
        match &self.kind {
            Kind::Result(buffer) => std::str::from_utf8(&buffer[RESULT_HEAD.len()..]).ok(),
            Kind::Silent(_) | Kind::Error(_) => None,
        }
    }

    /// Logs why the call failed, if the caller is not told and it is not logged yet.
    #[inline]
    pub(crate) fn log(&mut self, cx: &Context) {
        if let Kind::Error(error) = &mut self.kind {
            error.log(cx.method_name(), cx.id());
        }
    }

    /// Like [`log`](Self::log), without a context.
    pub(super) fn log_as(&mut self, method: &str, id: Option<&Id>) {
        if let Kind::Error(error) = &mut self.kind {
            error.log(method, id);
        }
    }

    /// The result as JSON, or the error. The result of a notification is `null`.
    pub(crate) fn into_result(self) -> Result<Box<RawValue>, ErrorObject> {
        let json = match self.kind {
            Kind::Error(error) => return Err(error),
            Kind::Silent(_) => "null".to_owned(),
            Kind::Result(mut buffer) => {
                buffer.drain(..RESULT_HEAD.len());
                String::from_utf8(buffer).map_err(ErrorObject::internal)?
            }
        };
        RawValue::from_string(json).map_err(ErrorObject::internal)
    }

    /// The same outcome, with the detail of an error as its data.
    #[cold]
    pub(crate) fn disclosed(self) -> Self {
        match self.kind {
            Kind::Error(error) => error.disclosed().into(),
            _ => self,
        }
    }

    /// The buffer and the error, if there is one.
    #[inline]
    pub(crate) fn into_parts(self) -> (Vec<u8>, Option<ErrorObject>) {
        match self.kind {
            Kind::Result(buffer) | Kind::Silent(buffer) => (buffer, None),
            Kind::Error(error) => (Vec::new(), Some(error)),
        }
    }
}

impl From<ErrorObject> for Outcome {
    fn from(error: ErrorObject) -> Self {
        Outcome {
            kind: Kind::Error(error),
        }
    }
}

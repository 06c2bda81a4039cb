//! [`MethodError`]: the errors that a method declares.

use std::convert::Infallible;
use std::fmt;

use super::object::ErrorObject;
use crate::contract::ErrorCode;

/// An error that a method declares. It becomes an [`ErrorObject`] on the server, and the client turns it back into the
/// same error.
///
/// Derive it with `#[derive(RpcError)]`. Implement it by hand if the codes are known only at run time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the error type of a method",
    label = "not a `MethodError`",
    note = "derive `rpc_core::RpcError` for it and give each variant a code: `#[rpc(code = 1001)]`",
    note = "to fail with an internal error whose detail stays on the server, return `Result<T, rpc_core::Internal>`"
)]
pub trait MethodError: Sized {
    /// The codes that this type can have, for documentation and tools.
    const CODES: &'static [ErrorCode];

    /// The error object to send.
    fn into_error_object(self) -> ErrorObject;

    /// The error that an object was made from. `None` if the object is not of this type; the caller then gets it as
    /// [`CallError::Object`](super::CallError::Object).
    fn from_error_object(object: &ErrorObject) -> Option<Self>;
}

impl MethodError for Infallible {
    const CODES: &'static [ErrorCode] = &[];

    fn into_error_object(self) -> ErrorObject {
        match self {}
    }

    fn from_error_object(_: &ErrorObject) -> Option<Self> {
        None
    }
}

impl MethodError for ErrorObject {
    const CODES: &'static [ErrorCode] = &[];

    fn into_error_object(self) -> ErrorObject {
        self
    }

    fn from_error_object(object: &ErrorObject) -> Option<Self> {
        Some(object.clone())
    }
}

/// Any error, sent as "Internal error". Its detail is logged and not sent.
///
/// Use it if callers can do nothing about a failure. The `?` operator converts every error into one:
///
/// ```
/// use rpc_core::Internal;
///
/// fn motd() -> Result<String, Internal> {
///     let text = std::fs::read("/etc/motd")?;
///     Ok(String::from_utf8(text)?)
/// }
/// # drop(motd());
/// ```
///
/// The caller gets [`CallError::Object`](super::CallError::Object) with code -32603. The detail, with all its sources,
/// is logged when the reply is written.
pub struct Internal(Box<dyn std::error::Error + Send + Sync>);

impl Internal {
    /// An internal error with a message for the log.
    pub fn new(detail: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Internal(detail.into())
    }
}

impl<E: Into<Box<dyn std::error::Error + Send + Sync>>> From<E> for Internal {
    fn from(error: E) -> Self {
        Internal(error.into())
    }
}

impl fmt::Debug for Internal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Internal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(&Chain(&*self.0), f)
    }
}

/// Displays an error with all its sources on one line, for the log.
pub struct Chain<'a>(pub &'a (dyn std::error::Error + 'a));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl MethodError for Internal {
    const CODES: &'static [ErrorCode] = &[];

    fn into_error_object(self) -> ErrorObject {
        ErrorObject::internal(self)
    }

    fn from_error_object(_: &ErrorObject) -> Option<Self> {
        None
    }
}

//! [`MethodError`]: the errors that a method declares.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::ops::Deref;

use super::object::ErrorObject;
use crate::contract::ErrorCode;
use crate::kind::ErrorKind;

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

    /// What kind of error this is, if the contract says so. By default `None`.
    fn kind(&self) -> Option<ErrorKind> {
        None
    }
}

impl MethodError for Infallible {
    const CODES: &'static [ErrorCode] = &[];

    fn into_error_object(self) -> ErrorObject {
        match self {}
    }

    fn from_error_object(_: &ErrorObject) -> Option<Self> {
        None
    }

    fn kind(&self) -> Option<ErrorKind> {
        match *self {}
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

    fn kind(&self) -> Option<ErrorKind> {
        ErrorObject::kind(self)
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
/// If a method also has errors of its own, give its error type a variant that holds an `Internal`. With `#[rpc(from)]`, `?`
/// converts every error into that variant: see [`#[derive(RpcError)]`](macro@crate::RpcError). thiserror's
/// `Internal(#[from] Internal)` works too: then call [`internal()`](ResultExt::internal) before `?`.
///
/// The caller gets [`CallError::Object`](super::CallError::Object) with code -32603. The detail, with all its sources,
/// is logged when the call ends.
///
/// `{}` displays the text of the error, and `{:#}` the texts of its sources as well. An `Internal` dereferences to the error,
/// which can be downcast. It is not an [`Error`] itself: if it were, `?` could not convert every error into it.
///
/// It implements neither `Clone` nor `PartialEq`, since not every error does. So an error type that contains an `Internal` can't
/// derive them either. In tests, compare the variant instead: `assert!(matches!(error, OrderError::SoldOut { left: 3 }))`.
pub struct Internal(BoxError);

type BoxError = Box<dyn Error + Send + Sync>;

impl Internal {
    /// An internal error with a message for the log.
    pub fn new(detail: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Internal(detail.into())
    }

    /// An internal error with the text of an error that can't leave its thread, such as a `Box<dyn Error>`. The error's
    /// sources are lost. For any other error use `?`, which keeps them.
    pub fn message(detail: impl fmt::Display) -> Self {
        Internal(detail.to_string().into())
    }

    /// The error, if it is an `E`.
    pub fn downcast<E: Error + 'static>(self) -> Result<E, Self> {
        let error = self.0.downcast::<E>();
        error.map(|error| *error).map_err(Internal)
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for Internal {
    fn from(error: E) -> Self {
        Internal(error.into())
    }
}

impl Deref for Internal {
    type Target = dyn Error + Send + Sync;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl fmt::Debug for Internal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Internal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match f.alternate() {
            true => write!(f, "{}", Chain(&*self.0)),
            false => fmt::Display::fmt(&self.0, f),
        }
    }
}

/// Anything that `?` converts into [`Internal`]: every error that is `Send + Sync`, `anyhow::Error`, a boxed error, a text, and
/// `Internal` itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't become an internal error",
    label = "not an error that can be sent to another thread",
    note = "an internal error is made from any error that is `Send + Sync + 'static`, from `anyhow::Error` and from text",
    note = "for anything else that can be displayed, write `.map_err(rpc_core::Internal::message)?`"
)]
pub trait IntoInternal {
    /// The internal error.
    fn into_internal(self) -> Internal;
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> IntoInternal for E {
    fn into_internal(self) -> Internal {
        Internal(self.into())
    }
}

impl IntoInternal for Internal {
    fn into_internal(self) -> Internal {
        self
    }
}

/// What the field of a variant with `#[rpc(internal)]` and `#[rpc(from)]` can be: [`Internal`], or a type that is made from one.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't hold every error that `#[rpc(from)]` turns into an internal one",
    label = "write `rpc_core::Internal`",
    note = "`Internal` takes any error, so the contract does not depend on the crates whose errors it hides"
)]
pub trait FromInternal {
    /// The type, from any error.
    fn from_internal(error: Internal) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: From<Internal>> FromInternal for T {
    fn from_internal(error: Internal) -> Self {
        error.into()
    }
}

/// Nothing implements it: see `#[rpc(from)]` in the macro.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`?` can't turn this error into one of another type",
    label = "write `.internal()?`, with `use rpc_core::ResultExt`",
    note = "`?` turns any error into an internal one, except an error type that has `#[rpc(from)]` itself"
)]
pub trait Never<'never> {}

/// Turns any error into an [`Internal`] one.
///
/// It is for error types that convert from [`Internal`] but not from every error:
///
/// ```
/// use rpc_core::{Internal, ResultExt, RpcError};
///
/// #[derive(Debug, thiserror::Error, RpcError)]
/// enum OrderError {
///     #[error("sold out")]
///     #[rpc(code = 1001)]
///     SoldOut,
///     #[error(transparent)]
///     #[rpc(internal)]
///     Internal(#[from] Internal),
/// }
///
/// fn stock(text: &str) -> Result<u32, OrderError> {
///     let stock = text.parse().internal()?;
///     if stock == 0 {
///         return Err(OrderError::SoldOut);
///     }
///     Ok(stock)
/// }
/// # assert!(matches!(stock("x"), Err(OrderError::Internal(_))));
/// ```
pub trait ResultExt<T> {
    /// Turns an error into an [`Internal`] one.
    fn internal(self) -> Result<T, Internal>;
}

impl<T, E: IntoInternal> ResultExt<T> for Result<T, E> {
    fn internal(self) -> Result<T, Internal> {
        self.map_err(E::into_internal)
    }
}

/// Displays an error with all its sources on one line, for the log.
pub struct Chain<'a>(pub &'a (dyn Error + 'a));

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
        ErrorObject::internal(Chain(&*self.0))
    }

    fn from_error_object(_: &ErrorObject) -> Option<Self> {
        None
    }

    fn kind(&self) -> Option<ErrorKind> {
        Some(ErrorKind::Internal)
    }
}

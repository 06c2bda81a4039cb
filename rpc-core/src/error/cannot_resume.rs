//! [`CannotResume`]: the error for a cursor that is too old.

use std::error::Error;
use std::fmt;

use super::code;
use super::method::MethodError;
use super::object::ErrorObject;
use crate::contract::ErrorCode;
use crate::kind::ErrorKind;

const MESSAGE: &str = "the stream can't be resumed: the cursor is too old";

/// The error for a cursor that is too old: the service no longer has the items after it. Its code is
/// [`CANNOT_RESUME`](code::CANNOT_RESUME).
///
/// A method with `stream(resume)` returns it, as it is or as a variant of its own error:
///
/// ```
/// use rpc_core::{CannotResume, RpcError};
///
/// #[derive(Debug, thiserror::Error, RpcError)]
/// enum LogError {
///     #[error("no such log")]
///     #[rpc(code = 1001)]
///     NoSuchLog,
///     #[error(transparent)]
///     #[rpc(transparent)]
///     TooOld(#[rpc(from)] CannotResume),
/// }
///
/// fn check(after: u64, first: u64) -> Result<(), LogError> {
///     if after + 1 < first {
///         return Err(CannotResume.into());
///     }
///     Ok(())
/// }
/// # assert!(matches!(check(1, 5), Err(LogError::TooOld(CannotResume))));
/// ```
///
/// A client whose stream is opened again gets it as the stream's error, so that it knows that items are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CannotResume;

impl fmt::Display for CannotResume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MESSAGE)
    }
}

impl Error for CannotResume {}

// Somebody whose own type is not an error yet has no use for this one.
#[diagnostic::do_not_recommend]
impl MethodError for CannotResume {
    const CODES: &'static [ErrorCode] = &[ErrorCode::new(
        code::CANNOT_RESUME,
        "CannotResume",
        "The cursor is too old: the service no longer has the items after it.",
    )
    .kind(ErrorKind::Gone)];

    fn into_error_object(self) -> ErrorObject {
        ErrorObject::new(code::CANNOT_RESUME, MESSAGE).with_kind(ErrorKind::Gone)
    }

    fn from_error_object(object: &ErrorObject) -> Option<Self> {
        (object.code() == code::CANNOT_RESUME).then_some(CannotResume)
    }

    fn kind(&self) -> Option<ErrorKind> {
        Some(ErrorKind::Gone)
    }
}

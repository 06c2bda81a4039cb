//! The kind of each error: of the specification's errors, and of those that a caller gets.

use super::call::CallError;
use super::code;
use super::method::MethodError;
use crate::kind::ErrorKind;

impl ErrorKind {
    /// The kind of a code that the specification defines (section 5.1). `None` for all other codes: what they mean is up to
    /// the application.
    pub const fn of_code(code: i64) -> Option<Self> {
        match code {
            code::PARSE_ERROR | code::INVALID_REQUEST | code::INVALID_PARAMS => {
                Some(ErrorKind::Invalid)
            }
            code::METHOD_NOT_FOUND => Some(ErrorKind::Unimplemented),
            code::INTERNAL_ERROR => Some(ErrorKind::Internal),
            _ => None,
        }
    }
}

/// What kind of failure it is. See [`ErrorKind`].
impl<E: MethodError> CallError<E> {
    /// The kind of the error that the server sent: the one that the contract names for its code, or that of a standard code.
    /// `None` if the server sent no error, or an error without a kind.
    ///
    /// ```
    /// use rpc_core::{CallError, ErrorKind, RpcError};
    ///
    /// #[derive(Debug, thiserror::Error, RpcError)]
    /// enum OrderError {
    ///     #[error("only {left} left")]
    ///     #[rpc(code = 1001, kind = "conflict")]
    ///     SoldOut { left: u32 },
    /// }
    ///
    /// let error = CallError::Method(OrderError::SoldOut { left: 3 });
    /// assert_eq!(error.kind(), Some(ErrorKind::Conflict));
    /// assert!(error.is_conflict());
    /// ```
    pub fn kind(&self) -> Option<ErrorKind> {
        match self {
            CallError::Method(error) => error.kind(),
            CallError::Object(object) => object.kind(),
            _ => None,
        }
    }

    fn is(&self, kind: ErrorKind) -> bool {
        self.kind() == Some(kind)
    }

    /// Whether the arguments were wrong.
    pub fn is_invalid(&self) -> bool {
        self.is(ErrorKind::Invalid)
    }

    /// Whether the server did not know who was calling.
    pub fn is_unauthenticated(&self) -> bool {
        self.is(ErrorKind::Unauthenticated)
    }

    /// Whether the caller may not do this.
    pub fn is_forbidden(&self) -> bool {
        self.is(ErrorKind::Forbidden)
    }

    /// Whether the thing that the call refers to does not exist. An unknown *method* is
    /// [`is_unimplemented`](Self::is_unimplemented).
    pub fn is_not_found(&self) -> bool {
        self.is(ErrorKind::NotFound)
    }

    /// Whether the thing exists already, or somebody else changed it at the same time.
    pub fn is_conflict(&self) -> bool {
        self.is(ErrorKind::Conflict)
    }

    /// Whether the thing existed once, and will not come back.
    pub fn is_gone(&self) -> bool {
        self.is(ErrorKind::Gone)
    }

    /// Whether something else has to happen first.
    pub fn is_failed_precondition(&self) -> bool {
        self.is(ErrorKind::FailedPrecondition)
    }

    /// Whether the method refused the call because it asks for too much at once.
    pub fn is_too_large(&self) -> bool {
        self.is(ErrorKind::TooLarge)
    }

    /// Whether the caller called too often, or has used up a quota.
    pub fn is_too_many(&self) -> bool {
        self.is(ErrorKind::TooMany)
    }

    /// Whether somebody cancelled the call.
    pub fn is_cancelled(&self) -> bool {
        self.is(ErrorKind::Cancelled)
    }

    /// Whether the server can't do this, for example because it does not have the method.
    pub fn is_unimplemented(&self) -> bool {
        self.is(ErrorKind::Unimplemented)
    }

    /// Whether the method said that it can't do this now, but may later.
    pub fn is_unavailable(&self) -> bool {
        self.is(ErrorKind::Unavailable)
    }

    /// Whether the server failed.
    pub fn is_internal(&self) -> bool {
        self.is(ErrorKind::Internal)
    }
}

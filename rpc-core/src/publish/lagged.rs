//! [`Lagged`]: a subscriber was too slow.

use std::error::Error;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::contract::ErrorCode;
use crate::error::{ErrorObject, MethodError, code};
use crate::kind::ErrorKind;

/// A subscriber was too slow, and has missed items.
///
/// It is a method's error with the code -33002 ([`code::LAGGED`]), so it can be the error type of a method that streams. A
/// method that has other errors too holds it in a variant with `#[rpc(transparent)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lagged {
    /// How many items it has missed.
    pub missed: u64,
}

impl fmt::Display for Lagged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lagged { missed } = self;
        let items = if *missed == 1 { "item" } else { "items" };
        write!(
            f,
            "the subscriber was too slow and has missed {missed} {items}"
        )
    }
}

impl Error for Lagged {}

// Somebody whose own type is not an error yet has no use for this one.
#[diagnostic::do_not_recommend]
impl MethodError for Lagged {
    const CODES: &'static [ErrorCode] = &[ErrorCode::new(
        code::LAGGED,
        "Lagged",
        "The subscriber was too slow, and has missed items.",
    )
    .kind(ErrorKind::TooMany)];

    fn into_error_object(self) -> ErrorObject {
        ErrorObject::new(code::LAGGED, self.to_string())
            .with_data(&self)
            .with_kind(ErrorKind::TooMany)
    }

    fn from_error_object(object: &ErrorObject) -> Option<Self> {
        let is_lagged = object.code() == code::LAGGED;
        is_lagged.then(|| object.data_as()).flatten()
    }

    fn kind(&self) -> Option<ErrorKind> {
        Some(ErrorKind::TooMany)
    }
}

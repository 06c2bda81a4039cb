//! [`EncodeError`]: why a call could not be turned into a message.

use std::error::Error;
use std::fmt;

use super::execution::{Execution, Judge, Verdict};
use crate::json::id::Id;

/// Why a call could not be turned into a message.
#[derive(Debug)]
#[non_exhaustive]
pub enum EncodeError {
    /// A parameter's `Serialize` failed.
    Params(serde_json::Error),
    /// The params are neither an array nor an object (section 4.2 of the specification). To pass one parameter by
    /// position, use a tuple: `("tea",)`.
    Shape,
    /// The name or the value of a header is invalid.
    Header(http::Error),
    /// Another call in the same batch has this id, so their answers could not be told apart.
    DuplicateId(Id),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            EncodeError::Params(_) => f.write_str("the params could not be serialised"),
            EncodeError::Shape => f.write_str(
                "the params are neither an array nor an object; to pass one parameter by position, use a tuple: `(value,)`",
            ),
            EncodeError::Header(_) => f.write_str("invalid header name or value"),
            EncodeError::DuplicateId(id) => {
                write!(f, "another call in the batch has the id {id}")
            }
        }
    }
}

impl Error for EncodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            EncodeError::Params(error) => Some(error),
            EncodeError::Shape | EncodeError::DuplicateId(_) => None,
            EncodeError::Header(error) => Some(error),
        }
    }
}

impl Judge for EncodeError {
    fn verdict(&self) -> Verdict {
        Verdict::new(Execution::NotRun, false)
    }
}

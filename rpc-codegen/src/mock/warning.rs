//! [`Warning`]: something in a document that a mock leaves out.

use std::fmt;

use crate::error::shown;
use crate::place::Place;

/// Something in a document that a mock does not do as the document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where it is.
    pub place: Place,
    /// What the mock does not do.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, shown(&self.message))
    }
}

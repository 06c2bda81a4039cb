//! What generators return: files, or what they can't express.

use std::fmt;

use crate::place::Place;

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

/// Something that a language can't express.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inexpressible {
    /// Where in the document it is.
    pub place: Place,
    /// The method that needs it. The option `opaque` of a generator takes this name.
    pub method: String,
    /// What can't be expressed.
    pub message: String,
}

impl fmt::Display for Inexpressible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} (method `{}`)",
            self.place, self.message, self.method
        )
    }
}

impl std::error::Error for Inexpressible {}

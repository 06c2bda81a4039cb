//! [`UnknownMethod`]: a server does not have this method, but perhaps a similar one.

use std::fmt;

use super::nearest::nearest;
use crate::limits::UNKNOWN_METHOD;

/// A server has no method of this name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownMethod {
    /// The name.
    pub name: String,
    /// The name that was probably meant.
    pub suggestion: Option<String>,
}

impl UnknownMethod {
    /// Looks for the name that was probably meant: the one with the fewest letters to be changed, if these are few, and the
    /// first of several. What this costs is bounded, so that of hundreds of long names that differ in a few letters only, the
    /// last ones are not looked at.
    pub fn new(name: &str, known: impl IntoIterator<Item = String>) -> Self {
        UnknownMethod {
            name: name.to_owned(),
            suggestion: nearest(name, known),
        }
    }

    pub(crate) fn among<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        UnknownMethod {
            name: name.to_owned(),
            suggestion: nearest(name, known).map(str::to_owned),
        }
    }
}

impl fmt::Display for UnknownMethod {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.name.char_indices().nth(UNKNOWN_METHOD) {
            None => write!(f, "no method `{}`", self.name)?,
            Some((end, _)) => write!(f, "no method `{}…`", &self.name[..end])?,
        }
        match &self.suggestion {
            Some(suggestion) => write!(f, "; did you mean `{suggestion}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownMethod {}

//! [`UnknownMethod`]: the error for an unknown method name, with a suggestion.

use std::fmt;

use super::nearest::nearest;
use crate::excerpt::Excerpt;
use crate::limits::UNKNOWN_METHOD;

/// The server has no method with this name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownMethod {
    /// The name.
    pub name: String,
    /// The name that was probably meant, if one is close.
    pub suggestion: Option<String>,
}

impl UnknownMethod {
    /// Looks for the name that was probably meant: the one that needs the fewest letters changed, if they are few. If
    /// several names are equally close, the first one counts.
    ///
    /// The cost is bounded. If there are hundreds of long names that differ only in a few letters, the last ones are
    /// not compared.
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
        write!(
            f,
            "no method `{}`",
            Excerpt::new(&self.name, UNKNOWN_METHOD)
        )?;
        match &self.suggestion {
            Some(suggestion) => write!(
                f,
                "; did you mean `{}`?",
                Excerpt::new(suggestion, UNKNOWN_METHOD)
            ),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownMethod {}

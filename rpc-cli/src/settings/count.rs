//! [`Count`]: how many.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// A number that is at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "usize")]
pub(crate) struct Count(pub(crate) usize);

impl TryFrom<usize> for Count {
    type Error = &'static str;

    fn try_from(number: usize) -> Result<Self, &'static str> {
        match number {
            0 => Err("must be at least 1"),
            number => Ok(Count(number)),
        }
    }
}

impl FromStr for Count {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let number: usize = text.parse().map_err(|_| "not a whole number")?;
        Count::try_from(number)
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

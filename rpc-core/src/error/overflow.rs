//! [`Overflow`]: the items of a stream came faster than they were read.

use std::error::Error;
use std::fmt;

use super::execution::{Execution, Judge, Verdict};

/// The items of a stream came faster than they were read, so that not all of them could be kept. What happens then is up to
/// [`SlowReader`](crate::SlowReader).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Overflow {
    missed: Option<u64>,
}

impl Overflow {
    /// The stream was ended.
    pub(crate) const ENDED: Overflow = Overflow { missed: None };

    /// So many items were dropped, and the stream goes on.
    pub(crate) const fn missed_items(missed: u64) -> Self {
        Overflow {
            missed: Some(missed),
        }
    }

    /// How many items were dropped in this place, if the stream goes on.
    pub fn missed(&self) -> Option<u64> {
        self.missed
    }

    /// Whether the stream was ended.
    pub fn has_ended(&self) -> bool {
        self.missed.is_none()
    }
}

impl Judge for Overflow {
    fn verdict(&self) -> Verdict {
        Verdict::new(Execution::Ran, true)
    }
}

impl fmt::Display for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.missed {
            None => {
                f.write_str("the stream was ended, since its items came faster than they were read")
            }
            Some(1) => {
                f.write_str("an item was dropped, since the items came faster than they were read")
            }
            Some(missed) => write!(
                f,
                "{missed} items were dropped, since they came faster than they were read"
            ),
        }
    }
}

impl Error for Overflow {}

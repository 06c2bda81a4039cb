//! [`TimeoutError`]: no reply came in time, and what the call waited for.

use std::error::Error;
use std::fmt;

use super::execution::{Execution, Judge, Verdict};

/// No reply came in time. The variant says what the call was waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutError {
    /// For a connection, handshakes included. Nothing was sent.
    Connect,
    /// For its turn, since other calls were in flight. Nothing was sent.
    Turn,
    /// For the reply. The method may have run, and may still be running.
    Reply,
}

impl TimeoutError {
    /// Whether the method ran.
    pub fn execution(self) -> Execution {
        match self {
            TimeoutError::Connect | TimeoutError::Turn => Execution::NotRun,
            TimeoutError::Reply => Execution::MaybeRun,
        }
    }
}

impl Judge for TimeoutError {
    fn verdict(&self) -> Verdict {
        Verdict::new(self.execution(), true)
    }
}

impl fmt::Display for TimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TimeoutError::Connect => "no connection in time",
            TimeoutError::Turn => "nothing was sent in time",
            TimeoutError::Reply => "no reply in time",
        })
    }
}

impl Error for TimeoutError {}

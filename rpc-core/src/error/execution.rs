//! [`Execution`]: whether the method of a failed call ran. [`Verdict`] adds whether to try again, and when.

use std::fmt;
use std::time::Duration;

/// Whether the method of a failed call ran: see [`CallError::execution`](super::CallError::execution).
///
/// This matters for repeating a call: if the method did not run, repeating is harmless, whatever the method does.
///
/// ```
/// use rpc_core::{CallError, Execution};
///
/// /// Whether to repeat a call whose method must not run twice.
/// fn again(error: &CallError) -> bool {
///     error.is_retryable() && error.execution() == Execution::NotRun
/// }
/// # let _: fn(&CallError) -> bool = again;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Execution {
    /// It certainly did not run: nothing was sent, or the server or something in front of it refused the message unread.
    NotRun,
    /// It may have run. The message or its reply was lost, or the answer does not tell.
    MaybeRun,
    /// It ran, or the server's application answered in its place.
    Ran,
}

impl fmt::Display for Execution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Execution::NotRun => "did not run",
            Execution::MaybeRun => "may have run",
            Execution::Ran => "ran",
        })
    }
}

/// What a failure says about the call, and about another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) execution: Execution,
    pub(crate) is_retryable: bool,
    pub(crate) retry_after: Option<Duration>,
}

impl Verdict {
    pub(crate) const fn new(execution: Execution, is_retryable: bool) -> Self {
        Verdict {
            execution,
            is_retryable,
            retry_after: None,
        }
    }
}

/// An error that says by itself what became of its call.
pub(crate) trait Judge {
    fn verdict(&self) -> Verdict;
}

//! [`Exit`]: the exit codes, which tell a script what happened.

/// How the command ended. The numbers are part of the command's interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Success = 0,
    ErrorObject = 1,
    Usage = 2,
    DidNotRun = 3,
    Timeout = 4,
    Protocol = 5,
    File = 6,
    MayHaveRun = 7,
    Interrupted = 130,
    BrokenPipe = 141,
}

impl Exit {
    /// The meaning of each code, for `--help` and the manual.
    pub(crate) const MEANINGS: &[(Exit, &str)] = &[
        (Exit::Success, "success (batch: every call succeeded)"),
        (
            Exit::ErrorObject,
            "the server returned an error (batch: for at least one call; lint: the document has mistakes; generate: it can't be expressed, or a file is out of date; diff: a change is breaking; replay: an answer differs)",
        ),
        (
            Exit::Usage,
            "the command line, the configuration or the input is invalid; nothing was sent (batch: the invalid line was not sent)",
        ),
        (
            Exit::DidNotRun,
            "the call did not run: no connection, or the message was refused unread (HTTP status)",
        ),
        (
            Exit::Timeout,
            "no reply within the timeout; the call may have run",
        ),
        (
            Exit::Protocol,
            "the reply is not a valid JSON-RPC 2.0 response",
        ),
        (Exit::File, "a file could not be read or written"),
        (
            Exit::MayHaveRun,
            "the call may have run, but its message or reply was lost (batch: also calls of an earlier run, which were not sent again)",
        ),
        (Exit::Interrupted, "interrupted (Ctrl-C)"),
        (
            Exit::BrokenPipe,
            "the output was closed before everything was written",
        ),
    ];

    pub(crate) fn code(self) -> u8 {
        self as u8
    }
}

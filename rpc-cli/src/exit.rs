//! [`Exit`]: the codes by which a script knows what happened.

/// How the command ended. The numbers are part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Success = 0,
    Answered = 1,
    Usage = 2,
    Transport = 3,
    Timeout = 4,
    Protocol = 5,
    File = 6,
    Doubt = 7,
    Interrupted = 130,
    BrokenPipe = 141,
}

impl Exit {
    /// What each code says, for `--help` and the manual.
    pub(crate) const MEANINGS: &[(Exit, &str)] = &[
        (Exit::Success, "it worked; of a batch: every call did"),
        (
            Exit::Answered,
            "the server answered with an error; of a batch: some calls were answered so",
        ),
        (
            Exit::Usage,
            "the command line, the configuration or the input is wrong; nothing was sent, or that line was not",
        ),
        (
            Exit::Transport,
            "the message did not get there, or its answer did not get back (no connection, TLS, an HTTP status)",
        ),
        (Exit::Timeout, "no reply in time"),
        (Exit::Protocol, "what came is no answer of JSON-RPC 2.0"),
        (Exit::File, "a file could not be read or written"),
        (
            Exit::Doubt,
            "a batch was resumed, and has calls of which nobody knows whether they ran; they were not sent again",
        ),
        (Exit::Interrupted, "interrupted (Ctrl-C)"),
        (Exit::BrokenPipe, "whoever read the output has gone"),
    ];

    pub(crate) fn code(self) -> u8 {
        self as u8
    }
}

//! [`Failure`]: why the command failed: a text for people and an exit code for scripts.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;

use rpc_core::{CallError, Execution, ProtocolError};

use crate::exit::Exit;
use crate::too_large;

pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

/// The text shown on stderr, and the exit code.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// Empty if nobody would read it.
    text: String,
    hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, text: impl Into<String>) -> Self {
        Failure {
            exit,
            text: text.into(),
            hint: None,
        }
    }

    /// A mistake in the command line, the configuration or the input. Nothing was sent.
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Failure::new(Exit::Usage, text)
    }

    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        Failure::new(Exit::File, format!("{}: {error}", path.display()))
    }

    /// Writing to stdout failed. A closed pipe is not reported: the reader has seen enough.
    pub(crate) fn output(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::new(Exit::BrokenPipe, ""),
            _ => Failure::new(Exit::File, format!("standard output: {error}")),
        }
    }

    pub(crate) fn call(error: &CallError<Infallible>) -> Self {
        let not_run = error.execution() == Execution::NotRun;
        let exit = match error {
            CallError::Encode(_) => Exit::Usage,
            // A refusal that may pass, such as that of a busy server.
            CallError::Object(_) if not_run && error.is_retryable() => Exit::DidNotRun,
            CallError::Object(_) => Exit::ErrorObject,
            _ if not_run => Exit::DidNotRun,
            CallError::Timeout(_) => Exit::Timeout,
            CallError::Transport(_) => Exit::MayHaveRun,
            _ => Exit::Protocol,
        };
        let failure = Failure::new(exit, chain(error));
        match hint(error) {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }
    }

    /// Puts something in front of the text.
    pub(crate) fn with_prefix(mut self, prefix: impl fmt::Display) -> Self {
        self.text = format!("{prefix}: {}", self.text);
        self
    }

    /// Adds advice on what to do about it.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The text without the hint.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.text.is_empty()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.text)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// An option that may help.
fn hint(error: &CallError<Infallible>) -> Option<&'static str> {
    match error.protocol() {
        Some(ProtocolError::NotResponse { excerpt, .. }) if may_be_version_1(excerpt) => {
            Some("use --jsonrpc 1.0 if this is a server of JSON-RPC 1.0")
        }
        _ => too_large::is_reply(error).then_some("a larger --max-reply takes it"),
    }
}

/// Whether a reply that begins like this may be a response of JSON-RPC 1.0. It may be cut off anywhere.
fn may_be_version_1(excerpt: &str) -> bool {
    let has = |member: &str| excerpt.contains(member);
    !has("\"jsonrpc\"") && (has("\"result\"") || has("\"error\""))
}

/// An error and its causes on one line. Skips a cause that repeats the end of the text so far.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

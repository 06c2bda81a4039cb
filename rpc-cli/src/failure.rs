//! [`Failure`]: why the command ends, for the person who reads it and the script that asks for a code.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;

use rpc_core::CallError;

use crate::exit::Exit;

pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

/// What is shown on stderr, and how the command exits.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// Empty where there is nobody to tell.
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

    /// The person can put it right before anything is sent.
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Failure::new(Exit::Usage, text)
    }

    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        Failure::new(Exit::File, format!("{}: {error}", path.display()))
    }

    /// Writing to stdout has failed. Where the reader has gone, that is no error to be told.
    pub(crate) fn output(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::new(Exit::BrokenPipe, ""),
            _ => Failure::new(Exit::File, format!("standard output: {error}")),
        }
    }

    pub(crate) fn call(error: &CallError<Infallible>) -> Self {
        let exit = match error {
            CallError::Object(_) => Exit::Answered,
            CallError::Timeout => Exit::Timeout,
            CallError::Transport(_) => Exit::Transport,
            CallError::Encode(_) => Exit::Usage,
            _ => Exit::Protocol,
        };
        Failure::new(exit, chain(error))
    }

    /// Adds what the person may do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What has happened, without the hint.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn own_hint(&self) -> Option<&str> {
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

/// An error with its causes in one line. A cause that only repeats what stands there already is left out.
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

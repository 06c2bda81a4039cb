//! [`Terminal`]: what is written where, and what may be in it.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::json::{self, Palette};

/// When the output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless NO_COLOR is set or TERM is `dumb`
    Auto,
    Always,
    Never,
}

/// What stdout and stderr are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    /// A person reads stdout, and not a program.
    is_read: bool,
    pub(crate) stdout_is_terminal: bool,
    /// There may be a line that moves.
    pub(crate) progress: bool,
    palette: Palette,
}

impl Terminal {
    pub(crate) fn new(colour: Colour) -> Self {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let stdout = io::stdout().is_terminal();
        let is_coloured = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => stdout && !is_dumb && !no_colour,
        };
        Terminal {
            is_read: stdout || colour == Colour::Always,
            stdout_is_terminal: stdout,
            progress: io::stderr().is_terminal() && !is_dumb,
            palette: if is_coloured {
                Palette::COLOURS
            } else {
                Palette::default()
            },
        }
    }

    /// Prints a value on stdout: indented for a person, one line for a program.
    pub(crate) fn value(&self, json: &str) -> Result {
        if self.is_read {
            print(&json::indented(json, &self.palette))
        } else {
            print(&json::compact(json))
        }
    }

    /// Prints a value that is one of many: in one line, for whoever reads it.
    pub(crate) fn line(&self, json: &str) -> Result {
        match self.stdout_is_terminal {
            true => print(&json::escaped(json)),
            false => print(json),
        }
    }
}

/// Prints a line, or several, on stdout.
pub(crate) fn print(text: &str) -> Result {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}")
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::output(&error))
}

/// Writes on a thread of its own, so that Ctrl-C is heard while nobody reads.
pub(crate) async fn unhurried(write: impl FnOnce() -> Result + Send + 'static) -> Result {
    let written = tokio::task::spawn_blocking(write).await;
    written.unwrap_or_else(|error| Err(Failure::new(Exit::File, error.to_string())))
}

/// Prints what may have come from a server, as a person may see it.
pub(crate) fn print_plain(text: &str) -> Result {
    print(&plain(text))
}

/// Tells the person something, on stderr. Where nobody listens there is nobody to tell that.
pub(crate) fn tell(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", plain(text));
}

/// The text without what a terminal would take for a command.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() && !matches!(character, '\n' | '\t') {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

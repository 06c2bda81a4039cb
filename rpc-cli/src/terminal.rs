//! [`Terminal`]: how results and messages are written to stdout and stderr.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use serde_json::value::RawValue;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::json::{self, Palette};

/// When to colour the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless NO_COLOR is set or TERM is `dumb`
    Auto,
    Always,
    Never,
}

/// What stdout and stderr are connected to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    /// Results are laid out for a person rather than for a program.
    is_indented: bool,
    pub(crate) stdout_is_terminal: bool,
    /// stderr can show a progress bar.
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
            is_indented: stdout || colour == Colour::Always,
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
        if self.is_indented {
            print(&json::indented(json, &self.palette))
        } else {
            print(&json::compact(json))
        }
    }

    /// Prints the items of a stream, each on a line.
    pub(crate) fn items(&self, items: &[Box<RawValue>]) -> Result {
        let lines = items.iter().map(|item| json::compact(item.get()));
        let lines: Vec<String> = match self.stdout_is_terminal {
            true => lines.map(|line| json::escaped(&line)).collect(),
            false => lines.collect(),
        };
        print(&lines.join("\n"))
    }

    /// Prints one of many values, always on one line.
    pub(crate) fn line(&self, json: &str) -> Result {
        match self.stdout_is_terminal {
            true => print(&json::escaped(json)),
            false => print(json),
        }
    }
}

/// Completes when nobody reads stdout any more, as after `| head`. On a system that does not tell, it never does.
pub(crate) async fn unread() {
    #[cfg(unix)]
    {
        use rustix::event::{PollFd, PollFlags, poll};

        // Errors are reported without being asked for. The thread ends with the process.
        let watch = || {
            let stdout = io::stdout();
            poll(&mut [PollFd::new(&stdout, PollFlags::empty())], None)
        };
        if let Ok(Ok(_)) = tokio::task::spawn_blocking(watch).await {
            return;
        }
    }
    std::future::pending().await
}

/// Prints one or more lines on stdout.
pub(crate) fn print(text: &str) -> Result {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}")
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::output(&error))
}

/// Writes on a separate thread, so that Ctrl-C works while the reader of the output is slow.
pub(crate) async fn write_in_background(write: impl FnOnce() -> Result + Send + 'static) -> Result {
    let written = tokio::task::spawn_blocking(write).await;
    written.unwrap_or_else(|error| Err(Failure::new(Exit::File, error.to_string())))
}

/// Prints text that may come from a server, with control characters and invisible ones escaped.
pub(crate) fn print_escaped(text: &str) -> Result {
    print(&escaped(text))
}

/// Writes a message to stderr, with control characters and invisible ones escaped. Ignores failures: there is nowhere to report them.
pub(crate) fn report(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", escaped(text));
}

/// Escapes what a terminal would act on and what people can't see, except for line breaks and tabs.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(['\n', '\t']) {
        let words = piece.trim_end_matches(['\n', '\t']);
        out.push_str(&json::escaped(words));
        out.push_str(&piece[words.len()..]);
    }
    out
}

//! [`Input`]: the lines of a file or of stdin.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::mpsc;

use super::line::Line;
use crate::encoding;
use crate::failure::{Failure, Result};

/// How many lines may be read before they are needed.
const AHEAD: usize = 1024;

/// How long a call waits for others to fill its message, when somebody types the lines.
const IDLE: Duration = Duration::from_millis(100);

/// How many bytes of blank lines tell that the input is in UTF-8.
const START: usize = 16;

/// The input, read by a thread of its own: a slow input does not delay anything else.
pub(super) struct Input {
    lines: mpsc::Receiver<Result<Line>>,
    has_ended: bool,
}

/// What came from the input.
pub(super) enum Next {
    Line(Line),
    /// No line came for a while.
    Pause,
    End,
}

impl Input {
    /// Starts to read a file; `-` is stdin.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let input = open(path)?;
        let path = path.to_owned();
        let (sender, lines) = mpsc::channel(AHEAD);
        std::thread::spawn(move || {
            for line in split(input, path) {
                if sender.blocking_send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Input {
            lines,
            has_ended: false,
        })
    }

    /// Waits for a line. If `may_pause`, only for a short while.
    pub(super) async fn next(&mut self, may_pause: bool) -> Result<Next> {
        let line = match may_pause {
            false => self.lines.recv().await,
            true => match tokio::time::timeout(IDLE, self.lines.recv()).await {
                Ok(line) => line,
                Err(_) => return Ok(Next::Pause),
            },
        };
        match line {
            Some(line) => line.map(Next::Line),
            None => {
                self.has_ended = true;
                Ok(Next::End)
            }
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.has_ended
    }
}

/// Reads a file a second time; `None` for an input that can be read only once.
pub(super) fn read_again(path: &Path) -> Option<impl Iterator<Item = Result<Line>>> {
    if path == Path::new("-") || !path.is_file() {
        return None;
    }
    let input = open(path).ok()?;
    Some(split(input, path.to_owned()))
}

fn open(path: &Path) -> Result<Box<dyn Read + Send>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(Failure::file(path, &error)),
    }
}

/// The lines up to the end or to the first error. Text that is not UTF-8 has no lines.
fn split(input: Box<dyn Read + Send>, path: PathBuf) -> impl Iterator<Item = Result<Line>> {
    let mut input = BufReader::new(input);
    let mut number = 0;
    let mut has_failed = false;
    let mut start = Vec::new();
    let mut is_at_start = true;
    let lines = std::iter::from_fn(move || {
        if has_failed {
            return None;
        }
        let mut bytes = Vec::new();
        number += 1;
        let read = input.read_until(b'\n', &mut bytes);
        let line = read
            .map_err(|error| Failure::file(&path, &error))
            .and_then(|_| {
                if is_at_start {
                    // In UTF-16, a line may begin with the second half of a line break.
                    start.extend_from_slice(&bytes);
                    encoding::check(&path, &start)?;
                    is_at_start = start.trim_ascii().is_empty() && start.len() < START;
                }
                Ok(Line::new(number, &bytes))
            });
        has_failed = line.is_err();
        match bytes.is_empty() && !has_failed {
            true => None,
            false => Some(line),
        }
    });
    lines.filter_map(Result::transpose)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_and_comments_are_skipped_but_counted() {
        let input: &[u8] = b"\nadd 1 2\r\n  # no\n\n add 3 4";
        let lines = split(Box::new(input), PathBuf::from("-"));
        let lines = lines.map(|line| line.expect("it is in memory"));
        let found: Vec<(u64, String)> = lines.map(|line| (line.number, line.text)).collect();
        let expected = [(2, "add 1 2".to_owned()), (5, "add 3 4".to_owned())];
        assert_eq!(found, expected);
    }
}

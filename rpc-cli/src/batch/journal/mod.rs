//! [`Journal`]: which lines were sent and how they were answered, so that a later run can continue.
//!
//! The journal is a file of JSON lines that only grows. The first line, the [`JournalHeader`], says what batch it belongs
//! to. Before a message is sent, a line with its line numbers is written and synced to the disk. When the answers arrive,
//! they are written. A line that was sent and has no answer may have run. That stays so until it is answered, even if it
//! could not be sent a second time.

mod file;
mod fingerprint;
mod header;
mod states;

use std::path::Path;

use serde::Deserialize;

pub(super) use header::JournalHeader;

use super::line::Line;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use file::{FileLine, JournalFile};
use fingerprint::fingerprint;
use states::{LineState, LineStates};

const SAME_INPUT: &str = "resume with the same input";

/// The journal of this run and of those before it.
pub(super) struct Journal {
    file: JournalFile,
    states: LineStates,
}

/// What earlier runs did with a line.
#[derive(Debug, PartialEq)]
pub(super) enum Earlier {
    NotSent,
    MayHaveRun,
    /// What was printed, or would have been.
    Answered(String),
}

/// A line of the file after the first. It has one of these members.
#[derive(Deserialize)]
struct Record {
    /// Pairs of a line's number and its fingerprint.
    sent: Option<Vec<(u64, u64)>>,
    unsent: Option<Vec<u64>>,
    /// The answer to this line, in other members.
    line: Option<u64>,
}

impl Journal {
    /// Opens the journal of a batch, or starts one.
    pub(super) fn open(path: &Path, header: &JournalHeader) -> Result<Self> {
        let mut file = JournalFile::open(path)?;
        let mut states = LineStates::default();
        let mut found = None;
        let rest = file.read(|line| match line.number {
            1 => {
                found = Some(JournalHeader::parse(line.bytes).ok_or(INVALID_START)?);
                Ok(())
            }
            _ => take(&line, &mut states),
        })?;
        match found {
            None if !is_part_of_header(&rest) => return Err(file.invalid(INVALID_START)),
            None => {
                file.truncate()?;
                let header = serde_json::to_string(header)
                    .map_err(|error| Failure::usage(error.to_string()))?;
                file.append(&header)?;
                file.sync_name();
            }
            Some(found) => {
                file.truncate()?;
                check_header(path, &found, header)?;
            }
        }
        Ok(Journal { file, states })
    }

    /// Compares the whole input with the journal before anything is sent. For an input that can be read twice.
    pub(super) fn check(&mut self, input: impl Iterator<Item = Result<Line>>) -> Result {
        if self.states.is_empty() {
            return Ok(());
        }
        for line in input {
            // The run reports the error when it reads this line.
            let Ok(line) = line else { return Ok(()) };
            self.find_input(&line)?;
        }
        self.check_end()
    }

    /// At the end of the input: checks that it has all lines of the journal.
    pub(super) fn check_end(&self) -> Result {
        let missing = self.states.missing();
        if missing.lines == 0 {
            return Ok(());
        }
        let text = format!(
            "lines of {} are missing from the input: {}, and {} of them may have run",
            self.file.path().display(),
            missing.lines,
            missing.may_have_run,
        );
        let exit = match missing.may_have_run {
            0 => Exit::Usage,
            _ => Exit::MayHaveRun,
        };
        Err(Failure::new(exit, text).with_hint(SAME_INPUT))
    }

    /// What earlier runs did with this line.
    pub(super) fn earlier(&mut self, line: &Line) -> Result<Earlier> {
        match self.find_input(line)? {
            None => Ok(Earlier::NotSent),
            Some(LineState::MayHaveRun { .. }) => Ok(Earlier::MayHaveRun),
            Some(LineState::Answered(span)) => self.file.text(span).map(Earlier::Answered),
        }
    }

    fn find_input(&mut self, line: &Line) -> Result<Option<LineState>> {
        let found = self.states.find_input(line.number, fingerprint(&line.text));
        found.map_err(|_changed| {
            let path = self.file.path().display();
            let text = format!("line {} has changed since {path} was written", line.number);
            Failure::usage(text).with_hint(SAME_INPUT)
        })
    }

    /// Records that these lines are about to be sent. When this returns, the record is on the disk.
    pub(super) fn sending<'a>(&mut self, lines: impl Iterator<Item = &'a Line>) -> Result {
        let sent: Vec<(u64, u64)> = lines
            .map(|line| (line.number, fingerprint(&line.text)))
            .collect();
        self.file
            .append(&serde_json::json!({ "sent": sent }).to_string())?;
        self.file.sync()?;
        for (number, fingerprint) in sent {
            self.states.mark_sent(number, fingerprint, true);
        }
        Ok(())
    }

    /// Records that lines certainly did not run this time.
    pub(super) fn did_not_run(&mut self, numbers: &[u64]) -> Result {
        for number in numbers {
            self.states.mark_not_run(*number);
        }
        let record = serde_json::json!({ "unsent": numbers });
        self.file.append(&record.to_string()).map(drop)
    }

    /// Records the answer to a line: a JSON object with the member `line`.
    pub(super) fn answered(&mut self, number: u64, answer: &str) -> Result {
        let span = self.file.append(answer)?;
        self.states.mark_answered(number, span);
        Ok(())
    }

    /// Whether an earlier run sent the line and got no answer.
    pub(super) fn may_have_run_before(&self, number: u64) -> bool {
        self.states.may_have_run_before(number)
    }
}

const INVALID_START: &str = "it starts with something else";

/// Takes over a record of an earlier run.
fn take(line: &FileLine<'_>, states: &mut LineStates) -> std::result::Result<(), String> {
    let record: Record = serde_json::from_slice(line.bytes)
        .map_err(|_| format!("line {} is not a record", line.number))?;
    for (number, fingerprint) in record.sent.into_iter().flatten() {
        states.mark_sent(number, fingerprint, false);
    }
    for number in record.unsent.into_iter().flatten() {
        states.mark_not_run(number);
    }
    if let Some(number) = record.line {
        states.mark_answered(number, line.span);
    }
    Ok(())
}

/// Whether a file without a complete line may be a journal whose first write was cut off.
fn is_part_of_header(bytes: &[u8]) -> bool {
    header::START.starts_with(bytes) || bytes.starts_with(header::START)
}

fn check_header(path: &Path, found: &JournalHeader, expected: &JournalHeader) -> Result {
    match found.difference(expected) {
        None => Ok(()),
        Some(what) => {
            let text = format!("{} is the journal of a batch {what}", path.display());
            Err(Failure::usage(text).with_hint("use another file for this batch"))
        }
    }
}

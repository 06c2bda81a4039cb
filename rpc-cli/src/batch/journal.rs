//! [`Journal`]: which lines were sent and what came back, so that a run can go on where another stopped.
//!
//! A file of JSON lines, only ever added to. The first says which batch it is of. Before a message is sent, the file says
//! so, on the disk; when its answers have come, it says what they are. A line that was sent and has no answer is in doubt:
//! nobody knows whether it has run. It stays so until it is answered, also where it could not be sent a second time.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::lines::Line;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::settings::{Credentials, Settings, redacted_url, without_user};

/// What the first line begins with.
const HEADER: &str = r#"{"rpc-batch":1,"url":""#;

/// The journal of a run, and of those before it.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// How long the file is.
    end: u64,
    /// Something half-written stands at the end, and nothing may follow it.
    is_broken: bool,
    /// What the file is of; `None` before its first line.
    batch: Option<Batch>,
    records: HashMap<u64, Record>,
}

/// What a journal is of, beside the lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Batch {
    #[serde(rename = "rpc-batch")]
    version: u32,
    /// Without what may be a secret.
    url: String,
    /// With that, by its fingerprint, but for the user.
    server: u64,
    user: Option<String>,
    notify: bool,
}

impl Batch {
    pub(super) fn new(settings: &Settings, notify: bool) -> Self {
        let url = &settings.url.value;
        let user = match settings.credentials.as_ref().map(|it| &it.value) {
            Some(Credentials::User { name, .. }) => Some(name.clone()),
            _ => None,
        };
        Batch {
            version: 1,
            url: redacted_url(url),
            server: fingerprint(&without_user(url)),
            user,
            notify,
        }
    }
}

struct Record {
    fingerprint: u64,
    state: State,
    /// The input has this line.
    is_met: bool,
}

/// What is known of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Doubt {
        /// It was in doubt already when it was sent the last time.
        before: bool,
    },
    /// The answer stands here.
    Answered { start: u64, length: usize },
}

/// What earlier runs did with a line.
#[derive(Debug, PartialEq)]
pub(super) enum Before {
    Nothing,
    Doubt,
    /// What was printed, or would have been.
    Answered(String),
}

/// One line of the file behind the first: one of these.
#[derive(Deserialize)]
struct Entry {
    sent: Option<Vec<(u64, u64)>>,
    unsent: Option<Vec<u64>>,
    line: Option<u64>,
}

impl Journal {
    /// Opens the journal of a batch, or begins one.
    pub(super) fn open(path: &Path, batch: &Batch) -> Result<Self> {
        let unusable = |error: io::Error| Failure::file(path, &error);
        // To open a pipe may take for ever.
        if std::fs::metadata(path).is_ok_and(|file| !file.is_file()) {
            let text = format!(
                "{} is no file that a journal can be kept in",
                path.display()
            );
            return Err(Failure::usage(text));
        }
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .map_err(unusable)?;
        lock(&file, path)?;
        let mut journal = Journal {
            path: path.to_owned(),
            file,
            end: 0,
            is_broken: false,
            batch: None,
            records: HashMap::new(),
        };
        journal.read()?;
        match &journal.batch {
            None => {
                let header = serde_json::to_string(batch)
                    .map_err(|error| Failure::usage(error.to_string()))?;
                journal.append(&header)?;
                keep_name(path);
            }
            Some(known) if known != batch => {
                let what = match known {
                    known if known.notify != batch.notify => {
                        format!("with{} --notify", if known.notify { "" } else { "out" })
                    }
                    known if known.url != batch.url => format!("for {}", known.url),
                    known if known.user != batch.user => "for another user".to_owned(),
                    _ => "with another query in its URL".to_owned(),
                };
                let text = format!("{} is of a batch {what}", path.display());
                return Err(Failure::usage(text).with_hint("another batch needs another file"));
            }
            Some(_) => {}
        }
        Ok(journal)
    }

    /// Is the input what it was? For one that can be read twice, before anything is sent.
    pub(super) fn check(&mut self, input: impl Iterator<Item = io::Result<Line>>) -> Result {
        if self.records.is_empty() {
            return Ok(());
        }
        for line in input {
            // When its turn comes, that is told.
            let Ok(line) = line else { return Ok(()) };
            self.meet(&line)?;
        }
        self.check_end()
    }

    /// At the input's end: has it all lines that the journal has?
    pub(super) fn check_end(&self) -> Result {
        let missing = self.records.values().filter(|record| !record.is_met);
        let states: Vec<State> = missing.map(|record| record.state).collect();
        if states.is_empty() {
            return Ok(());
        }
        let is_doubt = |state: &&State| matches!(state, State::Doubt { .. });
        let doubtful = states.iter().filter(is_doubt).count();
        let text = format!(
            "the input has not all lines that {} has: {} are missing, of which {doubtful} may have run",
            self.path.display(),
            states.len()
        );
        let exit = if doubtful > 0 {
            Exit::MayHaveRun
        } else {
            Exit::Usage
        };
        Err(Failure::new(exit, text).with_hint("a resumed run needs the same input"))
    }

    /// What earlier runs did with this line.
    pub(super) fn before(&mut self, line: &Line) -> Result<Before> {
        match self.meet(line)? {
            None => Ok(Before::Nothing),
            Some(State::Doubt { .. }) => Ok(Before::Doubt),
            Some(State::Answered { start, length }) => {
                self.text(start, length).map(Before::Answered)
            }
        }
    }

    /// The line has to be the same as it was then.
    fn meet(&mut self, line: &Line) -> Result<Option<State>> {
        let Some(record) = self.records.get_mut(&line.number) else {
            return Ok(None);
        };
        record.is_met = true;
        if record.fingerprint != fingerprint(&line.text) {
            let text = format!(
                "line {} is not what it was when {} was written",
                line.number,
                self.path.display()
            );
            return Err(Failure::usage(text).with_hint("a resumed run needs the same input"));
        }
        Ok(Some(record.state))
    }

    /// Says that these lines are going to be sent. When this returns, it is on the disk.
    pub(super) fn sending<'a>(&mut self, lines: impl Iterator<Item = &'a Line>) -> Result {
        let sent: Vec<(u64, u64)> = lines
            .map(|line| (line.number, fingerprint(&line.text)))
            .collect();
        self.append(&serde_json::json!({ "sent": sent }).to_string())?;
        self.file
            .sync_data()
            .map_err(|error| Failure::file(&self.path, &error))?;
        for (number, fingerprint) in sent {
            self.mark_sent(number, fingerprint, true);
        }
        Ok(())
    }

    /// Says that a line was not sent for certain, at this time.
    pub(super) fn unsent(&mut self, number: u64) -> Result {
        self.mark_unsent(number);
        self.append(&serde_json::json!({ "unsent": [number] }).to_string())
    }

    /// Has a run before this one sent the line, and got no answer?
    pub(super) fn was_in_doubt(&self, number: u64) -> bool {
        let state = self.records.get(&number).map(|record| record.state);
        state == Some(State::Doubt { before: true })
    }

    /// Keeps a line's answer: an object with the member `line`.
    pub(super) fn answered(&mut self, number: u64, answer: &str) -> Result {
        let start = self.end;
        self.append(answer)?;
        self.mark_answered(number, start, answer.len());
        Ok(())
    }

    fn mark_sent(&mut self, number: u64, fingerprint: u64, is_met: bool) {
        let before = self.records.contains_key(&number);
        let record = Record {
            fingerprint,
            state: State::Doubt { before },
            is_met,
        };
        self.records.insert(number, record);
    }

    /// What was in doubt before is in doubt again; of other lines nothing is known.
    fn mark_unsent(&mut self, number: u64) {
        if !self.was_in_doubt(number) {
            self.records.remove(&number);
        }
    }

    fn mark_answered(&mut self, number: u64, start: u64, length: usize) {
        if let Some(record) = self.records.get_mut(&number) {
            record.state = State::Answered { start, length };
        }
    }

    fn append(&mut self, entry: &str) -> Result {
        if self.is_broken {
            let text = format!("{} can't be written to any more", self.path.display());
            return Err(Failure::new(Exit::File, text));
        }
        let line = format!("{entry}\n");
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            // Of a disk that is full, half a line may have found its place.
            self.is_broken = self.file.set_len(self.end).is_err();
            return Err(Failure::file(&self.path, &error));
        }
        self.end += line.len() as u64;
        Ok(())
    }

    fn text(&mut self, start: u64, length: usize) -> Result<String> {
        let mut text = vec![0; length];
        let read = self
            .file
            .seek(SeekFrom::Start(start))
            .and_then(|_| self.file.read_exact(&mut text));
        read.map_err(|error| Failure::file(&self.path, &error))?;
        String::from_utf8(text).map_err(|_| self.is_no_journal("an answer is no UTF-8"))
    }

    /// Reads what there is. A last line that is cut off was being written when the run was killed, and is forgotten.
    fn read(&mut self) -> Result {
        let unusable = |path: &Path, error: io::Error| Failure::file(path, &error);
        let reader = self.file.try_clone();
        let mut reader = BufReader::new(reader.map_err(|error| unusable(&self.path, error))?);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let length = reader
                .read_until(b'\n', &mut line)
                .map_err(|error| unusable(&self.path, error))?;
            if !line.ends_with(b"\n") {
                break;
            }
            line.pop();
            if number == 1 {
                let batch = serde_json::from_slice(&line).ok();
                let batch = batch.filter(|batch: &Batch| batch.version == 1);
                let batch = batch.ok_or_else(|| self.is_no_journal("it does not begin as one"));
                self.batch = Some(batch?);
            } else {
                let entry = serde_json::from_slice(&line);
                let entry = entry
                    .map_err(|_| self.is_no_journal(&format!("line {number} is no record")))?;
                self.take(entry, line.len());
            }
            self.end += length as u64;
        }
        let header = HEADER.as_bytes();
        if self.end == 0 && !header.starts_with(&line) && !line.starts_with(header) {
            return Err(self.is_no_journal("it does not begin as one"));
        }
        self.file
            .set_len(self.end)
            .map_err(|error| unusable(&self.path, error))
    }

    fn take(&mut self, entry: Entry, length: usize) {
        for (number, fingerprint) in entry.sent.into_iter().flatten() {
            self.mark_sent(number, fingerprint, false);
        }
        for number in entry.unsent.into_iter().flatten() {
            self.mark_unsent(number);
        }
        if let Some(number) = entry.line {
            self.mark_answered(number, self.end, length);
        }
    }

    fn is_no_journal(&self, what: &str) -> Failure {
        let text = format!("{} is no journal of a batch: {what}", self.path.display());
        Failure::usage(text)
    }
}

/// Puts on the disk that there is such a file. Some file systems can't, and then there is nothing to be done.
fn keep_name(path: &Path) {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}

/// Two runs at the same time would send everything twice.
#[cfg(unix)]
fn lock(file: &File, path: &Path) -> Result {
    use rustix::fs::{FlockOperation, flock};

    flock(file, FlockOperation::NonBlockingLockExclusive).map_err(|error| {
        if error == rustix::io::Errno::WOULDBLOCK {
            return Failure::usage(format!("{} is in use by another run", path.display()));
        }
        Failure::file(path, &error.into())
    })
}

#[cfg(not(unix))]
fn lock(_: &File, _: &Path) -> Result {
    Ok(())
}

/// By which a text is known again: FNV-1a, 64 bits. It guards against mistakes, not against malice.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

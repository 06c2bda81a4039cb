//! [`JournalFile`]: a file of lines that only grows.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::failure::{Failure, Result};

pub(super) struct JournalFile {
    path: PathBuf,
    file: File,
    /// The length of all complete lines.
    end: u64,
    /// The file ends with half a line that could not be removed. Nothing may be added to it.
    is_broken: bool,
}

/// A complete line, without its line break.
pub(super) struct FileLine<'a> {
    /// From 1.
    pub(super) number: u64,
    pub(super) span: Span,
    pub(super) bytes: &'a [u8],
}

/// The place of a line in the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    start: u64,
    length: usize,
}

impl JournalFile {
    /// Opens or creates the file, and locks it.
    pub(super) fn open(path: &Path) -> Result<Self> {
        // Opening a pipe may block for ever.
        if std::fs::metadata(path).is_ok_and(|file| !file.is_file()) {
            let text = format!("{}: a journal must be a regular file", path.display());
            return Err(Failure::usage(text));
        }
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .map_err(|error| Failure::file(path, &error))?;
        lock(&file, path)?;
        Ok(JournalFile {
            path: path.to_owned(),
            file,
            end: 0,
            is_broken: false,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads all complete lines from the start. Returns what follows the last line break: half a line, if a run was killed
    /// while it wrote.
    pub(super) fn read(
        &mut self,
        mut take: impl FnMut(FileLine<'_>) -> std::result::Result<(), String>,
    ) -> Result<Vec<u8>> {
        let reader = self.file.try_clone();
        let mut reader = BufReader::new(reader.map_err(|error| self.failure(&error))?);
        let mut bytes = Vec::new();
        for number in 1.. {
            bytes.clear();
            let length = reader
                .read_until(b'\n', &mut bytes)
                .map_err(|error| self.failure(&error))?;
            if !bytes.ends_with(b"\n") {
                break;
            }
            bytes.pop();
            let span = Span {
                start: self.end,
                length: bytes.len(),
            };
            let line = FileLine {
                number,
                span,
                bytes: &bytes,
            };
            take(line).map_err(|what| self.invalid(&what))?;
            self.end += length as u64;
        }
        Ok(bytes)
    }

    /// Removes what follows the last complete line.
    pub(super) fn truncate(&self) -> Result {
        self.file
            .set_len(self.end)
            .map_err(|error| self.failure(&error))
    }

    pub(super) fn append(&mut self, line: &str) -> Result<Span> {
        if self.is_broken {
            let text = format!("{}: an earlier write failed", self.path.display());
            return Err(Failure::new(Exit::File, text));
        }
        let start = self.end;
        let line = format!("{line}\n");
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            // If the disk is full, part of the line may have been written.
            self.is_broken = self.truncate().is_err();
            return Err(self.failure(&error));
        }
        self.end += line.len() as u64;
        Ok(Span {
            start,
            length: line.len() - 1,
        })
    }

    /// Waits until everything is on the disk.
    pub(super) fn sync(&self) -> Result {
        self.file.sync_data().map_err(|error| self.failure(&error))
    }

    /// Waits until the file's name is on the disk. Some file systems cannot do that, which is ignored.
    pub(super) fn sync_name(&self) {
        let folder = self.path.parent().filter(|it| !it.as_os_str().is_empty());
        if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
            let _ = folder.sync_all();
        }
    }

    /// Reads a line again.
    pub(super) fn text(&mut self, span: Span) -> Result<String> {
        let mut bytes = vec![0; span.length];
        self.file
            .seek(SeekFrom::Start(span.start))
            .and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(|error| self.failure(&error))?;
        String::from_utf8(bytes).map_err(|_| self.invalid("an answer is not valid UTF-8"))
    }

    pub(super) fn invalid(&self, what: &str) -> Failure {
        let path = self.path.display();
        Failure::usage(format!("{path} is not the journal of a batch: {what}"))
    }

    fn failure(&self, error: &io::Error) -> Failure {
        Failure::file(&self.path, error)
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

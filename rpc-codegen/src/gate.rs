//! The gate in a test: a document in the repository, checked against what the contract says today.
//!
//! The committed file is what programs in the field were built with. One line in a test compares it with the contract:
//!
//! ```
//! use rpc_codegen::gate;
//!
//! # let folder = std::env::temp_dir().join(format!("rpc-gate-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let path = folder.join("openrpc.json");
//! # if std::env::var_os("CI").is_some() { std::fs::write(&path, r#"{"openrpc": "1.4.1", "info": {"title": "Shop", "version": "1"}, "methods": []}"#)?; }
//! // In your crate: OpenRpc::new().title("Shop").of(&server)?, for which rpc-core needs its feature `schema`.
//! let document = r#"{"openrpc": "1.4.1", "info": {"title": "Shop", "version": "1"}, "methods": []}"#;
//! gate::assert_compatible(&path, document);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! - **The first run** writes the file. Commit it. If `CI` is set, a missing file is a failure: a file that only CI has proves nothing.
//! - **No difference**: the test passes. How the file is laid out does not matter.
//! - **A difference** fails the test, also if it breaks nothing: the file is what the next change is compared with, so it must not be
//!   out of date. The message lists the changes, with what breaks first, and says what to do.
//! - **`UPDATE=1`** writes the file anew. What has changed is then part of the commit, where a reviewer sees it.

use std::fmt::{self, Write as _};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::diff::{Change, Verdict, diff};
use crate::document::Document;
use crate::error::ReadError;
use crate::model::Model;

/// What became of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// It says the same as the contract.
    Unchanged,
    /// It was missing, and is written.
    Created,
    /// `UPDATE=1` has written it anew.
    Updated,
}

/// Why the check failed. It displays as a text for people, on several lines.
#[derive(Debug)]
pub enum Failure {
    /// The file is missing, and `CI` is set.
    Missing(PathBuf),
    /// The file can't be read or written.
    File(PathBuf, io::Error),
    /// The file is not an OpenRPC document.
    Corrupt(PathBuf, ReadError),
    /// What the contract gives is not an OpenRPC document.
    Document(ReadError),
    /// The file is out of date.
    Different {
        /// The file.
        path: PathBuf,
        /// What has changed. Empty if the change means nothing to any program.
        changes: Vec<Change>,
    },
}

/// Compares a file with a document, and panics with what has changed. See the [module](self).
///
/// # Panics
///
/// If [`check`] fails.
#[track_caller]
pub fn assert_compatible(path: impl AsRef<Path>, document: impl fmt::Display) {
    if let Err(failure) = check(path, document) {
        panic!("{failure}");
    }
}

/// Compares a file with a document, as the environment says: `UPDATE` set to `1` writes the file anew, and if `CI` is set, a missing
/// file is a failure.
///
/// # Errors
///
/// See [`Failure`].
pub fn check(path: impl AsRef<Path>, document: impl fmt::Display) -> Result<Outcome, Failure> {
    let is_set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let mode = match (is_set("UPDATE").is_some_and(|it| it == "1"), is_set("CI")) {
        (true, _) => Mode::Update,
        (false, Some(_)) => Mode::Strict,
        (false, None) => Mode::Create,
    };
    check_as(mode, path.as_ref(), &document.to_string())
}

/// What to do with a file that is missing or out of date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Writes a missing file.
    Create,
    /// Fails if the file is missing.
    Strict,
    /// Writes the file in any case.
    Update,
}

/// The same without a look at the environment.
///
/// # Errors
///
/// See [`Failure`].
pub fn check_as(mode: Mode, path: &Path, document: &str) -> Result<Outcome, Failure> {
    let new = Document::parse(document).map_err(Failure::Document)?;
    let new_model = Model::read(&new).map_err(Failure::Document)?;
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return match mode {
                Mode::Strict => Err(Failure::Missing(path.to_owned())),
                Mode::Create | Mode::Update => write(path, document).map(|()| Outcome::Created),
            };
        }
        Err(error) if mode == Mode::Update && error.kind() == io::ErrorKind::InvalidData => {
            String::new()
        }
        Err(error) => return Err(Failure::File(path.to_owned(), error)),
    };
    let old = Document::parse(&text);
    if let Ok(old) = &old
        && old.root().value == new.root().value
    {
        return Ok(Outcome::Unchanged);
    }
    if mode == Mode::Update {
        return write(path, document).map(|()| Outcome::Updated);
    }
    let old = old.and_then(|old| Model::read(&old));
    let old = old.map_err(|error| Failure::Corrupt(path.to_owned(), error))?;
    Err(Failure::Different {
        path: path.to_owned(),
        changes: diff(&old, &new_model),
    })
}

fn write(path: &Path, document: &str) -> Result<(), Failure> {
    let failed = |error| Failure::File(path.to_owned(), error);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, document.trim_end().to_owned() + "\n").map_err(failed)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Missing(path) => write!(
                f,
                "{}: missing, and `CI` is set; run this test where you develop, and commit the file",
                path.display()
            ),
            Failure::File(path, error) => write!(f, "{}: {error}", path.display()),
            Failure::Corrupt(path, error) => write!(
                f,
                "{}: not an OpenRPC document: {error}\n{UPDATE}",
                path.display()
            ),
            Failure::Document(error) => {
                write!(f, "the contract gives no OpenRPC document: {error}")
            }
            Failure::Different { path, changes } => {
                f.write_str(&difference(path, changes).map_err(|_| fmt::Error)?)
            }
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Failure::File(_, error) => Some(error),
            Failure::Corrupt(_, error) | Failure::Document(error) => Some(error),
            Failure::Missing(_) | Failure::Different { .. } => None,
        }
    }
}

const UPDATE: &str = "run the test with UPDATE=1 to write the file anew, and commit it";

fn difference(path: &Path, changes: &[Change]) -> Result<String, fmt::Error> {
    let count = |verdict| changes.iter().filter(|it| it.verdict() == verdict).count();
    let (breaking, risky) = (count(Verdict::Breaking), count(Verdict::Risky));
    let mut text = String::new();
    let summary = match (breaking, risky) {
        (0, 0) => "nothing breaks".to_owned(),
        (breaking, risky) => format!("{breaking} breaking, {risky} risky"),
    };
    writeln!(text, "{}: out of date: {summary}", path.display())?;
    for verdict in [Verdict::Breaking, Verdict::Risky, Verdict::Fine] {
        for change in changes.iter().filter(|it| it.verdict() == verdict) {
            writeln!(text, "\n{}", change.explained())?;
        }
    }
    let advice = match breaking {
        0 => UPDATE.to_owned(),
        _ => format!("follow the advice, or if the change is meant, {UPDATE}"),
    };
    write!(text, "\n{advice}")?;
    Ok(text)
}

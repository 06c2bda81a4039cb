//! [`Source`]: where a setting comes from.

use std::fmt;
use std::path::PathBuf;

/// A value, and where it was set.
#[derive(Debug, Clone)]
pub(crate) struct Setting<T> {
    pub(crate) value: T,
    pub(crate) source: Source,
}

/// A place where settings are made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Source {
    CommandLine,
    Environment,
    File { path: PathBuf, table: String },
    Default,
}

impl Source {
    /// The environment and the file's defaults are for any server; the command line and an endpoint are for one.
    pub(crate) fn is_for_one_server(&self) -> bool {
        match self {
            Source::CommandLine => true,
            Source::File { table, .. } => table.starts_with("endpoints."),
            Source::Environment | Source::Default => false,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::CommandLine => f.write_str("command line"),
            Source::Environment => f.write_str("environment"),
            Source::File { path, table } => write!(f, "{}, [{table}]", path.display()),
            Source::Default => f.write_str("default"),
        }
    }
}

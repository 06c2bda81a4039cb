//! The arguments of `rpc diff`.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::settings::PartialSettings;

/// Compare two versions of an OpenRPC document, and say what breaks
///
/// Each change has two verdicts: for old clients of a new server, and for new clients of an old server. A breaking change comes with a
/// message that the other side refuses or misreads, and with advice. Changes that break nothing are shown only with --all.
///
/// A document is a file, `-` for stdin, a URL of a server that answers rpc.discover, an endpoint in the configuration file, or REVISION:FILE
/// in the git repository of the current folder.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  rpc diff openrpc.json http://localhost:8080/
  rpc diff main:openrpc.json openrpc.json --fail-on risky
  rpc diff main:openrpc.json openrpc.json --format github
  rpc diff main:openrpc.json openrpc.json --format junit > report.xml")]
pub(crate) struct DiffArguments {
    /// The old document
    #[arg(value_name = "OLD")]
    pub(crate) old: String,

    /// The new document
    #[arg(value_name = "NEW")]
    pub(crate) new: String,

    /// Also show the changes that break nothing
    #[arg(long)]
    pub(crate) all: bool,

    /// The command fails if a change has this verdict, or a worse one
    #[arg(long, value_enum, value_name = "VERDICT", default_value_t = FailOn::Breaking)]
    pub(crate) fail_on: FailOn,

    /// A file of changes that are accepted
    ///
    /// The file is TOML. The table `severity` sets the verdict of rules, as in param-renamed = "risky". Each entry of the array `accept`
    /// has a rule and a reason. It may also have a method, a path (a place in either document, such as "#/methods/0"), and a last day
    /// (until = "2027-01-31"). An entry that accepts nothing is an error.
    #[arg(long, value_name = "FILE")]
    pub(crate) accept: Option<PathBuf>,

    /// How to print the changes
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    pub(crate) format: Format,

    /// Show the messages and the HTTP status on stderr
    #[arg(short, long)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) settings: PartialSettings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Calls that used to work fail
    Breaking,
    /// Some calls may fail
    Risky,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// One JSON object per change and line
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// A JUnit report, with one test case per change
    Junit,
}

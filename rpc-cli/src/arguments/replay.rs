//! The arguments of `rpc replay`.

use std::path::PathBuf;

use clap::ValueHint;

use super::ListenArguments;
use crate::settings::PartialSettings;

/// Answer from a recording, or compare a server with it
///
/// Without --against, it serves the answers of rpc record. Calls with the same method and params get the recorded answers in their order,
/// and then the last one again and again. Any other call is an error.
///
/// With --against, it sends every recorded call to a server, compares the answers, and prints the differences. The order of members does
/// not count. If the recording hides values of a call, give them with --secrets, or leave such calls out with --skip-hidden.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  rpc replay shop.jsonl --listen 127.0.0.1:9090
  rpc replay shop.jsonl --against http://localhost:8080/ --ignore /result/time
  rpc replay shop.jsonl --against http://localhost:8080/ --secrets secrets.json")]
pub(crate) struct ReplayArguments {
    /// A file that rpc record has written
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// Send the calls to this server: a URL, or the name of an endpoint in the configuration file
    #[arg(long, value_name = "URL")]
    pub(crate) against: Option<String>,

    /// A part of the answers that may differ, such as /result/time or /result/*/id; may be repeated
    #[arg(long, value_name = "POINTER", requires = "against")]
    pub(crate) ignore: Vec<String>,

    /// A file with the values that the recording hides: a JSON object of names and values
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "against")]
    pub(crate) secrets: Option<PathBuf>,

    /// Leave out the calls whose hidden values are not given
    #[arg(long, requires = "against")]
    pub(crate) skip_hidden: bool,

    /// Show the messages and the HTTP status on stderr
    #[arg(short, long)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) listen: ListenArguments,

    #[command(flatten)]
    pub(crate) settings: PartialSettings,
}

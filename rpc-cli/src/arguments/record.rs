//! The arguments of `rpc record`.

use std::path::PathBuf;

use clap::ValueHint;
use http::HeaderName;

use super::ListenArguments;
use crate::settings::PartialSettings;

/// Pass calls on to a server, and record them with their answers
///
/// Each call is a line of JSON in the file, with its answer, its items if it is a stream, the time and how long it took. rpc replay answers
/// from the file, or compares a server with it. Each line is written at once, so nothing is lost if the command is stopped.
///
/// Headers are never recorded. Params that the document of the server marks with x-secret are hidden, and so are the members that --hide
/// names. A hidden value is also hidden where an answer repeats it. The document comes from rpc.discover, or from --document.
///
/// The entries of a batch are passed on and recorded as single calls. Subscriptions, and calls of the server on its client, are not
/// passed on.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  rpc record http://localhost:8080/ -o shop.jsonl --listen 127.0.0.1:9090
  rpc record https://shop.example/rpc -o shop.jsonl --hide token --append")]
pub(crate) struct RecordArguments {
    /// A URL, or the name of an endpoint in the configuration file
    #[arg(value_name = "URL")]
    pub(crate) endpoint: String,

    /// The file to write
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,

    /// Add to the file if it exists
    #[arg(long)]
    pub(crate) append: bool,

    /// The name of a member whose value is hidden, in params and in answers; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) hide: Vec<String>,

    /// The server's document, if it does not answer rpc.discover: a file, `-` or a URL
    #[arg(long, value_name = "DOCUMENT")]
    pub(crate) document: Option<String>,

    /// A header of the callers to pass on, besides authorization, cookie, trace context and request id; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) forward_header: Vec<HeaderName>,

    /// Show the messages and the HTTP status on stderr
    #[arg(short, long)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) listen: ListenArguments,

    #[command(flatten)]
    pub(crate) settings: PartialSettings,
}

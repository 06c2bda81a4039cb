//! The arguments of `rpc lint`.

use crate::settings::PartialSettings;

/// Check an OpenRPC document
///
/// Prints each mistake with its place and the name of the rule. Some of the rules go beyond the official meta-schema: unique names and
/// codes, references that lead somewhere, and defaults and examples that fit their schemas.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  rpc lint openrpc.json
  rpc lint http://localhost:8080/
  curl -s https://example.com/openrpc.json | rpc lint -")]
pub(crate) struct LintArguments {
    /// A file, `-` for stdin, a URL of a server that answers rpc.discover, or the name of an endpoint in the configuration file
    #[arg(value_name = "DOCUMENT")]
    pub(crate) document: String,

    /// Show the messages and the HTTP status on stderr
    #[arg(short, long)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) settings: PartialSettings,
}

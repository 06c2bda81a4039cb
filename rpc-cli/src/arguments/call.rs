//! The arguments of `rpc call`.

use std::path::PathBuf;

use clap::ValueHint;

use crate::settings::PartialSettings;

/// Call a method and print its result
///
/// A param is JSON if it parses as JSON, and a string otherwise: 5 is a number, tea is a string, '"5"' is the string "5",
/// and '[1, 2]' is an array. Params go by position, or all of them by name: quantity=2. A string that looks like name=value
/// needs JSON quotes: '"a=b"'. A string that begins with a dash needs JSON quotes too, or goes after --, which ends the
/// options; a negative number needs neither.
///
/// The result is printed on stdout as JSON: indented and coloured on a terminal, on one line otherwise. Errors go to stderr.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct CallArguments {
    /// A URL, or the name of an endpoint in the configuration file
    #[arg(value_name = "URL")]
    pub(crate) endpoint: String,

    /// The name of the method
    pub(crate) method: String,

    /// The params: values by position, or name=value for each
    #[arg(value_name = "PARAM", allow_negative_numbers = true)]
    pub(crate) words: Vec<String>,

    /// Read the params from a file with a JSON array or object; - is stdin
    #[arg(long, value_name = "FILE", conflicts_with = "words", value_hint = ValueHint::FilePath)]
    pub(crate) params: Option<PathBuf>,

    /// Send a notification: the server runs the method and sends no answer
    #[arg(long, conflicts_with = "id")]
    pub(crate) notify: bool,

    /// The id of the request: a number or a string
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) id: Option<String>,

    /// Print the message and do not send it
    #[arg(long)]
    pub(crate) print: bool,

    /// Show the messages and the HTTP status on stderr
    #[arg(short, long)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) settings: PartialSettings,
}

const EXAMPLES: &str = "\
Examples:
  rpc call http://localhost:8080/ add 1 -2
  rpc call http://localhost:8080/ orders.place item=tea quantity=2
  rpc call shop orders.place --params order.json --timeout 5s
  RPC_PASSWORD=... rpc call https://shop.example/rpc stock.list --user ann -v";

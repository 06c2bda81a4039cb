//! The arguments of `rpc call`.

use std::path::PathBuf;

use clap::ValueHint;

use crate::settings::{PartialSettings, Timeout};

/// Call a method and print its result
///
/// Params go by name or by position, all of them in the same way:
///
///   item=tea      a string, whatever it looks like, as the param item; zip=90210 is one too
///   quantity:=2   JSON, as the param quantity
///   =tea          a string, whatever it looks like, by position
///   :=2           JSON, by position
///   tea, 2        by position: JSON if it parses as JSON, and a string otherwise
///
/// Scripts can rely on = and :=, as in "=$text" or "count:=$n": a text is never changed, and what
/// is not JSON is refused before anything is sent. A value alone is meant for typing by hand: '"5"' is
/// the string "5", and '[1, 2]' is an array. If it begins with a dash, put it after --, which ends the
/// options; a negative number does not need that. A single word that is base64 with padding, such
/// as YWJjZA==, could also be a param by name, so it is refused: write =YWJjZA==.
///
/// The result is printed on stdout as JSON: indented and coloured on a terminal, on one line
/// otherwise. Errors go to stderr.
///
/// If the method answers with a stream, each item is printed on a line of its own as it comes, until
/// the stream ends, until Ctrl-C, or until nobody reads the output any more, as after | head. In the
/// last two cases, the server is told to stop. --timeout limits the time until the stream begins.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_long_help = EXAMPLES)]
pub(crate) struct CallArguments {
    /// A URL, or the name of an endpoint in the configuration file
    #[arg(value_name = "URL")]
    pub(crate) endpoint: String,

    /// The name of the method
    pub(crate) method: String,

    /// The params: name=text or name:=json for each, or =text, :=json or a value for each
    #[arg(value_name = "PARAM", allow_negative_numbers = true)]
    pub(crate) words: Vec<String>,

    /// Read the params from a file with a JSON array or object; - is stdin
    #[arg(long, value_name = "FILE", conflicts_with = "words", value_hint = ValueHint::FilePath)]
    pub(crate) params: Option<PathBuf>,

    /// Send a notification: the server runs the method and sends no answer
    #[arg(long, conflicts_with = "id")]
    pub(crate) notify: bool,

    /// Another server with the same methods: a URL or an endpoint's name; may be repeated
    ///
    /// A call that did not run at one server goes to another, as often as --attempts allows.
    #[arg(long, value_name = "URL")]
    pub(crate) or: Vec<String>,

    /// Promise that running the method twice does no harm: --attempts then also repeats a call that may have run
    #[arg(long)]
    pub(crate) idempotent: bool,

    /// How long a stream may be silent: seconds, or a number with ms, s, m or h [default: for ever]
    #[arg(long, value_name = "TIME", conflicts_with = "notify")]
    pub(crate) idle_timeout: Option<Timeout>,

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

const EXAMPLES: &str = r#"Examples:
  rpc call http://localhost:8080/ add 1 -2
  rpc call http://localhost:8080/ orders.place item=tea quantity:=2
  rpc call shop notes.add "=$text"
  rpc call shop orders.place --params order.json --timeout 5s
  rpc call http://north:8080/ stock.list --or http://south:8080/ --attempts 4 --idempotent
  rpc call ws://localhost:8080/ prices.watch tea | head -3
  rpc call tcp+lines://localhost:4000 prices.watch tea --idle-timeout 1m
  rpc call 'stdio:my-server --verbose' add 1 2
  RPC_PASSWORD=... rpc call https://shop.example/rpc stock.list --user ann -v"#;

//! The arguments of `rpc batch`.

use std::path::PathBuf;

use clap::ValueHint;

use crate::settings::{Count, PartialSettings};

/// Call a method for each line of a file, many calls per message
///
/// A line is a method and its params, written as for rpc call (item=tea, quantity:=2, =tea, :=2), with a shell's quotes. It
/// has no options, so a word that begins with a dash is a param. A line can also be a JSON object with the members method and
/// params, and optionally id. If it has the member jsonrpc, it is sent as a JSON-RPC request, which is a notification if it
/// has no id. Blank lines are skipped. A # at the start of a word begins a comment. The input must be UTF-8; nothing of a file
/// in UTF-16 or UTF-32 is sent. Lines with ids that a server may confuse, such as 1 and 1.0, go in different messages.
///
/// Each line of the input gives one line on stdout, in the same order: {"line":1,"result":...} for a result,
/// {"line":2,"error":{...}} for an error from the server, {"line":3,"failure":"..."} for a call without an answer. Failures
/// are also reported on stderr.
///
/// The run stops at the first message without an answer, since the next one would probably fail too; --keep-going
/// continues. Ctrl-C stops the run after the messages in flight are answered. A second Ctrl-C stops it at once. The exit
/// code is that of the first message without an answer. A resumed run that skipped calls which may already have run exits
/// with 7 instead, unless it was interrupted.
///
/// If the server refuses a message as too long (HTTP status 413) or for being a batch, none of it has run, so its calls are
/// sent again in two messages, down to single calls. Later messages are shorter from the start. In JSON-RPC 1.0, each call has
/// a message of its own, unless --batch-size or the endpoint says otherwise.
///
/// With --attempts, a message is sent again if nothing of it has run. If the server answers some calls of a message and refuses
/// others without running them, such as when it is busy, the others are sent again in a message of their own.
///
/// With --resume FILE, the run keeps a journal of what it sent and what was answered. After a run stops, for any reason, the
/// same command continues from there. It prints the earlier answers too, so the output of the last run is complete. A call
/// that was sent but not answered may have run. It is sent again only if it is idempotent, according to the server
/// (rpc.signature) or to you (--idempotent). Otherwise it is reported on stderr, and only --resend sends it again. A journal
/// belongs to one input, one URL (--or does not count), one user name and one kind of call (--notify or not). If one of these
/// differs, the run is refused.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct BatchArguments {
    /// A URL, or the name of an endpoint in the configuration file
    #[arg(value_name = "URL")]
    pub(crate) endpoint: String,

    /// The file of calls, one per line; - is stdin
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// How many calls go in one message; fewer for large answers, 1 for a server without batches [default: 100]
    #[arg(long, visible_alias = "size", value_name = "NUMBER")]
    pub(crate) batch_size: Option<Count>,

    /// How many messages may wait for their answers at the same time [default: 4]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) in_flight: Option<Count>,

    /// Another server with the same methods: a URL or an endpoint's name; may be repeated
    ///
    /// A call that did not run at one server goes to another, as often as --attempts allows.
    #[arg(long, value_name = "URL")]
    pub(crate) or: Vec<String>,

    /// Send notifications: the server runs the methods and sends no answers
    #[arg(long)]
    pub(crate) notify: bool,

    /// Continue after a message without an answer
    #[arg(long)]
    pub(crate) keep_going: bool,

    /// Keep a journal in this file, and continue where the last run stopped
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) resume: Option<PathBuf>,

    /// Treat all methods as idempotent: calling one twice does no harm
    ///
    /// With --resume, calls that an earlier run left without an answer are sent again. With --attempts, so are calls that may have
    /// run.
    #[arg(long)]
    pub(crate) idempotent: bool,

    /// Repeat calls that may already have run
    #[arg(long, requires = "resume")]
    pub(crate) resend: bool,

    /// Show the messages and the HTTP status on stderr
    #[arg(short, long)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) settings: PartialSettings,
}

const EXAMPLES: &str = "\
Examples:
  rpc batch shop orders.txt > results.jsonl
  rpc batch shop orders.txt --resume orders.journal > results.jsonl
  seq 1000 | sed 's/^/square /' | rpc batch http://localhost:8080/ - --batch-size 50";

//! `rpc batch`: thousands of calls, a line each, many in a message.

mod journal;
mod lines;
mod message;
mod output;
mod progress;
mod run;
mod writer;

use std::io;
use std::path::PathBuf;

use clap::ValueHint;

use crate::completions;
use crate::failure::Result;
use crate::settings::{Count, Settings, Values};
use crate::shown::Shown;
use crate::terminal::Terminal;
use crate::transport;

use journal::{Batch, Journal};
use lines::Lines;
use progress::Progress;
use run::Run;
use writer::Writer;

/// Call a method for each line of a file, many calls in a message
///
/// A line is a method and its params, written as for rpc call and with a shell's quotes. There are no options in it: what
/// begins with a dash is a param, too. Or the line is an object in JSON with the members method and params, and perhaps
/// id; one with the member jsonrpc is a request to the letter, so that without an id it is a notification. Blank lines are
/// left out, and so is what stands behind a # that begins a word.
///
/// Each line has its line on stdout, in the order of the input: {"line":1,"result":...}, {"line":2,"error":{...}} for what
/// the server answered, {"line":3,"failure":"..."} for a call that has no answer. Failures are told on stderr, too.
///
/// A message without an answer ends the run, unless --keep-going: the next would most likely fare no better. Ctrl-C ends
/// the run when the messages that are under way have been answered; pressed again, at once. The exit code is that of the
/// first message without an answer; of a resumed run it is 7 before all others where calls were left out that may have run.
///
/// With --resume FILE, the run keeps in that file what was sent and what was answered. The same command goes on where the
/// last run stopped, however that was, and prints everything, so that the last run's output is complete. A call that was
/// sent and not answered may have run. It is sent again only where it is idempotent, as the server says by rpc.signature
/// or you by --idempotent; otherwise it is named on stderr, and only --resend sends it again. The file is of this input,
/// this URL, this user's name and this kind of call; another is refused.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct BatchArguments {
    /// A URL, or the name of an endpoint in the configuration file
    #[arg(value_name = "URL", add = completions::endpoint())]
    endpoint: String,

    /// The calls, a line each; - is stdin
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,

    /// How many calls go in one message; 1 for a server that takes no batches [default: 100]
    #[arg(long, value_name = "NUMBER")]
    size: Option<Count>,

    /// How many messages are under way at the same time [default: 4]
    #[arg(long, value_name = "NUMBER")]
    in_flight: Option<Count>,

    /// Send notifications: the server runs the methods and answers nothing
    #[arg(long)]
    notify: bool,

    /// Go on after a message that got no answer
    #[arg(long)]
    keep_going: bool,

    /// Keep in this file what was sent and answered, and go on where it ends
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    resume: Option<PathBuf>,

    /// All methods are idempotent: to call one twice does no harm
    #[arg(long, requires = "resume")]
    idempotent: bool,

    /// Send again what may have run
    #[arg(long, requires = "resume")]
    resend: bool,

    /// Show the messages and the HTTP status, on stderr
    #[arg(short, long)]
    verbose: bool,

    #[command(flatten)]
    values: Values,
}

const EXAMPLES: &str = "\
Examples:
  rpc batch shop orders.txt > results.jsonl
  rpc batch shop orders.txt --resume orders.journal > results.jsonl
  seq 1000 | sed 's/^/square /' | rpc batch http://localhost:8080/ - --size 50";

pub(crate) async fn run(mut arguments: BatchArguments, terminal: Terminal) -> Result {
    let mut values = std::mem::take(&mut arguments.values);
    values.batch_size = arguments.size;
    values.in_flight = arguments.in_flight;
    let settings = Settings::of(&arguments.endpoint, values)?;
    let mut client = transport::connect(&settings)?;
    let lines = Lines::read(&arguments.file)?;
    let mut journal = None;
    if let Some(path) = &arguments.resume {
        let batch = Batch::new(&settings, arguments.notify);
        let mut opened = Journal::open(path, &batch)?;
        if let Some(lines) = lines::again(&arguments.file) {
            opened.check(lines)?;
        }
        journal = Some(opened);
    }
    let progress = match terminal.progress && !arguments.verbose {
        true => {
            let lines = lines::again(&arguments.file);
            Progress::new(lines.map(|lines| lines.take_while(io::Result::is_ok).count() as u64))
        }
        false => Progress::none(),
    };
    let writer = Writer::new(terminal, progress.clone());
    if arguments.verbose {
        client = Shown::client(client, &settings, writer.teller());
    }
    let run = Run::new(arguments, &settings, client, journal, progress, writer);
    run.work_off(lines).await
}

/// What is printed for a line that has no answer.
fn failure_json(number: u64, text: &str) -> String {
    let text = serde_json::Value::from(text);
    format!(r#"{{"line":{number},"failure":{text}}}"#)
}

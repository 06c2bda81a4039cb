//! `rpc batch`: a call for each line of a file, many calls per message.
//!
//! [`run::Run`] takes the lines from [`input`], collects their calls in [`packer`], has [`in_flight`] send them, and hands the
//! outcomes to [`report`]. A message that the server refuses comes back in two [`halves`]. [`sender`] sends messages. With `--resume`, [`journal`] keeps what happened, and [`retry`] decides about calls that an earlier
//! run left without an answer.

mod halves;
mod in_flight;
mod input;
mod interrupts;
mod journal;
mod line;
mod message;
mod outcome;
mod output;
mod packer;
mod progress;
mod recorder;
mod report;
mod retry;
mod run;
mod sender;
mod tally;
mod writer;

use std::path::Path;

use crate::arguments::BatchArguments;
use crate::failure::Result;
use crate::servers::Servers;
use crate::settings::Settings;
use crate::terminal::Terminal;
use crate::tolerance;
use crate::verbose::VerboseTransport;

use halves::Halves;
use in_flight::InFlight;
use input::{Input, read_again};
use journal::{Journal, JournalHeader};
use packer::Packer;
use progress::Progress;
use recorder::Recorder;
use report::Report;
use retry::Retry;
use run::{Options, Run};
use sender::Sender;
use writer::Writer;

pub(crate) async fn run(mut arguments: BatchArguments, terminal: Terminal) -> Result {
    let mut command_line = std::mem::take(&mut arguments.settings);
    command_line.batch_size = arguments.batch_size;
    command_line.in_flight = arguments.in_flight;
    let servers = Servers::of(&arguments.endpoint, &arguments.or, &command_line)?;
    let settings = servers.settings();
    let input = Input::read(&arguments.file)?;
    let journal = open_journal(&arguments, settings)?;
    let progress = match terminal.progress && !arguments.verbose {
        true => progress(&arguments.file),
        false => Progress::none(),
    };
    let writer = Writer::new(terminal, progress.clone());
    let client = servers.connect(|client, settings| match arguments.verbose {
        true => VerboseTransport::client(client, settings, writer.messages()),
        false => client,
    })?;
    let client = tolerance::apply(client, settings, writer.messages());
    let size = settings.batch_size.value.0;
    let in_flight = settings.in_flight.value.0;
    let sender = Sender {
        client: client.clone(),
        attempts: servers.attempts(),
        timeout: settings.timeout.value.0,
        idempotent: arguments.idempotent,
    };
    let run = Run {
        options: Options {
            notify: arguments.notify,
            jsonrpc: settings.jsonrpc.value,
            keep_going: arguments.keep_going,
            calls_in_flight: size.saturating_mul(in_flight),
        },
        packer: Packer::new(size, settings.ids.value.source()),
        retry: Retry::new(client, arguments.resend, arguments.idempotent),
        in_flight: InFlight::new(sender, in_flight),
        recorder: Recorder(journal),
        report: Report::new(progress, writer),
        halves: Halves::default(),
        stopped: None,
    };
    run.run(input).await
}

fn open_journal(arguments: &BatchArguments, settings: &Settings) -> Result<Option<Journal>> {
    let Some(path) = &arguments.resume else {
        return Ok(None);
    };
    let header = JournalHeader::new(settings, arguments.notify);
    let mut journal = Journal::open(path, &header)?;
    if let Some(lines) = read_again(&arguments.file) {
        journal.check(lines)?;
    }
    Ok(Some(journal))
}

fn progress(input: &Path) -> Progress {
    let lines = read_again(input);
    Progress::new(lines.map(|lines| lines.take_while(Result::is_ok).count() as u64))
}

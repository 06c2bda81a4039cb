//! `rpc batch`: thousands of calls, a line each, many in a message.

mod journal;
mod lines;
mod message;
mod output;
mod progress;
mod run;
mod writer;

use std::io;

use crate::arguments::BatchArguments;
use crate::failure::Result;
use crate::settings::Settings;
use crate::terminal::Terminal;
use crate::transport;
use crate::verbose::VerboseTransport;

use journal::{Batch, Journal};
use lines::Lines;
use progress::Progress;
use run::Run;
use writer::Writer;

pub(crate) async fn run(mut arguments: BatchArguments, terminal: Terminal) -> Result {
    let mut settings = std::mem::take(&mut arguments.settings);
    settings.batch_size = arguments.batch_size;
    settings.in_flight = arguments.in_flight;
    let settings = Settings::for_endpoint(&arguments.endpoint, settings)?;
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
        client = VerboseTransport::client(client, &settings, writer.teller());
    }
    let run = Run::new(arguments, &settings, client, journal, progress, writer);
    run.work_off(lines).await
}

/// What is printed for a line that has no answer.
fn failure_json(number: u64, text: &str) -> String {
    let text = serde_json::Value::from(text);
    format!(r#"{{"line":{number},"failure":{text}}}"#)
}

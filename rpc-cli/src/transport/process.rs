//! A command that is started for the call, and is called over its stdin and stdout.

use rpc_core::{BoxTransport, Client};
use rpc_stream::{Child, Framing};
use tokio::process::Command;

use super::inapplicable::{Inapplicable, refuse};
use super::with_ids;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::settings::{Settings, redacted_url};

/// A client of a process, which is stopped when it is dropped.
pub(super) fn client(settings: &Settings) -> Result<Client<BoxTransport>> {
    let inapplicable = [
        Inapplicable::Credentials,
        Inapplicable::Headers,
        Inapplicable::Certificates,
        Inapplicable::ConnectTimeout,
        Inapplicable::Http2,
        // A process that has ended does not come back.
        Inapplicable::Attempts,
    ];
    refuse(settings, &inapplicable, "over stdin and stdout")?;
    let url = &settings.url.value;
    let (scheme, line) = url.split_once(':').unwrap_or_default();
    let mut builder = Child::builder()
        .timeout(settings.timeout.value.0)
        .framing(framing(scheme));
    if let Some(max_reply) = &settings.max_reply {
        builder = builder.max_reply(max_reply.value.0);
    }
    let spawned = builder.spawn(command(line)?);
    let client = spawned.map_err(|error| {
        let text = format!("{}: could not be started: {error}", redacted_url(url));
        Failure::new(Exit::DidNotRun, text)
    })?;
    Ok(with_ids(&client, settings))
}

fn framing(scheme: &str) -> Framing {
    match scheme.to_ascii_lowercase().strip_suffix("+headers") {
        Some(_) => Framing::Headers,
        None => Framing::Lines,
    }
}

/// The command in a line with a shell's quotes. No shell is started.
fn command(line: &str) -> Result<Command> {
    let words = shlex::split(line)
        .ok_or_else(|| Failure::usage("stdio: a quote in the command is not closed"))?;
    let mut words = words.into_iter();
    let Some(program) = words.next() else {
        return Err(Failure::usage("stdio: there is no command"));
    };
    let mut command = Command::new(program);
    command.args(words);
    Ok(command)
}

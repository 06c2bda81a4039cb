//! `rpc`: JSON-RPC 2.0 from a terminal.
//!
//! [`arguments`] is the command line. Each command has a module that runs it: [`call`], [`batch`], [`methods`], [`openrpc`],
//! [`lint`], [`generate`], [`diff`], [`explore`], [`mock`], [`record`], [`replay`], [`config`], [`completions`], [`manual`]. [`settings`] works
//! out the settings for a server, and [`transport`] connects to it.
//! JSON-RPC itself is in rpc-core.

mod arguments;
mod batch;
mod call;
mod completions;
mod config;
mod diff;
mod document;
mod dry_run;
mod encoding;
mod exchange;
mod exit;
mod explore;
mod failure;
mod generate;
mod introspection;
mod items;
mod json;
mod lint;
mod manual;
mod methods;
mod mock;
mod openrpc;
mod params;
mod record;
mod replay;
mod runtime;
mod servers;
mod serving;
mod settings;
mod terminal;
mod tolerance;
mod too_large;
mod transport;
mod verbose;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use arguments::{Arguments, Command};
use exit::Exit;
use failure::{Failure, Result};
use runtime::{block_on, block_on_until_interrupted};
use terminal::{Terminal, report};

fn main() -> ExitCode {
    completions::answer_shell();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return parse_error(&error),
    };
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => end(&failure),
    }
}

/// Prints what clap has to say: `--help` and `--version` on stdout, mistakes on stderr.
fn parse_error(error: &clap::Error) -> ExitCode {
    let printed = error.print();
    // A failure to write to stderr cannot be reported anywhere.
    if let (false, Err(error)) = (error.use_stderr(), printed) {
        return end(&Failure::output(&error));
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage.code()))
}

fn end(failure: &Failure) -> ExitCode {
    if !failure.is_silent() {
        report(&failure.to_string());
    }
    ExitCode::from(failure.exit.code())
}

fn run(arguments: Arguments) -> Result {
    let terminal = Terminal::new(arguments.color);
    match arguments.command {
        Command::Call(arguments) => block_on_until_interrupted(call::run(*arguments, terminal)),
        // It handles Ctrl-C itself.
        Command::Batch(arguments) => block_on(batch::run(*arguments, terminal)),
        Command::Methods(arguments) => block_on_until_interrupted(methods::list(*arguments)),
        Command::Help(arguments) => {
            match (&arguments.endpoint_or_command, arguments.method.clone()) {
                (Some(endpoint), Some(method)) => {
                    let endpoint = endpoint.clone();
                    block_on_until_interrupted(methods::help(&endpoint, &method, *arguments))
                }
                (command, _) => own_help(command.as_deref()),
            }
        }
        Command::OpenRpc(arguments) => {
            block_on_until_interrupted(openrpc::run(*arguments, terminal))
        }
        Command::Lint(arguments) => block_on_until_interrupted(lint::run(*arguments)),
        Command::Generate(arguments) => block_on_until_interrupted(generate::run(*arguments)),
        Command::Diff(arguments) => block_on_until_interrupted(diff::run(*arguments)),
        // These handle Ctrl-C themselves once they serve.
        Command::Mock(arguments) => block_on(mock::run(*arguments)),
        Command::Record(arguments) => block_on(record::run(*arguments)),
        Command::Replay(arguments) => block_on(replay::run(*arguments)),
        Command::Explore(arguments) => block_on(explore::run(*arguments)),
        Command::Config(arguments) => config::run(*arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Manual(arguments) => manual::run(&arguments),
    }
}

/// Prints the help of this program or of one of its commands.
fn own_help(command: Option<&str>) -> Result {
    let mut program = Arguments::command();
    program.build();
    let described = match command {
        None => Some(&mut program),
        Some(name) => program.find_subcommand_mut(name),
    };
    match described {
        Some(command) => terminal::print(command.render_long_help().to_string().trim_end()),
        None => Err(Failure::usage("no method given")
            .with_hint("use rpc help URL METHOD or rpc help COMMAND")),
    }
}

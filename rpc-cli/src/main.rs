//! `rpc`: JSON-RPC 2.0 for the person at a terminal.
//!
//! [`arguments`] is the command line; what each command takes stands beside what it does: [`call`], [`batch`], [`methods`],
//! [`config`], [`completions`], [`manual`]. What holds for a call is put together by [`settings`], and carried by what
//! [`transport`] makes of the URL. All that speaks JSON-RPC is rpc-core's.

mod arguments;
mod batch;
mod call;
mod completions;
mod config;
mod exit;
mod failure;
mod introspection;
mod json;
mod manual;
mod methods;
mod params;
mod settings;
mod shown;
mod terminal;
mod transport;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use arguments::{Arguments, Command};
use exit::Exit;
use failure::{Failure, Result};
use terminal::{Terminal, tell};

fn main() -> ExitCode {
    completions::answer();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let printed = error.print();
            // What is wrong goes to stderr, and where nobody reads that there is nobody to tell that.
            if let (false, Err(error)) = (error.use_stderr(), printed) {
                return end(&Failure::output(&error));
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage.code()));
        }
    };
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => end(&failure),
    }
}

fn end(failure: &Failure) -> ExitCode {
    if !failure.is_silent() {
        tell(&failure.to_string());
    }
    ExitCode::from(failure.exit.code())
}

fn run(arguments: Arguments) -> Result {
    let terminal = Terminal::new(arguments.color);
    match arguments.command {
        Command::Call(arguments) => online(call::run(*arguments, terminal)),
        // It sees to interruptions by itself.
        Command::Batch(arguments) => block_on(batch::run(*arguments, terminal)),
        Command::Methods(arguments) => online(methods::list(*arguments)),
        Command::Help(arguments) => match (arguments.endpoint.clone(), arguments.method.clone()) {
            (Some(endpoint), Some(method)) => online(methods::help(&endpoint, &method, *arguments)),
            (command, _) => own_help(command.as_deref()),
        },
        Command::Config(arguments) => config::run(*arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Manual(arguments) => manual::run(&arguments),
    }
}

/// Runs what talks to a server, until it is done or the person has had enough.
///
/// Files and stdin are read before the task waits for anything, and while they are, Ctrl-C ends the process by itself.
fn online(task: impl Future<Output = Result>) -> Result {
    block_on(async {
        tokio::select! {
            biased;
            result = task => result,
            Ok(()) = tokio::signal::ctrl_c() => Err(Failure::new(Exit::Interrupted, "interrupted")),
        }
    })
}

fn block_on<T>(task: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::File, format!("the event loop: {error}")))?;
    let result = runtime.block_on(task);
    // A name that is still being looked up would be waited for.
    runtime.shutdown_background();
    result
}

/// How this program, or one of its commands, is used.
fn own_help(command: Option<&str>) -> Result {
    let mut program = Arguments::command();
    program.build();
    let described = match command {
        None => Some(&mut program),
        Some(name) => program.find_subcommand_mut(name),
    };
    match described {
        Some(command) => terminal::print(command.render_long_help().to_string().trim_end()),
        None => {
            Err(Failure::usage("which method?").hint("rpc help URL METHOD, or rpc help COMMAND"))
        }
    }
}

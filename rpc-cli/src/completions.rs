//! `rpc completions`: what a shell needs to complete commands, options, endpoints and the names of methods.
//!
//! The script that a shell reads calls this program back, with `RPC_COMPLETE` in the environment, each time somebody
//! presses Tab. To complete a method, it asks the server.

mod bash;
mod words;

use std::ffi::OsStr;
use std::time::Duration;

use clap::{ArgMatches, CommandFactory, FromArgMatches, ValueEnum};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::{EnvCompleter, Fish, Shells, Zsh};

use crate::arguments::Arguments;
use crate::failure::{Failure, Result};
use crate::introspection;
use crate::settings::{File, Settings, Timeout, Values};
use crate::terminal::print;
use crate::transport;

/// The variable by which a shell says that it wants completions.
const VARIABLE: &str = "RPC_COMPLETE";

/// How long somebody who has pressed Tab waits for a server.
const PATIENCE: Duration = Duration::from_secs(1);

const SHELLS: &[&dyn EnvCompleter] = &[&bash::Bash, &Zsh, &Fish];

/// Print what a shell needs for completion: of commands, options, endpoints and the names of methods
///
/// To be read when the shell starts, since it changes with this program:
///
///   bash   in ~/.bashrc:  source <(rpc completions bash)
///   zsh    in ~/.zshrc:   source <(rpc completions zsh), behind compinit
///   fish   in ~/.config/fish/config.fish:  rpc completions fish | source
///
/// To complete a method's name, the server is asked (rpc.methods), with what the line, the environment and the
/// configuration file say of it, for no longer than a second.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct CompletionsArguments {
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Shell {
    fn completer(self) -> &'static dyn EnvCompleter {
        match self {
            Shell::Bash => &bash::Bash,
            Shell::Zsh => &Zsh,
            Shell::Fish => &Fish,
        }
    }
}

pub(crate) fn run(arguments: &CompletionsArguments) -> Result {
    let mut script = Vec::new();
    arguments
        .shell
        .completer()
        .write_registration(VARIABLE, "rpc", "rpc", "rpc", &mut script)
        .map_err(|error| Failure::output(&error))?;
    print(String::from_utf8_lossy(&script).trim())
}

/// Answers a shell, where one asks, and ends the process. It has to come before any thread.
pub(crate) fn answer() {
    CompleteEnv::with_factory(Arguments::command)
        .var(VARIABLE)
        .shells(Shells(SHELLS))
        .complete();
}

/// Completes an endpoint: those of the configuration file.
pub(crate) fn endpoint() -> ArgValueCompleter {
    ArgValueCompleter::new(endpoints)
}

/// Completes one of this program's commands.
pub(crate) fn command() -> ArgValueCompleter {
    ArgValueCompleter::new(commands)
}

/// Completes either.
pub(crate) fn endpoint_or_command() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let mut found = endpoints(current);
        found.extend(commands(current));
        found
    })
}

/// Completes a method of the server on the line.
pub(crate) fn method() -> ArgValueCompleter {
    ArgValueCompleter::new(methods)
}

fn endpoints(current: &OsStr) -> Vec<CompletionCandidate> {
    let file = File::read().unwrap_or_default();
    candidates(file.endpoints.into_keys(), current)
}

fn commands(current: &OsStr) -> Vec<CompletionCandidate> {
    let program = Arguments::command();
    let names = program.get_subcommands().map(|it| it.get_name().to_owned());
    candidates(names, current)
}

/// None where anything goes wrong: a line that somebody types is no place for errors.
fn methods(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(settings) = settings() else {
        return Vec::new();
    };
    let names = crate::block_on(async {
        let client = transport::connect(&settings)?;
        let names = introspection::names(&client).await;
        names.map_err(|error| Failure::call(&error))
    });
    candidates(names.unwrap_or_default(), current)
}

fn candidates(
    names: impl IntoIterator<Item = String>,
    current: &OsStr,
) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    names
        .into_iter()
        .filter(|name| name.starts_with(&*current))
        // A line break would make two of it, and other controls might be for the terminal.
        .filter(|name| !name.contains(char::is_control))
        .map(CompletionCandidate::new)
        .collect()
}

/// What holds for the server on the line, with a short timeout.
fn settings() -> Option<Settings> {
    let line = Arguments::command().ignore_errors(true);
    let matches = line.try_get_matches_from(words::of_the_line()).ok()?;
    let (_, matches) = matches.subcommand()?;
    let endpoint: &String = argument(matches, "endpoint")?;
    let values = Values::from_arg_matches(matches).ok()?;
    let mut settings = Settings::of(endpoint, values).ok()?;
    let patience = settings.timeout.value.0.min(PATIENCE);
    settings.timeout.value = Timeout(patience);
    Some(settings)
}

fn argument<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a String> {
    matches.try_get_one(name).ok()?
}

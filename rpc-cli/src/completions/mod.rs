//! `rpc completions`: lets a shell complete commands, options, endpoints and method names.
//!
//! The script that a shell loads runs this program, with `RPC_COMPLETE` in the environment, each time somebody presses Tab.
//! To complete the name of a method, this program asks the server.

mod bash;
mod words;

use std::ffi::OsStr;
use std::time::Duration;

use clap::{Arg, ArgMatches, Command, CommandFactory, FromArgMatches};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::{EnvCompleter, Fish, Shells, Zsh};

use crate::arguments::{Arguments, CompletionsArguments, Shell};
use crate::failure::{Failure, Result};
use crate::introspection;
use crate::json;
use crate::runtime::block_on;
use crate::settings::{ConfigFile, PartialSettings, Scheme, Settings, Timeout};
use crate::terminal::print;
use crate::{tolerance, transport};

/// The variable by which a shell asks for completions.
const VARIABLE: &str = "RPC_COMPLETE";

/// How long to wait for a server after somebody presses Tab.
const SERVER_TIMEOUT: Duration = Duration::from_secs(1);

const SHELLS: &[&dyn EnvCompleter] = &[&bash::Bash, &Zsh, &Fish];

pub(crate) fn run(arguments: &CompletionsArguments) -> Result {
    let completer: &dyn EnvCompleter = match arguments.shell {
        Shell::Bash => &bash::Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
    };
    let mut script = Vec::new();
    completer
        .write_registration(VARIABLE, "rpc", "rpc", "rpc", &mut script)
        .map_err(|error| Failure::output(&error))?;
    print(String::from_utf8_lossy(&script).trim())
}

/// Answers a shell that asks for completions, and ends the process. Call this before starting any thread.
pub(crate) fn answer_shell() {
    CompleteEnv::with_factory(command_with_completers)
        .var(VARIABLE)
        .shells(Shells(SHELLS))
        .complete();
}

fn command_with_completers() -> Command {
    Arguments::command().mut_subcommands(|command| command.mut_args(with_completer))
}

/// Chooses a completer by the name of the argument.
fn with_completer(argument: Arg) -> Arg {
    let complete = match argument.get_id().as_str() {
        "endpoint" => endpoints,
        "endpoint_or_command" => endpoints_and_commands,
        "command" => commands,
        "method" => methods,
        _ => return argument,
    };
    argument.add(ArgValueCompleter::new(complete))
}

/// The endpoints in the configuration file.
fn endpoints(current: &OsStr) -> Vec<CompletionCandidate> {
    let file = ConfigFile::read().unwrap_or_default();
    candidates(file.endpoints.into_keys(), current)
}

/// The commands of this program.
fn commands(current: &OsStr) -> Vec<CompletionCandidate> {
    let program = Arguments::command();
    let names = program.get_subcommands().map(|it| it.get_name().to_owned());
    candidates(names, current)
}

fn endpoints_and_commands(current: &OsStr) -> Vec<CompletionCandidate> {
    let mut found = endpoints(current);
    found.extend(commands(current));
    found
}

/// The methods of the server on the line. Nothing on any failure: an error would garble the line that is being typed. A command
/// is not started by Tab.
fn methods(current: &OsStr) -> Vec<CompletionCandidate> {
    let settings = settings().filter(|it| Scheme::of(&it.url.value) != Some(Scheme::Process));
    let Some(settings) = settings else {
        return Vec::new();
    };
    let names = block_on(async {
        let client = settings
            .jsonrpc
            .value
            .client(transport::connect(&settings)?);
        let client = tolerance::apply(client, &settings, |_| {});
        // It may have to ask several times.
        let names = tokio::time::timeout(SERVER_TIMEOUT, introspection::names(&client)).await;
        Ok(names.ok().and_then(Result::ok).unwrap_or_default())
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
        // A line break would split the name, and others could act on the terminal or deceive its reader.
        .filter(|name| json::escaped(name) == *name)
        .map(CompletionCandidate::new)
        .collect()
}

/// The settings for the server on the line, with a short timeout.
fn settings() -> Option<Settings> {
    let line = Arguments::command().ignore_errors(true);
    let matches = line.try_get_matches_from(words::of_line()).ok()?;
    let (_, matches) = matches.subcommand()?;
    let endpoint =
        argument(matches, "endpoint").or_else(|| argument(matches, "endpoint_or_command"))?;
    let command_line = PartialSettings::from_arg_matches(matches).ok()?;
    let mut settings = Settings::for_endpoint(endpoint, command_line).ok()?;
    let timeout = settings.timeout.value.0.min(SERVER_TIMEOUT);
    settings.timeout.value = Timeout(timeout);
    Some(settings)
}

fn argument<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a String> {
    matches.try_get_one(name).ok()?
}

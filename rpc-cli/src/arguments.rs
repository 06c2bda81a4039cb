//! [`Arguments`]: the command line.

use clap::{Parser, Subcommand};

use crate::batch::BatchArguments;
use crate::call::CallArguments;
use crate::completions::CompletionsArguments;
use crate::config::ConfigArguments;
use crate::exit::Exit;
use crate::manual::ManualArguments;
use crate::methods::{HelpArguments, MethodsArguments};
use crate::terminal::Colour;

/// JSON-RPC 2.0 from the command line
///
/// Calls the methods of a server, one by one or in batches of thousands, lists them and tells what they do.
///
/// What has to be said of a server is said on the command line, in the environment or in a configuration file: the first
/// goes before the second, and that before the third. rpc config shows what holds, and who said it.
#[derive(Debug, Parser)]
#[command(name = "rpc", version, disable_help_subcommand = true, after_long_help = exit_codes())]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to colour the output
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto, global = true, display_order = 900)]
    pub(crate) color: Colour,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Call(Box<CallArguments>),
    Batch(Box<BatchArguments>),
    Methods(Box<MethodsArguments>),
    Help(Box<HelpArguments>),
    Config(Box<ConfigArguments>),
    Completions(CompletionsArguments),
    #[command(name = "man")]
    Manual(ManualArguments),
}

fn exit_codes() -> String {
    let lines = Exit::MEANINGS
        .iter()
        .map(|(exit, meaning)| format!("{:>5}  {meaning}", exit.code()));
    let lines: Vec<String> = lines.collect();
    format!("Exit codes:\n{}", lines.join("\n"))
}

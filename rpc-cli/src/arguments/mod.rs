//! [`Arguments`]: the command line, with the arguments of each command in a file of its own.

mod batch;
mod call;
mod completions;
mod config;
mod diff;
mod explore;
mod generate;
mod help;
mod lint;
mod listen;
mod manual;
mod methods;
mod mock;
mod openrpc;
mod record;
mod replay;

use clap::{Parser, Subcommand};

pub(crate) use batch::BatchArguments;
pub(crate) use call::CallArguments;
pub(crate) use completions::{CompletionsArguments, Shell};
pub(crate) use config::ConfigArguments;
pub(crate) use diff::{DiffArguments, FailOn, Format};
pub(crate) use explore::ExploreArguments;
pub(crate) use generate::{BigIntegers, GenerateArguments, Imports, Language};
pub(crate) use help::HelpArguments;
pub(crate) use lint::LintArguments;
pub(crate) use listen::ListenArguments;
pub(crate) use manual::ManualArguments;
pub(crate) use methods::MethodsArguments;
pub(crate) use mock::MockArguments;
pub(crate) use openrpc::OpenRpcArguments;
pub(crate) use record::RecordArguments;
pub(crate) use replay::ReplayArguments;

use crate::exit::Exit;
use crate::terminal::Colour;

/// JSON-RPC 2.0 from the command line
///
/// Calls the methods of a server, one at a time or in large batches, lists them and shows their documentation. Checks and compares
/// OpenRPC documents, generates clients from them, and serves made-up answers. Shows servers in a browser. Records calls and replays
/// them.
///
/// The settings for a server come from the command line, the environment and a configuration file. The command line
/// overrides the environment, and the environment overrides the file. rpc config shows the settings in effect and where
/// each one comes from.
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
    #[command(name = "openrpc")]
    OpenRpc(Box<OpenRpcArguments>),
    Lint(Box<LintArguments>),
    Generate(Box<GenerateArguments>),
    Diff(Box<DiffArguments>),
    Explore(Box<ExploreArguments>),
    Mock(Box<MockArguments>),
    Record(Box<RecordArguments>),
    Replay(Box<ReplayArguments>),
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

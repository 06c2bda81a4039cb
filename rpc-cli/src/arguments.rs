//! [`Arguments`]: the command line.

use clap::{Parser, Subcommand};

use crate::call::CallArguments;
use crate::methods::{HelpArguments, MethodsArguments};
use crate::terminal::Colour;

/// JSON-RPC 2.0 from the command line
///
/// Calls the methods of a server, one by one or in batches of thousands, lists them and tells what they do.
///
/// What has to be said of a server is said on the command line, in the environment or in a configuration file: the first
/// goes before the second, and that before the third. rpc config shows what holds, and who said it.
#[derive(Debug, Parser)]
#[command(name = "rpc", version, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to colour the output
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto, global = true)]
    pub(crate) color: Colour,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Call(Box<CallArguments>),
    Methods(Box<MethodsArguments>),
    Help(Box<HelpArguments>),
}

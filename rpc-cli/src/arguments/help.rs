//! The arguments of `rpc help`.

use crate::settings::PartialSettings;

/// Show what a method of a server does, takes and returns
///
/// Calls the server's methods rpc.help and rpc.signature. If the server does not have them, tries system.methodHelp and
/// system.methodSignature, rpc.discover (OpenRPC), and help, as bitcoind has it. Without a method, shows the help of this program, or of
/// one of its commands: rpc help batch.
#[derive(Debug, clap::Args)]
pub(crate) struct HelpArguments {
    /// A URL, the name of an endpoint in the configuration file, or a command of this program
    #[arg(value_name = "URL")]
    pub(crate) endpoint_or_command: Option<String>,

    /// The name of the method
    pub(crate) method: Option<String>,

    /// Show the messages and the HTTP status on stderr
    #[arg(short, long)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) settings: PartialSettings,
}

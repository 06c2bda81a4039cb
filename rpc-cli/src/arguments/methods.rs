//! The arguments of `rpc methods`.

use crate::settings::PartialSettings;

/// List the methods of a server, one per line
///
/// Calls the server's method rpc.methods. If the server does not have it, tries system.listMethods, rpc.discover (OpenRPC),
/// system.describe and rpc_methods in turn.
#[derive(Debug, clap::Args)]
pub(crate) struct MethodsArguments {
    /// A URL, or the name of an endpoint in the configuration file
    #[arg(value_name = "URL")]
    pub(crate) endpoint: String,

    /// Show the messages and the HTTP status on stderr
    #[arg(short, long)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) settings: PartialSettings,
}

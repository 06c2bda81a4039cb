//! The arguments of `rpc methods`.

use crate::settings::PartialSettings;

/// List the methods of a server, one per line
///
/// Asks the server by its method rpc.methods. Others have system.listMethods, rpc.discover (OpenRPC), system.describe or
/// rpc_methods; these are tried in turn.
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

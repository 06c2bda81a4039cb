//! The arguments of `rpc openrpc`.

use crate::settings::PartialSettings;

/// Print the OpenRPC document of a server
///
/// The server answers rpc.discover with it. The document says what each method takes and returns, for people and for programs that
/// generate clients.
#[derive(Debug, clap::Args)]
pub(crate) struct OpenRpcArguments {
    /// A URL, or the name of an endpoint in the configuration file
    #[arg(value_name = "URL")]
    pub(crate) endpoint: String,

    /// Show the messages and the HTTP status on stderr
    #[arg(short, long)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) settings: PartialSettings,
}

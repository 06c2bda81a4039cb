//! The arguments of `rpc explore`.

use crate::settings::PartialSettings;

/// Look at a server in a browser: its methods, with docs and a form for each
///
/// Serves a page on this machine and prints its address. The page shows the OpenRPC document of the server. Its calls go through this
/// command to the server, over the connection that the URL names, with the headers and credentials of the settings. So the server
/// need not know about browsers. Ctrl-C ends the command.
///
/// If the server does not answer rpc.discover, give its document with --document. For a document alone, calls go to the first server
/// that it names.
///
/// Only pages of this command may send calls. Headers that are set on the page go on to the server over HTTP and NATS, whose calls have
/// headers.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  rpc explore http://localhost:8080/
  rpc explore https://chain.example/v2 --document openrpc.json
  rpc explore openrpc.json
  rpc explore 'stdio:my-server --verbose' --listen 127.0.0.1:7000")]
pub(crate) struct ExploreArguments {
    /// A URL or the name of an endpoint in the configuration file; or an OpenRPC document: a file, or `-` for stdin
    #[arg(value_name = "URL|DOCUMENT")]
    pub(crate) target: String,

    /// The document of the server, instead of what it answers to rpc.discover: a file, `-`, or a URL
    #[arg(long, value_name = "DOCUMENT")]
    pub(crate) document: Option<String>,

    /// The address and port of the page; for port 0, the system chooses a free one
    ///
    /// Anybody who can reach the address can call the server with your credentials.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: String,

    /// Show the messages and the HTTP status on stderr
    #[arg(short, long)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) settings: PartialSettings,
}

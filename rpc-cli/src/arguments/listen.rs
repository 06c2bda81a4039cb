//! The arguments of the commands that serve.

/// Where a command serves.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ListenArguments {
    /// The address to listen on. With port 0, the system chooses a free one. The URL is printed on stdout
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: String,

    /// A page that may open WebSockets and streams, such as http://localhost:5173; may be repeated [default: those of the server itself]
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) allow_origin: Vec<String>,
}

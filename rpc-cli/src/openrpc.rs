//! `rpc openrpc`: the OpenRPC document of a server.

use crate::arguments::OpenRpcArguments;
use crate::document::Source;
use crate::failure::Result;
use crate::terminal::{Terminal, write_in_background};

pub(crate) async fn run(arguments: OpenRpcArguments, terminal: Terminal) -> Result {
    let server = Source {
        name: &arguments.endpoint,
        settings: &arguments.settings,
        verbose: arguments.verbose,
    };
    let document = server.discover().await?;
    write_in_background(move || terminal.value(document.get())).await
}

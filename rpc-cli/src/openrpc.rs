//! `rpc openrpc`: the OpenRPC document of a server.

use rpc_core::introspection::IntrospectionClient;

use crate::arguments::OpenRpcArguments;
use crate::failure::{Failure, Result};
use crate::introspection::is_method_not_found;
use crate::servers::Servers;
use crate::terminal::{Terminal, write_in_background};
use crate::verbose::connect;

pub(crate) async fn run(arguments: OpenRpcArguments, terminal: Terminal) -> Result {
    let servers = Servers::of(&arguments.endpoint, &[], &arguments.settings)?;
    let client = connect(&servers, arguments.verbose)?;
    match IntrospectionClient::new(client).discover().await {
        Ok(document) => write_in_background(move || terminal.value(document.get())).await,
        Err(error) => {
            let failure = Failure::call(&error);
            Err(match is_method_not_found(&error) {
                true => failure.with_hint(
                    "this server has no document; one of rpc-core has with the feature `schema`",
                ),
                false => failure,
            })
        }
    }
}

//! `rpc record`: passes calls on to a server, and records them.

mod recorder;
mod recording;

use std::sync::Arc;

use http::header::{AUTHORIZATION, COOKIE};
use rpc_codegen::{Document, Model, mock};
use rpc_core::introspection::IntrospectionClient;
use rpc_core::{BoxTransport, CallError, Client, relay};

use self::recorder::Recorder;
use crate::arguments::RecordArguments;
use crate::document::Source;
use crate::exchange::Secrets;
use crate::failure::{Failure, Result};
use crate::servers::Servers;
use crate::serving::serve_until_stopped;
use crate::terminal::report;
use crate::verbose::connect;

pub(crate) async fn run(arguments: RecordArguments) -> Result {
    let servers = Servers::of(&arguments.endpoint, &[], &arguments.settings)?;
    let client = connect(&servers, arguments.verbose)?;
    let model = model(&arguments, &client).await?;
    let secrets = Secrets::new(&arguments.hide, model.as_ref());
    let recorder = Recorder::create(&arguments.output, arguments.append, secrets)?;
    let client = recording::client(client, servers.settings(), Arc::clone(&recorder));
    let mut relay = relay(client);
    let headers = arguments.forward_header.iter().cloned();
    for name in [AUTHORIZATION, COOKIE].into_iter().chain(headers) {
        relay = relay.forward_header(name);
    }
    if let Some(model) = &model {
        relay = relay.contract(&mock::contract(model));
    }
    serve_until_stopped(relay, &arguments.listen).await?;
    let count = recorder.end()?;
    let exchanges = if count == 1 { "exchange" } else { "exchanges" };
    report(&format!(
        "{count} {exchanges} recorded in {}",
        arguments.output.display()
    ));
    Ok(())
}

/// What the server's document says: which params are secret, and which methods return streams.
async fn model(
    arguments: &RecordArguments,
    client: &Client<BoxTransport>,
) -> Result<Option<Model>> {
    if let Some(name) = &arguments.document {
        let source = Source {
            name,
            settings: &arguments.settings,
            verbose: arguments.verbose,
        };
        let model = Model::read(&source.read().await?);
        return model.map(Some).map_err(|error| source.mistake(&error));
    }
    let text = match IntrospectionClient::new(client.clone()).discover().await {
        Ok(text) => text,
        Err(CallError::Object(_)) => return Ok(without_document()),
        Err(error) => return Err(Failure::call(&error)),
    };
    let model = Document::parse(text.get()).and_then(|document| Model::read(&document));
    // The document may say that params are secret, so that nothing must be recorded without it.
    model.map(Some).map_err(|error| {
        Failure::usage(format!("the document of the server can't be read: {error}"))
            .with_hint("--document FILE gives another one")
    })
}

fn without_document() -> Option<Model> {
    report("warning: the server has no document; only what --hide names is hidden");
    None
}

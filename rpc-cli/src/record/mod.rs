//! `rpc record`: passes calls on to a server, and records them.

mod recorder;
mod recording;

use std::sync::Arc;

use http::header::{AUTHORIZATION, COOKIE};
use rpc_codegen::{Document, Model, ReadError, mock};
use rpc_core::introspection::IntrospectionClient;
use rpc_core::{BoxTransport, CallError, Client, RawValue, relay};

use self::recorder::Recorder;
use crate::arguments::RecordArguments;
use crate::document::Source;
use crate::exchange::Secrets;
use crate::failure::{Failure, Result};
use crate::introspection::is_method_not_found;
use crate::servers::Servers;
use crate::serving::serve_until_stopped;
use crate::terminal::report;
use crate::verbose::connect;

pub(crate) async fn run(arguments: RecordArguments) -> Result {
    let servers = Servers::of(&arguments.endpoint, &[], &arguments.settings)?;
    let client = connect(&servers, arguments.verbose)?;
    let described = described(&arguments, &client).await?;
    let secrets = Secrets::new(&arguments.hide, described.as_ref());
    let recorder = Recorder::create(&arguments.output, arguments.append, secrets)?;
    let client = recording::client(client, servers.settings(), Arc::clone(&recorder));
    let mut relay = relay(client);
    let headers = arguments.forward_header.iter().cloned();
    for name in [AUTHORIZATION, COOKIE].into_iter().chain(headers) {
        relay = relay.forward_header(name);
    }
    if let Some((_, model)) = &described {
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

/// The document of the server. It says what is secret, and which methods return streams.
async fn described(
    arguments: &RecordArguments,
    client: &Client<BoxTransport>,
) -> Result<Option<(Document, Model)>> {
    if let Some(name) = &arguments.document {
        let source = Source {
            name,
            settings: &arguments.settings,
            verbose: arguments.verbose,
        };
        let document = source.read().await?;
        let read = read(document).map_err(|error| source.mistake(&error))?;
        return Ok(Some(read));
    }
    let discovered = IntrospectionClient::new(client.clone()).discover().await;
    let Some(text) = discovered_text(discovered)? else {
        report(
            "warning: the server has no document; only the members that --hide names are hidden",
        );
        return Ok(None);
    };
    // The document may say that params are secret, so that nothing must be recorded without it.
    let read = Document::parse(text.get()).and_then(read);
    read.map(Some).map_err(|error| {
        Failure::usage(format!("the document of the server can't be read: {error}"))
            .with_hint("--document FILE gives another one")
    })
}

fn read(document: Document) -> std::result::Result<(Document, Model), ReadError> {
    let model = Model::read(&document)?;
    Ok((document, model))
}

/// The text of the document. `None` only if the server has no such method: one that refuses the call may well have a document, and
/// secrets in it.
fn discovered_text(
    discovered: std::result::Result<Box<RawValue>, CallError>,
) -> Result<Option<Box<RawValue>>> {
    match discovered {
        Ok(text) => Ok(Some(text)),
        Err(error) if is_method_not_found(&error) => Ok(None),
        Err(error) => Err(Failure::call(&error).with_hint("--document FILE gives the document")),
    }
}

#[cfg(test)]
mod tests {
    use rpc_core::ErrorObject;

    use super::*;

    #[test]
    fn a_server_that_refuses_to_show_its_document_may_have_one() {
        let unknown = CallError::Object(ErrorObject::method_not_found().into());
        assert!(discovered_text(Err(unknown)).is_ok_and(|text| text.is_none()));
        for code in [-32001, -32000, -32603, 401] {
            let refused = CallError::Object(ErrorObject::new(code, "unauthorized").into());
            let failure = discovered_text(Err(refused)).expect_err("it may have one");
            assert!(failure.text().contains("unauthorized"), "{failure}");
            assert_eq!(failure.hint(), Some("--document FILE gives the document"));
        }
    }
}

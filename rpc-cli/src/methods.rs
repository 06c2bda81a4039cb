//! `rpc methods` and `rpc help`: what a server says about its methods.

use rpc_core::{BoxTransport, CallError, Client, code};

use crate::arguments::{HelpArguments, MethodsArguments};
use crate::failure::{Failure, Result};
use crate::introspection::{self, is_method_not_found, is_unsupported};
use crate::servers::Servers;
use crate::terminal::{print_escaped, write_in_background};
use crate::verbose::connect;

pub(crate) async fn list(arguments: MethodsArguments) -> Result {
    let servers = Servers::of(&arguments.endpoint, &[], &arguments.settings)?;
    let client = connect(&servers, arguments.verbose)?;
    let names = introspection::names(&client).await?;
    write_in_background(move || names.iter().try_for_each(|name| print_escaped(name))).await
}

pub(crate) async fn help(endpoint: &str, method: &str, arguments: HelpArguments) -> Result {
    let servers = Servers::of(endpoint, &[], &arguments.settings)?;
    let client = connect(&servers, arguments.verbose)?;
    let mut paragraphs = match description(&client, method).await {
        Ok(paragraphs) => paragraphs,
        Err(error) => match foreign_description(&error, &client, method).await {
            Some(paragraphs) => paragraphs,
            None => return Err(help_failure(&error, method, &client).await),
        },
    };
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    write_in_background(move || print_escaped(&paragraphs.join("\n\n"))).await
}

/// What `rpc.signature` and `rpc.help` say, in paragraphs.
async fn description(
    client: &Client<BoxTransport>,
    method: &str,
) -> std::result::Result<Vec<String>, CallError> {
    let signature = introspection::signature(client, method).await?;
    let text = match introspection::help(client, method).await {
        Ok(text) => text,
        Err(error) if is_method_not_found(&error) && signature.is_some() => String::new(),
        Err(error) => return Err(error),
    };
    let text = text.trim().to_owned();
    Ok(match &signature {
        Some(signature) => vec![
            introspection::declaration(signature),
            text,
            introspection::facts(signature).join("\n"),
        ],
        None => vec![text],
    })
}

/// Asks in the ways of other servers, unless this one has said that it does not know the method that the question is about.
async fn foreign_description(
    error: &CallError,
    client: &Client<BoxTransport>,
    method: &str,
) -> Option<Vec<String>> {
    let object = error.object();
    let is_about_method = object.is_some_and(|object| object.code() == code::INVALID_PARAMS);
    match is_unsupported(error) && !is_about_method {
        true => introspection::describe(client, method).await,
        false => None,
    }
}

/// The server does not have the method, or does not describe its methods.
async fn help_failure(error: &CallError, method: &str, client: &Client<BoxTransport>) -> Failure {
    let failure = Failure::call(error);
    if is_method_not_found(error) {
        return failure.with_hint(
            "this server cannot describe the method: not by rpc.help, system.methodHelp, rpc.discover or help",
        );
    }
    match error.object() {
        Some(_) => introspection::suggest_similar(failure, method, client).await,
        None => failure,
    }
}

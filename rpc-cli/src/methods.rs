//! `rpc methods` and `rpc help`: what a server says about its methods.

use rpc_core::{BoxTransport, CallError, Client};

use crate::arguments::{HelpArguments, MethodsArguments};
use crate::failure::{Failure, Result};
use crate::introspection::{self, is_method_not_found};
use crate::settings::Settings;
use crate::terminal::{print_escaped, write_in_background};
use crate::verbose::connect;

pub(crate) async fn list(arguments: MethodsArguments) -> Result {
    let settings = Settings::for_endpoint(&arguments.endpoint, arguments.settings)?;
    let client = connect(&settings, arguments.verbose)?;
    let names = introspection::names(&client).await;
    let names = names.map_err(|error| list_failure(&error))?;
    write_in_background(move || names.iter().try_for_each(|name| print_escaped(name))).await
}

pub(crate) async fn help(endpoint: &str, method: &str, arguments: HelpArguments) -> Result {
    let settings = Settings::for_endpoint(endpoint, arguments.settings)?;
    let client = connect(&settings, arguments.verbose)?;
    let signature = match introspection::signature(&client, method).await {
        Ok(signature) => signature,
        Err(error) => return Err(help_failure(&error, method, &client).await),
    };
    let text = match introspection::help(&client, method).await {
        Ok(text) => text,
        Err(error) if is_method_not_found(&error) && signature.is_some() => String::new(),
        Err(error) => return Err(help_failure(&error, method, &client).await),
    };
    let mut paragraphs = Vec::new();
    if let Some(signature) = &signature {
        paragraphs.push(introspection::declaration(signature));
    }
    paragraphs.push(text.trim().to_owned());
    if let Some(signature) = &signature {
        paragraphs.push(introspection::facts(signature).join("\n"));
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    write_in_background(move || print_escaped(&paragraphs.join("\n\n"))).await
}

fn list_failure(error: &CallError) -> Failure {
    let failure = Failure::call(error);
    match is_method_not_found(error) {
        true => failure.with_hint("this server cannot list its methods: it has no rpc.methods"),
        false => failure,
    }
}

/// The server does not have the method, or does not describe its methods.
async fn help_failure(error: &CallError, method: &str, client: &Client<BoxTransport>) -> Failure {
    let failure = Failure::call(error);
    if is_method_not_found(error) {
        return failure.with_hint("this server cannot describe its methods: it has no rpc.help");
    }
    match error.object() {
        Some(_) => introspection::suggest_similar(failure, method, client).await,
        None => failure,
    }
}

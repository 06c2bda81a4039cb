//! `rpc methods` and `rpc help`: what a server tells of its methods.

use rpc_core::{BoxTransport, CallError, Client};

use crate::completions;
use crate::failure::{Failure, Result};
use crate::introspection::{self, is_untold};
use crate::settings::{Settings, Values};
use crate::shown::connect;
use crate::terminal::{print_plain, unhurried};

/// List a server's methods, a line each
///
/// Asks the server's own method rpc.methods.
#[derive(Debug, clap::Args)]
pub(crate) struct MethodsArguments {
    /// A URL, or the name of an endpoint in the configuration file
    #[arg(value_name = "URL", add = completions::endpoint())]
    endpoint: String,

    /// Show the messages and the HTTP status, on stderr
    #[arg(short, long)]
    verbose: bool,

    #[command(flatten)]
    values: Values,
}

/// Tell what a server's method does, takes and returns
///
/// Asks the server's own methods rpc.help and rpc.signature. With one word, or none, tells how this program is used:
/// rpc help batch.
#[derive(Debug, clap::Args)]
pub(crate) struct HelpArguments {
    /// A URL, or the name of an endpoint in the configuration file; or one of this program's commands
    #[arg(value_name = "URL", add = completions::endpoint_or_command())]
    pub(crate) endpoint: Option<String>,

    /// The method's name
    #[arg(add = completions::method())]
    pub(crate) method: Option<String>,

    /// Show the messages and the HTTP status, on stderr
    #[arg(short, long)]
    verbose: bool,

    #[command(flatten)]
    values: Values,
}

pub(crate) async fn list(arguments: MethodsArguments) -> Result {
    let settings = Settings::of(&arguments.endpoint, arguments.values)?;
    let client = connect(&settings, arguments.verbose)?;
    let names = introspection::names(&client).await;
    let names = names.map_err(|error| untold(&error))?;
    unhurried(move || names.iter().try_for_each(|name| print_plain(name))).await
}

pub(crate) async fn help(endpoint: &str, method: &str, arguments: HelpArguments) -> Result {
    let settings = Settings::of(endpoint, arguments.values)?;
    let client = connect(&settings, arguments.verbose)?;
    let signature = match introspection::signature(&client, method).await {
        Ok(signature) => signature,
        Err(error) => return Err(no_such_method(&error, method, &client).await),
    };
    let text = match introspection::help(&client, method).await {
        Ok(text) => text,
        Err(error) if is_untold(&error) && signature.is_some() => String::new(),
        Err(error) => return Err(no_such_method(&error, method, &client).await),
    };
    let mut paragraphs = Vec::new();
    if let Some(signature) = &signature {
        paragraphs.push(introspection::written(signature));
    }
    paragraphs.push(text.trim().to_owned());
    if let Some(signature) = &signature {
        paragraphs.push(introspection::facts(signature).join("\n"));
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    unhurried(move || print_plain(&paragraphs.join("\n\n"))).await
}

fn untold(error: &CallError) -> Failure {
    let failure = Failure::call(error);
    match is_untold(error) {
        true => failure.hint("this server does not tell its methods: it has no rpc.methods"),
        false => failure,
    }
}

/// The server knows no such method, or does not tell.
async fn no_such_method(error: &CallError, method: &str, client: &Client<BoxTransport>) -> Failure {
    let failure = Failure::call(error);
    if is_untold(error) {
        return failure.hint("this server does not tell what its methods do: it has no rpc.help");
    }
    match error.object() {
        Some(_) => introspection::with_a_near_name(failure, method, client).await,
        None => failure,
    }
}

//! `rpc call`: one call, and its result on stdout.

use std::path::PathBuf;

use clap::ValueHint;
use rpc_core::{BoxTransport, CallError, Client, Id};
use serde_json::value::RawValue;

use crate::completions;
use crate::failure::{Failure, Result};
use crate::introspection;
use crate::params::Arguments;
use crate::settings::{Settings, Values};
use crate::shown::{Unsent, connect};
use crate::terminal::{Terminal, unhurried};

/// Call a method, and print its result
///
/// A value is JSON where it parses as that, and a string otherwise: 5 is a number, tea a string, '"5"' the string of that
/// digit, '[1, 2]' an array. Values go by position, or each by its name: quantity=2. A string that has the form of
/// name=value is put in JSON's quotes: '"a=b"'. So is one that begins with a dash, or it stands behind a -- which ends the
/// options; a negative number needs neither.
///
/// The result is JSON on stdout: coloured and indented on a terminal, in one line otherwise. Errors are told on stderr.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct CallArguments {
    /// A URL, or the name of an endpoint in the configuration file
    #[arg(value_name = "URL", add = completions::endpoint())]
    endpoint: String,

    /// The method's name
    #[arg(add = completions::method())]
    method: String,

    /// Values by position, or name=value each
    #[arg(value_name = "PARAM", allow_negative_numbers = true)]
    words: Vec<String>,

    /// Read the params from a file, an array or an object in JSON; - is stdin
    #[arg(long, value_name = "FILE", conflicts_with = "words", value_hint = ValueHint::FilePath)]
    params: Option<PathBuf>,

    /// Send a notification: the server runs the method and answers nothing
    #[arg(long, conflicts_with = "id")]
    notify: bool,

    /// The call's id: a number, or a string
    #[arg(long, allow_negative_numbers = true)]
    id: Option<String>,

    /// Print the message, and send nothing
    #[arg(long)]
    print: bool,

    /// Show the messages and the HTTP status, on stderr
    #[arg(short, long)]
    verbose: bool,

    #[command(flatten)]
    values: Values,
}

const EXAMPLES: &str = "\
Examples:
  rpc call http://localhost:8080/ add 1 -2
  rpc call http://localhost:8080/ orders.place item=tea quantity=2
  rpc call shop orders.place --params order.json --timeout 5s
  RPC_PASSWORD=... rpc call https://shop.example/rpc stock.list --user ann -v";

pub(crate) async fn run(arguments: CallArguments, terminal: Terminal) -> Result {
    let params = match &arguments.params {
        Some(path) => Arguments::from_file(path)?,
        None => Arguments::from_words(&arguments.words)?,
    };
    let settings = Settings::of(&arguments.endpoint, arguments.values)?;
    let call = OneCall {
        method: &arguments.method,
        params,
        id: arguments.id.as_deref().map(id),
    };
    if arguments.print {
        let unsent = Unsent::default();
        let client = unsent.client(&settings);
        let outcome = match arguments.notify {
            true => call.notify(&client).await,
            false => call.call(&client).await.map(drop),
        };
        return match (unsent.message(), outcome) {
            (Some(message), _) => terminal.value(&message),
            (None, outcome) => outcome.map_err(|error| Failure::call(&error)),
        };
    }
    let client = connect(&settings, arguments.verbose)?;
    if arguments.notify {
        let sent = call.notify(&client).await;
        return sent.map_err(|error| Failure::call(&error));
    }
    match call.call(&client).await {
        Ok(result) => unhurried(move || terminal.value(result.get())).await,
        Err(error) => Err(explained(&error, &arguments.method, &client).await),
    }
}

/// JSON where it is an id, a string otherwise.
fn id(text: &str) -> Id {
    text.parse().unwrap_or_else(|_| Id::from(text))
}

struct OneCall<'a> {
    method: &'a str,
    params: Arguments,
    id: Option<Id>,
}

impl OneCall<'_> {
    async fn call(
        self,
        client: &Client<BoxTransport>,
    ) -> std::result::Result<Box<RawValue>, CallError> {
        let call = client.call(self.method, self.params);
        match self.id {
            Some(id) => call.id(id).await,
            None => call.await,
        }
    }

    async fn notify(self, client: &Client<BoxTransport>) -> std::result::Result<(), CallError> {
        client.notify(self.method, self.params).await
    }
}

/// The failure, with the method that may have been meant where there is none of this name.
async fn explained(error: &CallError, method: &str, client: &Client<BoxTransport>) -> Failure {
    let failure = Failure::call(error);
    match introspection::is_untold(error) {
        true => introspection::with_a_near_name(failure, method, client).await,
        false => failure,
    }
}

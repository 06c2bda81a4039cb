//! `rpc call`: one call, with its result on stdout.

use rpc_core::{BoxTransport, CallError, Client, Id, code};
use serde_json::value::RawValue;

use crate::arguments::CallArguments;
use crate::dry_run::DryRun;
use crate::failure::{Failure, Result};
use crate::introspection;
use crate::items::Items;
use crate::params::CallParams;
use crate::servers::Servers;
use crate::settings::{JsonRpc, Settings};
use crate::terminal::{Terminal, write_in_background};
use crate::verbose;

pub(crate) async fn run(arguments: CallArguments, terminal: Terminal) -> Result {
    let params = match &arguments.params {
        Some(path) => CallParams::from_file(path)?,
        None => CallParams::from_words(&arguments.words)?,
    };
    let servers = Servers::of(&arguments.endpoint, &arguments.or, &arguments.settings)?;
    let settings = servers.settings();
    let request = Request {
        method: &arguments.method,
        params,
        id: arguments.id.as_deref().map(id),
        idempotent: arguments.idempotent,
    };
    if settings.jsonrpc.value == JsonRpc::One {
        request.check_version_1()?;
    }
    if arguments.print {
        return print(request, arguments.notify, settings, terminal).await;
    }
    let client = verbose::connect(&servers, arguments.verbose)?;
    if arguments.notify {
        let sent = request.notify(&client).await;
        return sent.map_err(|error| described(&error));
    }
    let items = Items::new(terminal, arguments.idle_timeout.map(|it| it.0));
    let printing = items.client(&client, settings)?;
    match request.call(&printing).await {
        Ok(result) if items.are_all_of(&result) => Ok(()),
        Ok(result) => write_in_background(move || terminal.value(result.get())).await,
        Err(error) => match items.take_failure() {
            Some(failure) => Err(failure),
            None => {
                let failure = call_failure(&error, &arguments.method, &client).await;
                let failure = items.with_silence_hint(failure, &error);
                Err(with_params_hint(failure, &error, &arguments.words))
            }
        },
    }
}

/// Prints the message instead of sending it.
async fn print(
    request: Request<'_>,
    notify: bool,
    settings: &Settings,
    terminal: Terminal,
) -> Result {
    let dry_run = DryRun::default();
    let client = settings.jsonrpc.value.client(dry_run.client(settings));
    let outcome = match notify {
        true => request.notify(&client).await,
        false => request.call(&client).await.map(drop),
    };
    match dry_run.message() {
        Some(message) => terminal.value(&message),
        None => outcome.map_err(|error| Failure::call(&error)),
    }
}

/// A text that is a JSON-RPC id in JSON is that id. Any other text is a string.
fn id(text: &str) -> Id {
    text.parse().unwrap_or_else(|_| Id::from(text))
}

struct Request<'a> {
    method: &'a str,
    params: CallParams,
    id: Option<Id>,
    /// Whether it may be sent again although it may have run.
    idempotent: bool,
}

impl Request<'_> {
    fn check_version_1(&self) -> Result {
        if self.params.are_by_name() {
            return Err(Failure::usage("JSON-RPC 1.0 has no params by name")
                .with_hint("=text is a param by position, and so is :=json"));
        }
        match &self.id {
            Some(id) if id.is_null() => Err(Failure::usage(
                "in JSON-RPC 1.0, a message with the id null is a notification",
            )
            .with_hint("use --notify")),
            _ => Ok(()),
        }
    }

    async fn call(
        self,
        client: &Client<BoxTransport>,
    ) -> std::result::Result<Box<RawValue>, CallError> {
        let mut call = client.call(self.method, self.params);
        if self.idempotent {
            call = call.idempotent();
        }
        match self.id {
            Some(id) => call.id(id).await,
            None => call.await,
        }
    }

    async fn notify(self, client: &Client<BoxTransport>) -> std::result::Result<(), CallError> {
        let notification = client.notify(self.method, self.params);
        match self.idempotent {
            true => notification.idempotent().await,
            false => notification.await,
        }
    }
}

/// The failure of a call. If the method is unknown, suggests one with a similar name.
async fn call_failure(error: &CallError, method: &str, client: &Client<BoxTransport>) -> Failure {
    let failure = described(error);
    match introspection::is_method_not_found(error) {
        true => introspection::suggest_similar(failure, method, client).await,
        false => failure,
    }
}

/// A server that refuses the params may expect a number where a string was typed.
fn with_params_hint(failure: Failure, error: &CallError, words: &[String]) -> Failure {
    let are_refused = error
        .object()
        .is_some_and(|object| object.code() == code::INVALID_PARAMS);
    match CallParams::hint(words) {
        Some(hint) if are_refused && failure.hint().is_none() => failure.with_hint(hint),
        _ => failure,
    }
}

/// The failure of a call, with what the caller needs to know before trying again.
fn described(error: &CallError) -> Failure {
    let failure = Failure::call(error);
    let failure = match error {
        // The server's answer, or a mistake in the command line, says it all.
        CallError::Object(_) | CallError::Encode(_) => failure,
        _ => failure.with_prefix(error.execution()),
    };
    match error.retry_after() {
        Some(wait) => failure.with_hint(format!("the server asks to try again in {wait:?}")),
        None => failure,
    }
}

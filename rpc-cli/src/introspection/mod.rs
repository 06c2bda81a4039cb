//! Asks a server about its methods, and words the answers for a person: by `rpc.methods`, `rpc.help` and `rpc.signature`, and
//! by the methods that [other](foreign) servers have for it.

mod foreign;
mod names;

use std::time::Duration;

use rpc_core::introspection::{IntrospectionClient, Signature, UnknownMethod};
use rpc_core::{BoxTransport, CallError, Client, code};
use rpc_http::StatusError;

pub(crate) use foreign::describe;
pub(crate) use names::names;

use crate::failure::Failure;

/// How long to wait for the names from which a hint is made.
const HINT_TIMEOUT: Duration = Duration::from_secs(2);

/// A method's documentation.
pub(crate) async fn help(client: &Client<BoxTransport>, method: &str) -> Result<String, CallError> {
    IntrospectionClient::new(client.clone()).help(method).await
}

/// What a method takes and returns; `None` if the server does not have `rpc.signature`.
pub(crate) async fn signature(
    client: &Client<BoxTransport>,
    method: &str,
) -> Result<Option<Signature>, CallError> {
    let signature = IntrospectionClient::new(client.clone()).signature(method);
    match signature.await {
        Ok(signature) => Ok(Some(signature)),
        Err(error) if is_method_not_found(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the server does not have the method that was called.
pub(crate) fn is_method_not_found(error: &CallError) -> bool {
    error
        .object()
        .is_some_and(|object| object.code() == code::METHOD_NOT_FOUND)
}

/// Whether the server answers, but not as one does that has the method. Servers differ in how they say so: by an error
/// object, by something else, or by an HTTP status alone.
pub(crate) fn is_unsupported(error: &CallError) -> bool {
    const STATUSES: [u16; 5] = [400, 404, 422, 500, 501];

    let status = error.downcast_ref::<StatusError>().map(StatusError::status);
    let is_object = error.object().is_some() && !error.is_retryable();
    is_object || error.is_protocol() || status.is_some_and(|it| STATUSES.contains(&it.as_u16()))
}

/// Adds a method with a similar name as a hint. If the server does not list its methods, there is no hint, and no second
/// error either.
pub(crate) async fn suggest_similar(
    failure: Failure,
    method: &str,
    client: &Client<BoxTransport>,
) -> Failure {
    let names = tokio::time::timeout(HINT_TIMEOUT, names::for_hint(client)).await;
    let names = names.ok().and_then(Result::ok).unwrap_or_default();
    if names.iter().any(|name| name == method) {
        return failure;
    }
    match UnknownMethod::new(method, names).suggestion {
        // Some servers suggest a name in their own error.
        Some(similar) if !failure.text().contains(&similar) => {
            failure.with_hint(format!("did you mean {similar}?"))
        }
        _ => failure,
    }
}

/// `orders.place(item: &str, quantity: u32 = 1) -> u64`
pub(crate) fn declaration(signature: &Signature) -> String {
    let parameters = signature.params.iter().map(|parameter| {
        let default = parameter.default.as_ref();
        let default = default.map_or(String::new(), |default| format!(" = {default}"));
        format!("{}: {}{default}", parameter.name, parameter.ty)
    });
    let parameters: Vec<String> = parameters.collect();
    let result = match signature.notification || signature.result.is_empty() {
        true => String::new(),
        false => format!(" -> {}", signature.result),
    };
    format!("{}({}){result}", signature.name, parameters.join(", "))
}

/// What else is known about a method, one fact per line.
pub(crate) fn facts(signature: &Signature) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(note) = &signature.deprecated {
        facts.push(format!("deprecated: {note}"));
    }
    if signature.notification {
        facts.push("notification: the server sends no answer".to_owned());
    }
    if signature.idempotent {
        facts
            .push("idempotent: calling it twice has the same effect as calling it once".to_owned());
    }
    if !signature.tags.is_empty() {
        facts.push(format!("tags: {}", signature.tags.join(", ")));
    }
    if signature.flatten {
        facts.push("flatten: the params are the members of one value".to_owned());
    }
    if !signature.aliases.is_empty() {
        facts.push(format!("aliases: {}", signature.aliases.join(", ")));
    }
    facts.extend(signature.errors.iter().map(|error| {
        let docs = error.docs.lines().next().unwrap_or_default();
        let docs = match docs.is_empty() {
            true => String::new(),
            false => format!(": {docs}"),
        };
        let kind = error.kind.as_deref();
        let kind = kind.map_or(String::new(), |kind| format!(" ({kind})"));
        format!("error {} {}{kind}{docs}", error.code, error.name)
    }));
    facts
}

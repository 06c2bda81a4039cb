//! What a server tells of itself, for a person: by `rpc.methods`, `rpc.help` and `rpc.signature`.

use std::time::Duration;

use rpc_core::introspection::{IntrospectionClient, Signature, UnknownMethod};
use rpc_core::{BoxTransport, CallError, Client, code};

use crate::failure::Failure;

/// How long an error waits for a hint.
const PATIENCE: Duration = Duration::from_secs(2);

/// The names of all methods, sorted.
pub(crate) async fn names(client: &Client<BoxTransport>) -> Result<Vec<String>, CallError> {
    IntrospectionClient::new(client.clone()).methods().await
}

/// A method's documentation.
pub(crate) async fn help(client: &Client<BoxTransport>, method: &str) -> Result<String, CallError> {
    IntrospectionClient::new(client.clone()).help(method).await
}

/// What a method takes and returns; `None` where the server does not tell such things.
pub(crate) async fn signature(
    client: &Client<BoxTransport>,
    method: &str,
) -> Result<Option<Signature>, CallError> {
    let signature = IntrospectionClient::new(client.clone()).signature(method);
    match signature.await {
        Ok(signature) => Ok(Some(signature)),
        Err(error) if is_untold(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Does the server not have the method that was to tell something?
pub(crate) fn is_untold(error: &CallError) -> bool {
    error
        .object()
        .is_some_and(|object| object.code() == code::METHOD_NOT_FOUND)
}

/// The failure of a wrong name, with the method that may have been meant. What the server cannot tell is left out: the
/// person has an error to read already.
pub(crate) async fn with_a_near_name(
    failure: Failure,
    method: &str,
    client: &Client<BoxTransport>,
) -> Failure {
    let names = IntrospectionClient::new(client.clone()).methods();
    let names = names.timeout(PATIENCE).await.unwrap_or_default();
    if names.iter().any(|name| name == method) {
        return failure;
    }
    match UnknownMethod::new(method, names).suggestion {
        // Some servers have said so themselves.
        Some(near) if !failure.text().contains(&near) => {
            failure.hint(format!("did you mean {near}?"))
        }
        _ => failure,
    }
}

/// `orders.place(item: &str, quantity: u32 = 1) -> u64`
pub(crate) fn written(signature: &Signature) -> String {
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

/// What there is to know of a method beside its parameters, a line each.
pub(crate) fn facts(signature: &Signature) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(note) = &signature.deprecated {
        facts.push(format!("deprecated: {note}"));
    }
    if signature.notification {
        facts.push("notification: it is answered with nothing".to_owned());
    }
    if signature.idempotent {
        facts.push("idempotent: to call it twice does the same as to call it once".to_owned());
    }
    if signature.flatten {
        facts.push("flatten: the params are one object, the parameter itself".to_owned());
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
        format!("error {} {}{docs}", error.code, error.name)
    }));
    facts
}

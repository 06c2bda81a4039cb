//! What a server tells of itself: the methods `rpc.methods`, `rpc.help` and `rpc.signature`.

use std::fmt;
use std::time::Duration;

use rpc_core::{BoxTransport, CallError, Client, code};
use serde::Deserialize;
use serde_json::value::RawValue;

/// How long an error waits for a hint.
const PATIENCE: Duration = Duration::from_secs(2);

/// The names of all methods, sorted.
pub(crate) async fn names(client: &Client<BoxTransport>) -> Result<Vec<String>, CallError> {
    client.call("rpc.methods", ()).await
}

/// The same, or none: the person has an error to read already.
pub(crate) async fn names_for_a_hint(client: &Client<BoxTransport>) -> Vec<String> {
    let names = client.call("rpc.methods", ()).timeout(PATIENCE);
    names.await.unwrap_or_default()
}

/// A method's documentation.
pub(crate) async fn help(client: &Client<BoxTransport>, method: &str) -> Result<String, CallError> {
    client.call("rpc.help", (method,)).await
}

/// What a method takes and returns; `None` where the server does not tell such things.
pub(crate) async fn signature(
    client: &Client<BoxTransport>,
    method: &str,
) -> Result<Option<Signature>, CallError> {
    match client.call("rpc.signature", (method,)).await {
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

/// A method as `rpc.signature` tells it. What a server leaves out is not so.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Signature {
    name: String,
    aliases: Vec<String>,
    params: Vec<Parameter>,
    result: Option<String>,
    errors: Vec<DeclaredError>,
    pub(crate) idempotent: bool,
    notification: bool,
    deprecated: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Parameter {
    name: String,
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    default: Option<Box<RawValue>>,
}

#[derive(Debug, Deserialize)]
struct DeclaredError {
    code: i64,
    #[serde(default)]
    name: Option<String>,
}

impl fmt::Display for Signature {
    /// `orders.place(item: &str, quantity: u32 = 1) -> u64`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (index, parameter) in self.params.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            f.write_str(&parameter.name)?;
            if let Some(kind) = &parameter.kind {
                write!(f, ": {kind}")?;
            }
            if let Some(default) = &parameter.default {
                write!(f, " = {default}")?;
            }
        }
        f.write_str(")")?;
        match &self.result {
            Some(result) if !self.notification => write!(f, " -> {result}"),
            _ => Ok(()),
        }
    }
}

impl Signature {
    /// What there is to know beside the parameters, a line each.
    pub(crate) fn facts(&self) -> Vec<String> {
        let mut facts = Vec::new();
        if let Some(note) = &self.deprecated {
            facts.push(format!("deprecated: {note}"));
        }
        if self.notification {
            facts.push("notification: it is answered with nothing".to_owned());
        }
        if self.idempotent {
            facts.push("idempotent: to call it twice does the same as to call it once".to_owned());
        }
        if !self.aliases.is_empty() {
            facts.push(format!("aliases: {}", self.aliases.join(", ")));
        }
        let errors = self.errors.iter().map(|error| match &error.name {
            Some(name) => format!("error {}: {name}", error.code),
            None => format!("error {}", error.code),
        });
        facts.extend(errors);
        facts
    }
}

//! OpenRPC documents: what they say about a contract, whether they are valid, and whether values fit their schemas.

mod client_methods;
mod components;
pub mod contract;
mod discovery;
mod documents;
mod examples;
mod functions;
mod plain;
mod values;

use std::process::Stdio;

use rpc_core::Contract;
use rpc_core::openrpc::{Document, OpenRpc};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use crate::peers::script;

/// The complete document of a contract.
fn document(contract: &Contract) -> Document {
    let document = OpenRpc::new()
        .complete()
        .of_contracts(std::slice::from_ref(contract));
    document.unwrap()
}

/// The same, as a value.
fn described(contract: &Contract) -> Value {
    parsed(&document(contract))
}

fn parsed(document: &Document) -> Value {
    serde_json::from_str(document.json().get()).unwrap()
}

/// The description of a method.
fn method<'a>(document: &'a Value, name: &str) -> &'a Value {
    let methods = document["methods"].as_array().unwrap();
    let found = methods.iter().find(|method| method["name"] == name);
    found.unwrap_or_else(|| panic!("no method `{name}` in {document:#}"))
}

/// Validates a document against the official meta-schema, and values against the schemas that pointers lead to.
async fn check(document: &Value, values: &[(String, Value, bool)]) -> Result<String, String> {
    let values: Vec<Value> = values
        .iter()
        .map(
            |(pointer, value, valid)| json!({ "pointer": pointer, "value": value, "valid": valid }),
        )
        .collect();
    let mut node = script("openrpc_check.js")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let input = json!({ "document": document, "values": values }).to_string();
    let mut stdin = node.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).await.unwrap();
    drop(stdin);
    let output = node.wait_with_output().await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(text(&output.stderr)),
    }
}

//! [`names`]: which methods a server has, in whatever way it says so.

use rpc_core::{BoxTransport, CallError, Client};
use serde_json::Value;

use super::{is_method_not_found, is_unsupported};
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The methods that list methods: our own, that of XML-RPC and many servers after it, that of OpenRPC, that of JSON-RPC 1.1,
/// and that of Substrate.
const LISTS: [&str; 5] = [
    "rpc.methods",
    "system.listMethods",
    "rpc.discover",
    "system.describe",
    "rpc_methods",
];

/// The names of all methods, sorted.
pub(crate) async fn names(client: &Client<BoxTransport>) -> Result<Vec<String>> {
    by(&LISTS, client).await
}

/// The same, but a server that has neither of the two usual methods is not asked further: for a hint.
pub(super) async fn for_hint(client: &Client<BoxTransport>) -> Result<Vec<String>> {
    by(&LISTS[..2], client).await
}

/// Asks by each method until one answers. If none does, the first one's failure is reported.
async fn by(lists: &[&str], client: &Client<BoxTransport>) -> Result<Vec<String>> {
    let mut first_failure = None;
    for method in lists {
        let answer: std::result::Result<Value, CallError> = client.call(method, ()).await;
        let failure = match answer {
            Ok(answer) => match names_in(&answer) {
                Some(names) => return Ok(sorted(names)),
                None => not_a_list(method),
            },
            Err(error) if is_unsupported(&error) => unsupported(&error, lists),
            Err(error) => return Err(first_failure.unwrap_or_else(|| Failure::call(&error))),
        };
        first_failure.get_or_insert(failure);
    }
    Err(first_failure.unwrap_or_else(|| Failure::usage("nothing to ask for")))
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names.dedup();
    names
}

/// The names in a list, in a list of descriptions, or in a description of the whole server.
fn names_in(answer: &Value) -> Option<Vec<String>> {
    const MEMBERS: [&str; 3] = ["methods", "procs", "services"];

    match answer {
        Value::Array(entries) => entries.iter().map(name_of).collect(),
        Value::Object(members) => {
            let list = MEMBERS.iter().find_map(|name| members.get(*name))?;
            match list {
                // Descriptions by name.
                Value::Object(methods) => Some(methods.keys().cloned().collect()),
                Value::Array(_) => names_in(list),
                _ => None,
            }
        }
        _ => None,
    }
}

fn name_of(entry: &Value) -> Option<String> {
    let name = entry.as_str().or_else(|| entry.get("name")?.as_str());
    name.map(str::to_owned)
}

fn not_a_list(method: &str) -> Failure {
    let text = format!("the answer to {method} is not a list of methods");
    Failure::new(Exit::Protocol, text)
}

fn unsupported(error: &CallError, lists: &[&str]) -> Failure {
    let failure = Failure::call(error);
    match is_method_not_found(error) {
        true => failure.with_hint(format!(
            "this server cannot list its methods: it has none of {}",
            lists.join(", ")
        )),
        false => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_lists_and_descriptions() {
        for (answer, names) in [
            (r#"["b","a"]"#, Some(&["b", "a"] as &[&str])),
            (r#"[]"#, Some(&[])),
            (r#"{"methods":["a"],"version":1}"#, Some(&["a"])),
            (
                r#"{"openrpc":"1.2.6","methods":[{"name":"a","params":[]}]}"#,
                Some(&["a"]),
            ),
            (
                r#"{"sdversion":"1.0","procs":[{"name":"a"},{"name":"b"}]}"#,
                Some(&["a", "b"]),
            ),
            (r#"{"services":{"a":{"parameters":[]}}}"#, Some(&["a"])),
            (r#"[{"title":"a"}]"#, None),
            (r#"["a",1]"#, None),
            (r#"{"methods":7}"#, None),
            (r#"{"methods":{"methods":{}}}"#, Some(&["methods"])),
            (r#""a, b""#, None),
            ("null", None),
        ] {
            let answer: Value = serde_json::from_str(answer).expect("JSON");
            let found = names_in(&answer);
            let names = names.map(|it| it.iter().map(ToString::to_string).collect());
            assert_eq!(found, names, "{answer}");
        }
    }
}

//! [`Exchange`]: a call and its answer, as a line of a recording.

mod answer_secrets;
pub(crate) mod pointer;
mod secrets;
mod tree;
mod values;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub(crate) use answer_secrets::AnswerSecrets;
pub(crate) use secrets::Secrets;
pub(crate) use tree::Tree;

/// What a recording has in place of a hidden value.
pub(crate) const HIDDEN: &str = "(hidden)";

/// Why a reply is not an answer, although it is JSON.
pub(crate) const NOT_A_RESPONSE: &str = "the reply is not a response";

/// A call and its answer. In a recording, each is a line of JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Exchange {
    /// When the call was passed on.
    pub(crate) time: String,
    /// The message, with secrets hidden.
    pub(crate) request: Box<RawValue>,
    /// What became of it.
    pub(crate) outcome: Outcome,
    /// The items, if the answer is a stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) items: Option<Vec<Item>>,
    /// How many more items there were than a recording keeps.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) more_items: u64,
    /// The response, with secrets hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) response: Option<Box<RawValue>>,
    /// The HTTP status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    /// Why the response is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<String>,
    /// How long it took.
    pub(crate) milliseconds: f64,
    /// What is hidden: the pointer into this line, and the name of the parameter or member.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) hidden: BTreeMap<String, String>,
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    /// There is a response.
    Answered,
    /// It is a notification, which gets none.
    Notified,
    /// The caller did not wait for the response, or stopped the stream.
    GivenUp,
    /// The response is missing or can't be read.
    Failed,
}

/// An item of a stream.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) value: Box<RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<Box<RawValue>>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A message, as far as a recording looks into it.
#[derive(Debug, Deserialize)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) params: Option<Box<RawValue>>,
    /// `None` for a notification.
    pub(crate) id: Option<Box<RawValue>>,
}

impl Exchange {
    pub(crate) fn request(&self) -> Result<Request, serde_json::Error> {
        serde_json::from_str(self.request.get())
    }

    /// The items, and the result or the error, for a comparison.
    pub(crate) fn answer(&self) -> Tree {
        let mut members = Vec::new();
        if let Some(items) = &self.items {
            let items = items.iter().map(|item| Tree::read(&item.value));
            members.push(("items".to_owned(), Tree::Array(items.collect())));
        }
        if let Some(response) = &self.response {
            let response = Tree::read(response);
            let result = response.get("result").cloned();
            members.extend(result.map(|result| ("result".to_owned(), result)));
            let error = response.get("error").cloned().map(standard);
            members.extend(error.map(|error| ("error".to_owned(), error)));
        }
        Tree::Object(members)
    }
}

/// An error object with the members of JSON-RPC only. Clients see no others, so a comparison doesn't either.
fn standard(error: Tree) -> Tree {
    let Tree::Object(mut members) = error else {
        return error;
    };
    members.retain(|(name, _)| matches!(&**name, "code" | "message" | "data"));
    Tree::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_what_clients_see() {
        let line = r#"{"time":"","request":{},"outcome":"answered","milliseconds":1,"response":
            {"jsonrpc":"2.0","id":1,"error":{"name":"HANDLER_ERROR","cause":{"a":1},"code":-32000,"message":"no","data":null}}}"#;
        let exchange: Exchange = serde_json::from_str(line).expect("a line");
        let answer = exchange.answer().to_raw();
        assert_eq!(
            answer.get(),
            r#"{"error":{"code":-32000,"message":"no","data":null}}"#
        );
    }
}

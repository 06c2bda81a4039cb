//! One struct as the whole params object.

use rpc_core::{CallError, Client, Dispatcher, Transport, memory, rpc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Search {
    text: String,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    raw: Option<Box<RawValue>>,
    #[serde(default)]
    nested: Nested,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Nested {
    a: u8,
}

#[derive(Debug, Serialize, Deserialize)]
struct Wrapped(Search);

#[derive(Debug, Serialize, Deserialize)]
struct Open {
    text: String,
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

#[rpc]
trait Strict {
    async fn search(&self, #[rpc(flatten)] search: Search) -> Search;
    async fn borrowed(&self, #[rpc(flatten)] search: &Search) -> String;
    async fn wrapped(&self, #[rpc(flatten)] search: Wrapped) -> String;
    async fn open(&self, #[rpc(flatten)] open: Open) -> usize;
}

#[rpc(lenient, namespace = "lenient")]
trait Lenient {
    async fn search(&self, #[rpc(flatten)] search: Search) -> String;
}

struct Service;

impl Strict for Service {
    async fn search(&self, search: Search) -> Search {
        search
    }

    async fn borrowed(&self, search: &Search) -> String {
        search.text.clone()
    }

    async fn wrapped(&self, search: Wrapped) -> String {
        search.0.text
    }

    async fn open(&self, open: Open) -> usize {
        open.rest.len()
    }
}

impl Lenient for Service {
    async fn search(&self, search: Search) -> String {
        search.text
    }
}

async fn function(search: Search) -> String {
    search.text
}

fn client() -> Client<impl Transport> {
    let service = Dispatcher::new()
        .service(StrictServer::new(Service))
        .service(LenientServer::new(Service))
        .method("function", function);
    memory::connect(service)
}

/// The data of the error -32602 that answers a call.
async fn refusal(method: &str, params: Value) -> String {
    match client().call::<_, Value>(method, params).await {
        Err(CallError::Object(error)) if error.code() == -32602 => error.data_as().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_and_named() {
    for method in ["search", "borrowed", "wrapped", "function"] {
        let misspelt = json!({ "text": "tea", "limt": 3 });
        assert_eq!(
            refusal(method, misspelt).await,
            "unknown parameter `limt`",
            "{method}"
        );
    }
}

#[tokio::test]
async fn members_that_the_type_keeps_or_the_trait_allows_are_accepted() {
    let kept: usize = client()
        .call("open", json!({ "text": "tea", "x": 1, "y": 2 }))
        .await
        .unwrap();
    assert_eq!(kept, 2);
    let ignored: String = client()
        .call("lenient.search", json!({ "text": "tea", "x": 1 }))
        .await
        .unwrap();
    assert_eq!(ignored, "tea");
    // Members further down are up to the type.
    let nested = json!({ "text": "tea", "nested": { "a": 1, "b": 2 }, "raw": [1, { "c": 3 }] });
    let echoed: Value = client().call("search", nested).await.unwrap();
    let expected =
        json!({ "text": "tea", "limit": null, "nested": { "a": 1 }, "raw": [1, { "c": 3 }] });
    assert_eq!(echoed, expected);
}

#[tokio::test]
async fn params_by_position_are_the_fields_in_order() {
    let echoed: Value = client().call("search", ("tea", 3)).await.unwrap();
    assert_eq!(echoed["limit"], 3);
    assert!(
        !refusal("search", json!(["tea", 3, null, { "a": 1 }, "more"]))
            .await
            .is_empty()
    );
}

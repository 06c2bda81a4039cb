//! An array for a flattened struct may end early. What is missing is what a missing member is.

use rpc_core::{Client, Transport, memory, rpc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::refusal;

fn ten() -> Option<u32> {
    Some(10)
}

type Alias = Option<u32>;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Newtype(Option<u32>);

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct Transparent {
    value: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct Search {
    text: String,
    #[serde(skip)]
    _skipped: u32,
    #[serde(alias = "most", alias = "max")]
    limit: Option<u32>,
    alias: Alias,
    boxed: Box<Option<u32>>,
    #[serde(default)]
    newtype: Newtype,
    #[serde(default)]
    transparent: Transparent,
    #[serde(default = "ten")]
    ten: Option<u32>,
    #[serde(default)]
    count: u32,
}

#[derive(Serialize, Deserialize)]
struct Wrapped(Box<Search>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Closed {
    a: u32,
    b: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(default)]
struct AllDefault {
    a: u32,
    b: u32,
}

impl Default for AllDefault {
    fn default() -> Self {
        AllDefault { a: 1, b: 2 }
    }
}

#[derive(Serialize, Deserialize)]
struct Pair(u32, Option<u32>, Option<u32>);

#[derive(Serialize, Deserialize)]
struct Borrowed<'a> {
    text: &'a str,
    note: Option<&'a str>,
}

#[rpc]
trait Searches {
    async fn search(&self, #[rpc(flatten)] search: Search) -> Value;
    async fn borrowed(&self, #[rpc(flatten)] search: &Search) -> Value;
    async fn wrapped(&self, #[rpc(flatten)] search: Option<Wrapped>) -> Value;
    async fn closed(&self, #[rpc(flatten)] closed: Closed) -> Value;
    async fn defaults(&self, #[rpc(flatten)] defaults: AllDefault) -> Value;
    async fn pair(&self, #[rpc(flatten)] pair: Pair) -> Value;
    async fn tuple(&self, #[rpc(flatten)] tuple: (u32, Option<u32>)) -> Value;
    async fn list(&self, #[rpc(flatten)] list: Vec<Option<u32>>) -> Value;
    async fn texts(&self, #[rpc(flatten)] texts: Borrowed<'_>) -> String;
}

#[rpc(lenient, namespace = "lenient")]
trait Lenient {
    async fn closed(&self, #[rpc(flatten)] closed: Closed) -> Value;
}

struct Service;

fn value(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

impl Searches for Service {
    async fn search(&self, search: Search) -> Value {
        value(search)
    }
    async fn borrowed(&self, search: &Search) -> Value {
        value(search)
    }
    async fn wrapped(&self, search: Option<Wrapped>) -> Value {
        value(search)
    }
    async fn closed(&self, closed: Closed) -> Value {
        value(closed)
    }
    async fn defaults(&self, defaults: AllDefault) -> Value {
        value(defaults)
    }
    async fn pair(&self, pair: Pair) -> Value {
        value(pair)
    }
    async fn tuple(&self, tuple: (u32, Option<u32>)) -> Value {
        value(tuple)
    }
    async fn list(&self, list: Vec<Option<u32>>) -> Value {
        value(list)
    }
    async fn texts(&self, texts: Borrowed<'_>) -> String {
        format!("{}{:?}", texts.text, texts.note)
    }
}

impl Lenient for Service {
    async fn closed(&self, closed: Closed) -> Value {
        value(closed)
    }
}

fn client() -> Client<impl Transport> {
    let service = rpc_core::Dispatcher::new()
        .service(SearchesServer::new(Service))
        .service(LenientServer::new(Service));
    memory::connect(service)
}

/// By name and by position, the method gets the same.
#[tokio::test]
async fn missing_elements_are_what_missing_members_are() {
    let client = client();
    let full = json!({
        "text": "tea", "limit": 1, "alias": 2, "boxed": 3, "newtype": 4, "transparent": 5, "ten": 6, "count": 7
    });
    let names = [
        "text",
        "limit",
        "alias",
        "boxed",
        "newtype",
        "transparent",
        "ten",
        "count",
    ];
    for method in ["search", "borrowed", "wrapped"] {
        for length in 1..=names.len() {
            let given = &names[..length];
            let by_name: Value = given
                .iter()
                .map(|name| ((*name).to_owned(), full[name].clone()))
                .collect::<serde_json::Map<_, _>>()
                .into();
            let in_order: Value = given.iter().map(|name| full[name].clone()).collect();
            let by_name: Value = client.call(method, &by_name).await.unwrap();
            let in_order: Value = client.call(method, &in_order).await.unwrap();
            assert_eq!(in_order, by_name, "{method}, {length} elements");
        }
    }
    let some: Value = client.call("search", ["tea"]).await.unwrap();
    assert_eq!(
        (&some["limit"], &some["ten"], &some["count"]),
        (&json!(null), &json!(10), &json!(0))
    );
}

#[tokio::test]
async fn other_flattened_values_may_end_early_too() {
    let client = client();
    for (method, params, expected) in [
        ("closed", json!([1]), json!({ "a": 1, "b": null })),
        ("lenient.closed", json!([1]), json!({ "a": 1, "b": null })),
        ("defaults", json!([]), json!({ "a": 1, "b": 2 })),
        ("defaults", json!([5]), json!({ "a": 5, "b": 2 })),
        ("pair", json!([1]), json!([1, null, null])),
        ("pair", json!([1, 2]), json!([1, 2, null])),
        ("tuple", json!([1]), json!([1, null])),
        ("list", json!([]), json!([])),
        ("list", json!([null]), json!([null])),
    ] {
        let answer = client.call::<_, Value>(method, &params).await;
        assert_eq!(answer.ok(), Some(expected), "{method} {params}");
    }
    let text: String = client.call("texts", ["a"]).await.unwrap();
    assert_eq!(text, "aNone");
}

#[tokio::test]
async fn what_is_required_is_still_missing() {
    let client = client();
    for (method, params, expected) in [
        ("search", json!([]), "missing parameter `text`"),
        ("wrapped", json!([]), "missing parameter `text`"),
        ("closed", json!([]), "missing parameter `a`"),
        (
            "pair",
            json!([]),
            "invalid length 0, expected tuple struct Pair with 3 elements",
        ),
        (
            "tuple",
            json!([]),
            "invalid length 0, expected a tuple of size 2",
        ),
        (
            "search",
            json!(["tea", "x"]),
            "invalid type: string \"x\", expected u32",
        ),
        (
            "closed",
            json!([1, "x"]),
            "parameter `b`: invalid type: string \"x\", expected u32",
        ),
    ] {
        let refused = refusal(&client, method, params.clone()).await;
        assert_eq!(refused, expected, "{method} {params}");
    }
}

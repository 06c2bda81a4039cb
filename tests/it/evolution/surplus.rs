//! A server doesn't refuse a surplus parameter that is `null`.

use rpc_core::{Client, Dispatcher, Transport, function, memory, rpc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::refusal;

#[derive(Serialize, Deserialize)]
struct One {
    a: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Closed {
    #[serde(alias = "A")]
    a: u32,
    #[serde(default)]
    b: u32,
}

#[derive(Serialize, Deserialize)]
struct Wrapped(Closed);

#[derive(Serialize, Deserialize)]
struct Pair(u32, Option<u32>);

#[rpc]
trait Numbers {
    async fn one(&self, a: u32) -> u32;
    async fn none(&self) -> u32;
    async fn flat(&self, #[rpc(flatten)] one: One) -> u32;
    async fn closed(&self, #[rpc(flatten)] one: Closed) -> u32;
    async fn wrapped(&self, #[rpc(flatten)] one: Box<Wrapped>) -> u32;
    async fn pair(&self, #[rpc(flatten)] pair: Pair) -> u32;
    #[rpc(blocking)]
    fn blocking(&self, a: u32) -> u32;
}

#[rpc(lenient, namespace = "lenient")]
trait Lenient {
    async fn one(&self, a: u32) -> u32;
    async fn flat(&self, #[rpc(flatten)] one: One) -> u32;
}

struct Service;

impl Numbers for Service {
    async fn one(&self, a: u32) -> u32 {
        a
    }
    async fn none(&self) -> u32 {
        1
    }
    async fn flat(&self, one: One) -> u32 {
        one.a
    }
    async fn closed(&self, one: Closed) -> u32 {
        one.a
    }
    async fn wrapped(&self, one: Box<Wrapped>) -> u32 {
        one.0.a
    }
    async fn pair(&self, pair: Pair) -> u32 {
        pair.0
    }
    fn blocking(&self, a: u32) -> u32 {
        a
    }
}

impl Lenient for Service {
    async fn one(&self, a: u32) -> u32 {
        a
    }
    async fn flat(&self, one: One) -> u32 {
        one.a
    }
}

fn client() -> Client<impl Transport> {
    let service = Dispatcher::new()
        .service(NumbersServer::new(Service))
        .service(LenientServer::new(Service))
        .method("f.one", |a: u32| async move { a })
        .method("f.none", || async { 1 })
        .method(
            "f.named",
            function(|a: u32| async move { a }).params(&["a"]),
        )
        .method("f.flat", |one: One| async move { one.a })
        .method("f.maybe", |a: Option<u32>| async move { a.unwrap_or(1) })
        .method("f.both", |a: Option<u32>, _: Option<u32>| async move {
            a.unwrap_or(1)
        });
    memory::connect(service)
}

#[tokio::test]
async fn surplus_nulls_are_accepted() {
    let client = client();
    for (method, params) in [
        ("one", json!([1, null])),
        ("one", json!([1, null, null, null])),
        ("one", json!({ "a": 1, "b": null })),
        ("one", json!({ "": null, "a": 1, "b": null })),
        ("none", json!([null])),
        ("none", json!({ "x": null })),
        ("blocking", json!([1, null])),
        ("flat", json!([1, null, null])),
        ("flat", json!({ "b": null, "a": 1 })),
        ("closed", json!([1, 2, null])),
        ("closed", json!([1, 2, null, null, null])),
        ("closed", json!({ "b": 2, "c": null, "a": 1, "d": null })),
        ("closed", json!({ "A": 1, "a ": null })),
        ("wrapped", json!([1, 2, null])),
        ("wrapped", json!({ "c": null, "a": 1 })),
        ("pair", json!([1, 2, null])),
        ("pair", json!([1, 2, null, null])),
        ("lenient.one", json!([1, null])),
        ("lenient.one", json!([1, 2, "x"])),
        ("lenient.one", json!({ "a": 1, "b": null })),
        ("lenient.flat", json!([1, null])),
        ("lenient.flat", json!([1, null, 3])),
        ("lenient.flat", json!({ "a": 1, "b": 2 })),
        ("f.one", json!([1, null])),
        ("f.none", json!([null])),
        ("f.none", json!({ "x": null })),
        ("f.named", json!([1, null])),
        ("f.named", json!({ "a": 1, "b": null })),
        ("f.flat", json!({ "a": 1, "b": null })),
        ("f.maybe", json!({ "x": null })),
        ("f.maybe", json!([null, null])),
        ("f.both", json!({ "x": null, "y": null })),
        ("f.both", json!({})),
    ] {
        let one = client.call::<_, u32>(method, &params).await;
        assert_eq!(one.ok(), Some(1), "{method} {params}");
    }
}

#[tokio::test]
async fn what_says_something_is_still_refused() {
    let client = client();
    for (method, params, expected) in [
        (
            "one",
            json!([1, 2]),
            "too many parameters; the method takes 1",
        ),
        (
            "one",
            json!([1, null, 5]),
            "too many parameters; the method takes 1",
        ),
        (
            "one",
            json!([1, false]),
            "too many parameters; the method takes 1",
        ),
        (
            "one",
            json!({ "a": 1, "b": 2 }),
            "unknown parameter `b`; the method takes `a`",
        ),
        (
            "one",
            json!({ "x": null, "a": 1, "b": [null] }),
            "unknown parameter `b`; the method takes `a`",
        ),
        ("one", json!({ "b": null }), "missing parameter `a`"),
        (
            "none",
            json!({ "x": 0 }),
            "unknown parameter `x`; the method takes none",
        ),
        (
            "flat",
            json!([1, 2]),
            "too many parameters; the method takes 1",
        ),
        (
            "flat",
            json!([1, null, 2]),
            "too many parameters; the method takes 1",
        ),
        (
            "flat",
            json!({ "a": 1, "b": 2 }),
            "unknown parameter `b`; the method takes `a`",
        ),
        (
            "flat",
            json!({ "x": null, "b": 2, "a": 1 }),
            "unknown parameter `b`; the method takes `a`",
        ),
        ("flat", json!({ "x": null }), "missing parameter `a`"),
        (
            "closed",
            json!([1, 2, 3]),
            "too many parameters; the method takes 2",
        ),
        (
            "closed",
            json!([1, 2, null, 3]),
            "too many parameters; the method takes 2",
        ),
        (
            "closed",
            json!({ "a": 1, "c": 2 }),
            "unknown parameter `c`; the method takes `A`, `a`, `b`",
        ),
        (
            "pair",
            json!([1, 2, 3]),
            "too many parameters; the method takes 2",
        ),
        (
            "f.one",
            json!([1, 2]),
            "too many parameters; the method takes 1",
        ),
        (
            "f.one",
            json!({ "a": 1 }),
            "this method takes its parameters by position",
        ),
        (
            "f.one",
            json!({ "a": null }),
            "this method takes its parameters by position",
        ),
        (
            "f.both",
            json!({ "a": 1 }),
            "this method takes its parameters by position",
        ),
        (
            "f.flat",
            json!({ "a": 1, "b": 2 }),
            "unknown parameter `b`; the method takes `a`",
        ),
    ] {
        let refused = refusal(&client, method, params.clone()).await;
        assert_eq!(refused, expected, "{method} {params}");
    }
}

#[tokio::test]
async fn params_before_the_method_are_treated_alike() {
    for (params, expected) in [(r#"{"a":1,"b":null}"#, "1"), (r#"[ 1 , null ]"#, "1")] {
        for method in ["one", "flat"] {
            let request =
                format!(r#"{{"jsonrpc":"2.0","params":{params},"method":"{method}","id":1}}"#);
            let reply = client().send(request).await.unwrap().unwrap();
            assert_eq!(
                reply,
                format!(r#"{{"jsonrpc":"2.0","result":{expected},"id":1}}"#)
            );
        }
    }
}

#[tokio::test]
async fn the_servers_own_methods_accept_them_too() {
    let client = client();
    for (method, params) in [
        ("rpc.methods", json!([null])),
        ("rpc.help", json!(["one", null])),
        ("rpc.signature", json!({ "method": "one", "x": null })),
    ] {
        let answer = client.call::<_, Value>(method, &params).await;
        assert!(answer.is_ok(), "{method} {params}: {answer:?}");
    }
}

/// The value that comes after the surplus is still read.
#[tokio::test]
async fn a_message_with_surplus_nulls_is_read_to_its_end() {
    let messages = [
        (
            r#"{"jsonrpc":"2.0","method":"flat","params":{"b":null,"a":1},"id":"x"}"#,
            r#""id":"x""#,
        ),
        (
            r#"{"jsonrpc":"2.0","method":"flat","params":[1,null],"id":"x"}"#,
            r#""id":"x""#,
        ),
        (
            r#"{"jsonrpc":"2.0","method":"flat","params":[1,null,],"id":"x"}"#,
            "-32700",
        ),
        (
            r#"{"jsonrpc":"2.0","method":"flat","params":{"b":null,"a":1,},"id":"x"}"#,
            "-32700",
        ),
        (
            r#"{"jsonrpc":"2.0","method":"one","params":[1,nul],"id":"x"}"#,
            "-32700",
        ),
        (
            r#"{"jsonrpc":"2.0","method":"f.both","params":{"a":null,},"id":"x"}"#,
            "-32700",
        ),
    ];
    for (message, expected) in messages {
        let reply = client().send(message).await.unwrap().unwrap();
        assert!(reply.contains(expected), "{message}: {reply}");
    }
}

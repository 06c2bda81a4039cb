//! Streams whose token is a parameter, as in the Language Server Protocol.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Waker};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use rpc_core::session::{Session, SessionBuilder};
use rpc_core::{CallError, Dispatcher, IntoServer, Server, memory, rpc};
use serde_json::{Value, json};

use super::journal::{Book, JournalClient, JournalError, JournalServer, Shelf};

struct End {
    session: Session,
    messages: VecDeque<Bytes>,
}

impl End {
    fn new() -> Self {
        End::serving(Server::new(JournalServer::new(Shelf::default())))
    }

    fn serving(server: impl IntoServer) -> Self {
        End {
            session: SessionBuilder::new().serve(server).build(),
            messages: VecDeque::new(),
        }
    }

    fn send(&mut self, message: Value) {
        let mut task = Context::from_waker(Waker::noop());
        self.session.receive(message.to_string().into(), &mut task);
    }

    /// What the server has to say by now.
    fn said(&mut self) -> Vec<Value> {
        let mut task = Context::from_waker(Waker::noop());
        while self
            .session
            .poll_outgoing(&mut task, &mut self.messages)
            .is_ready()
        {}
        let messages = self.messages.drain(..);
        messages
            .map(|it| serde_json::from_slice(&it).unwrap())
            .collect()
    }
}

fn call(id: u64, method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": format!("journal.{method}"), "params": params, "id": id })
}

fn item(token: Value, value: Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": "$/progress", "params": { "token": token, "value": value } })
}

fn result(id: u64, result: Value) -> Value {
    json!({ "jsonrpc": "2.0", "result": result, "id": id })
}

#[test]
fn items_carry_the_token_and_the_result_is_empty() {
    let mut end = End::new();
    end.send(call(
        7,
        "symbols",
        json!({ "document": "a", "partialResultToken": "t" }),
    ));
    let expected = ["a1", "a2", "a3"].map(|symbol| item(json!("t"), json!(symbol)));
    let mut expected = expected.to_vec();
    expected.push(result(7, json!([])));
    assert_eq!(end.said(), expected);

    end.send(call(
        8,
        "places",
        json!({ "lines": 3, "partialResultToken": 8 }),
    ));
    let expected = [json!([]), json!([10]), json!([20, 21])].map(|list| item(json!(8), list));
    let mut expected = expected.to_vec();
    expected.push(result(8, json!([])));
    assert_eq!(end.said(), expected);
}

#[test]
fn without_a_token_the_result_is_the_list() {
    let mut end = End::new();
    for (method, params, list) in [
        (
            "symbols",
            json!({ "document": "a" }),
            json!(["a1", "a2", "a3"]),
        ),
        (
            "symbols",
            json!({ "document": "a", "partialResultToken": null }),
            json!(["a1", "a2", "a3"]),
        ),
        (
            "places",
            json!({ "lines": 6 }),
            json!([10, 20, 21, 40, 50, 51]),
        ),
        ("places", json!({ "lines": 1 }), json!([])),
        ("places", json!([2]), json!([10])),
    ] {
        end.send(call(1, method, params));
        assert_eq!(end.said(), [result(1, list)], "{method}");
    }
    end.send(call(1, "places", json!({ "lines": 10 })));
    assert_eq!(end.said()[0]["error"]["code"], 1002);
}

/// A list is a reply, and no longer than replies may be.
#[test]
fn a_list_is_bounded() {
    let server = Server::new(JournalServer::new(Shelf::default())).max_reply(300);
    let mut end = End::serving(server);
    end.send(call(1, "endless", json!({})));
    let said = end.said();
    assert_eq!(said[0]["error"]["code"], -32008, "{said:?}");
    let message = said[0]["error"]["message"].to_string();
    assert!(said.len() == 1 && message.contains("too"), "{said:?}");
}

/// Over HTTP, a batch gets lists, too.
#[test]
fn a_batch_gets_lists_and_items() {
    let mut end = End::new();
    let list = call(1, "symbols", json!({ "document": "a" }));
    let named = json!({ "document": "b", "partialResultToken": "t" });
    end.send(json!([list, call(2, "symbols", named)]));
    let mut said = end.said();
    let answers = said.pop().unwrap();
    assert_eq!(
        said,
        ["b1", "b2", "b3"].map(|symbol| item(json!("t"), json!(symbol)))
    );
    let list = result(1, json!(["a1", "a2", "a3"]));
    assert_eq!(answers, json!([list, result(2, json!([]))]));
    assert!(end.session.is_idle());
}

#[test]
fn a_token_names_one_stream_at_a_time() {
    let mut end = End::new();
    // Without credit after the first item, so that the stream stays open.
    let window =
        json!({ "jsonrpc": "2.0", "method": "$/window", "params": { "token": "t", "add": 1 } });
    end.send(window.clone());
    end.send(call(1, "endless", json!({ "partialResultToken": "t" })));
    let opened = json!({ "jsonrpc": "2.0", "method": "$/progress", "params": { "token": "t", "opened": true } });
    assert_eq!(end.said(), [opened, item(json!("t"), json!("more"))]);
    end.send(call(
        2,
        "symbols",
        json!({ "document": "a", "partialResultToken": "t" }),
    ));
    let refused = end.said();
    assert_eq!(refused[0]["error"]["code"], -32600, "{refused:?}");
    assert_eq!(refused[0]["id"], 2);
    // A call with this id would share the token, too.
    end.send(call(
        3,
        "symbols",
        json!({ "document": "a", "partialResultToken": 1 }),
    ));
    assert_eq!(end.said()[0]["error"]["code"], -32600);
    // Credit goes by the token, and the first stream goes on.
    let more =
        json!({ "jsonrpc": "2.0", "method": "$/window", "params": { "token": "t", "add": 200 } });
    end.send(more);
    assert!(!end.said().is_empty());
    end.send(json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 1 } }));
    let cancelled = end.said();
    assert_eq!(cancelled[0]["error"]["code"], -32800, "{cancelled:?}");
    end.send(call(
        4,
        "symbols",
        json!({ "document": "a", "partialResultToken": "t" }),
    ));
    assert_eq!(end.said().len(), 4);
}

/// The client chooses both, and the one names items while the other names an answer.
#[test]
fn a_token_may_be_the_id_of_another_call() {
    let service = Dispatcher::new()
        .service(JournalServer::new(Shelf::default()))
        .method("journal.wait", std::future::pending::<()>);
    let mut end = End::serving(service);
    let window = |add: u64| {
        let params = json!({ "token": 1, "add": add });
        json!({ "jsonrpc": "2.0", "method": "$/window", "params": params })
    };
    let cancel =
        |id: u64| json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": id } });

    end.send(call(1, "wait", json!([])));
    let named = json!({ "document": "a", "partialResultToken": 1 });
    end.send(call(2, "symbols", named));
    let mut expected = ["a1", "a2", "a3"]
        .map(|it| item(json!(1), json!(it)))
        .to_vec();
    expected.push(result(2, json!([])));
    assert_eq!(end.said(), expected);
    end.send(cancel(1));
    assert_eq!(end.said()[0]["id"], 1, "the call was not lost");

    // The stream comes first, and then the call. Credit is for the one, and cancelling for the other.
    end.send(window(1));
    end.send(call(3, "endless", json!({ "partialResultToken": 1 })));
    assert_eq!(end.said().len(), 2, "opened, and one item");
    end.send(call(1, "wait", json!([])));
    assert_eq!(end.said(), [Value::Null; 0]);
    end.send(cancel(1));
    let cancelled = end.said();
    assert_eq!((cancelled.len(), &cancelled[0]["id"]), (1, &json!(1)));
    end.send(window(200));
    let more = end.said();
    assert!(
        !more.is_empty() && more.iter().all(|it| it["params"]["token"] == 1),
        "{more:?}"
    );
    end.send(cancel(3));
    assert_eq!(end.said()[0]["id"], 3);
    assert!(end.session.is_idle());
}

#[test]
fn a_token_is_a_string_or_a_number() {
    let mut end = End::new();
    end.send(call(
        1,
        "symbols",
        json!({ "document": "a", "partialResultToken": {} }),
    ));
    assert_eq!(end.said()[0]["error"]["code"], -32602);
}

#[tokio::test]
async fn the_stub_sends_a_token() {
    let journal = JournalClient::new(memory::connect(JournalServer::new(Shelf::default())));
    let symbols = journal.symbols("a").await.unwrap();
    let symbols: Vec<String> = symbols.try_collect().await.unwrap();
    assert_eq!(symbols, ["a1", "a2", "a3"]);
    let places = journal.places(3).await.unwrap();
    let places: Vec<Vec<u32>> = places.try_collect().await.unwrap();
    assert_eq!(places, [vec![], vec![10], vec![20, 21]]);
    let failed = journal.places(10).await.unwrap();
    let failed: Vec<_> = failed.collect().await;
    assert!(matches!(
        failed.last(),
        Some(Err(CallError::Method(JournalError::Moving)))
    ));
}

/// The same methods, of a server that does not look at tokens.
#[rpc(namespace = "journal", lenient)]
trait AtOnce {
    async fn symbols(&self, document: &str) -> Vec<String>;
    async fn places(&self, lines: u32) -> Vec<u32>;
    async fn endless(&self);
}

struct Plain;

impl AtOnce for Plain {
    async fn symbols(&self, _: &str) -> Vec<String> {
        vec!["x".to_owned(), "y".to_owned()]
    }

    async fn places(&self, _: u32) -> Vec<u32> {
        vec![1, 2, 3]
    }

    async fn endless(&self) {}
}

/// A server that does not report progress answers with everything at once.
#[tokio::test]
async fn a_server_may_ignore_the_token() {
    let journal = JournalClient::new(memory::connect(AtOnceServer::new(Plain)));
    let symbols = journal.symbols("a").await.unwrap();
    assert_eq!(symbols.try_collect::<Vec<_>>().await.unwrap(), ["x", "y"]);
    let places = journal.places(3).await.unwrap();
    assert_eq!(
        places.try_collect::<Vec<_>>().await.unwrap(),
        [vec![1, 2, 3]]
    );
    let endless = journal.endless().await.unwrap();
    assert_eq!(endless.try_collect::<Vec<_>>().await.unwrap(), [""; 0]);
}

/// Over plain HTTP, such a method is a call like any other.
#[tokio::test]
async fn without_a_token_no_stream_is_needed() {
    let book = Arc::new(Book::default());
    let server =
        crate::http::running(rpc_http::server::endpoint(JournalServer::new(Shelf(book)))).await;
    let params = json!({ "document": "a" });
    let symbols: Vec<String> = server
        .client()
        .call("journal.symbols", params)
        .await
        .unwrap();
    assert_eq!(symbols, ["a1", "a2", "a3"]);
    let params = json!({ "document": "a", "partialResultToken": 1 });
    let refused = server
        .client()
        .call::<_, Value>("journal.symbols", params)
        .await;
    assert_eq!(refused.unwrap_err().object().unwrap().code(), -33000);
    // The stub asks for events.
    let journal = JournalClient::new(server.client());
    let symbols = journal.symbols("a").await.unwrap();
    assert_eq!(symbols.try_collect::<Vec<_>>().await.unwrap().len(), 3);
}

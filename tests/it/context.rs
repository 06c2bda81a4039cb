//! What a method can know about its call.

use rpc_core::{Context, Dispatcher, RequestMetadata, Server, rpc};
use serde_json::{Value, json};

use crate::shop::{OrdersServer, Shop};

#[derive(Clone)]
struct User(&'static str);

#[rpc]
trait Inspect {
    #[rpc(alias = ["look", "see"])]
    async fn inspect(&self, #[rpc(context)] cx: &Context) -> Value;
    /// The context may come anywhere among the parameters.
    async fn between(&self, a: u8, #[rpc(context)] cx: &Context, b: u8) -> Value;
    #[rpc(blocking)]
    fn blocking(&self, #[rpc(context)] cx: &Context) -> Value;
    fn in_place(&self, #[rpc(context)] cx: &Context) -> Value;
}

struct Inspector;

fn inspect(cx: &Context) -> Value {
    json!({
        "id": cx.id().map(|id| id.as_json()),
        "notification": cx.is_notification(),
        "name": cx.method_name(),
        "aliases": cx.method().map(|method| method.aliases.clone()),
        "shop": cx.header("X-Shop"),
        "headers": cx.headers().len(),
        "user": cx.get::<User>().map(|user| user.0),
    })
}

impl Inspect for Inspector {
    async fn inspect(&self, cx: &Context) -> Value {
        inspect(cx)
    }

    async fn between(&self, a: u8, cx: &Context, b: u8) -> Value {
        json!([a, inspect(cx)["name"], b])
    }

    fn blocking(&self, cx: &Context) -> Value {
        inspect(cx)
    }

    fn in_place(&self, cx: &Context) -> Value {
        inspect(cx)
    }
}

fn origin() -> RequestMetadata {
    let mut headers = http::HeaderMap::new();
    headers.insert("x-shop", http::HeaderValue::from_static("north"));
    headers.insert("x-binary", http::HeaderValue::from_bytes(b"\xff").unwrap());
    let mut extensions = http::Extensions::new();
    extensions.insert(User("ann"));
    RequestMetadata::new(headers, extensions)
}

async fn result(message: Value, origin: RequestMetadata) -> Value {
    let dispatcher = Dispatcher::new()
        .service(InspectServer::new(Inspector))
        .method("function", |cx: Context| async move { inspect(&cx) })
        .method("binary", |cx: Context| async move {
            (cx.header("x-binary").is_none(), cx.headers().len())
        });
    let message = message.to_string();
    let server = Server::new(dispatcher);
    let reply = server.handle(message.as_bytes(), origin).await.unwrap();
    serde_json::from_slice::<Value>(reply.body()).unwrap()
}

#[tokio::test]
async fn headers_extensions_id_and_name() {
    for (called, name, aliases) in [
        ("inspect", "inspect", json!(["look", "see"])),
        ("see", "inspect", json!(["look", "see"])),
        ("blocking", "blocking", json!([])),
        ("in_place", "in_place", json!([])),
        ("function", "function", json!([])),
    ] {
        let message = json!({"jsonrpc": "2.0", "method": called, "id": "a\n"});
        let seen = result(message, origin()).await;
        let expected = json!({
            "id": "\"a\\n\"",
            "notification": false,
            "name": name,
            "aliases": aliases,
            "shop": "north",
            "headers": 2,
            "user": "ann",
        });
        assert_eq!(seen["result"], expected, "{called}");
    }
}

#[tokio::test]
async fn a_transport_without_headers() {
    let message = json!({"jsonrpc": "2.0", "method": "inspect", "id": null});
    let seen = result(message, RequestMetadata::default()).await;
    assert_eq!(seen["result"]["shop"], Value::Null);
    assert_eq!(seen["result"]["headers"], 0);
    assert_eq!(seen["result"]["user"], Value::Null);
    // The id null is an id too.
    assert_eq!(seen["result"]["id"], "null");
    assert_eq!(seen["result"]["notification"], false);
}

#[tokio::test]
async fn a_header_that_is_not_text_is_left_out() {
    let message = json!({"jsonrpc": "2.0", "method": "binary", "id": 1});
    let seen = result(message, origin()).await;
    assert_eq!(seen["result"], json!([true, 2]));
}

#[tokio::test]
async fn it_is_not_on_the_wire() {
    let message =
        |params| json!({"jsonrpc": "2.0", "method": "between", "params": params, "id": 1});
    let seen = result(message(json!([1, 2])), RequestMetadata::default()).await;
    assert_eq!(seen["result"], json!([1, "between", 2]));
    let seen = result(message(json!({"b": 2, "a": 1})), RequestMetadata::default()).await;
    assert_eq!(seen["result"], json!([1, "between", 2]));
    let seen = result(
        message(json!({"b": 2, "a": 1, "cx": {}})),
        RequestMetadata::default(),
    )
    .await;
    assert_eq!(seen["error"]["code"], -32602);
}

#[tokio::test]
async fn every_entry_of_a_batch_has_the_messages_metadata() {
    let entry = |id| json!({"jsonrpc": "2.0", "method": "inspect", "id": id});
    let seen = result(json!([entry(1), entry(2)]), origin()).await;
    for (index, id) in ["1", "2"].iter().enumerate() {
        assert_eq!(seen[index]["result"]["id"], *id);
        assert_eq!(seen[index]["result"]["user"], "ann");
        assert_eq!(seen[index]["result"]["shop"], "north");
    }
}

#[tokio::test]
async fn the_headers_of_a_client_arrive() {
    let client = rpc_core::memory::connect(OrdersServer::new(Shop));
    let orders = crate::shop::OrdersClient::new(client.clone());
    let (ann, list) = client
        .batch((orders.whoami().header("x-user", "ann"), orders.list(1, 1)))
        .await
        .unwrap();
    assert_eq!(ann.unwrap(), "ann");
    assert_eq!(list.unwrap().len(), 1);
}

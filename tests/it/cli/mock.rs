//! `rpc mock`: a server that answers the calls of a document.

use rpc_core::openrpc::OpenRpc;
use rpc_core::{CallError, RpcError, rpc as contract};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::served::Served;
use super::*;

const DOCUMENT: &str = r#"{
    "openrpc": "1.4.1",
    "info": {"title": "Shop", "version": "2.0.0"},
    "methods": [
        {
            "name": "orders.place",
            "params": [
                {"name": "item", "required": true, "schema": {"type": "string"}},
                {"name": "quantity", "schema": {"type": "integer", "minimum": 1}}
            ],
            "result": {"name": "number", "schema": {"type": "integer", "minimum": 1000}},
            "errors": [{"code": 1001, "message": "SoldOut", "data": {"type": "object", "required": ["left"], "properties": {"left": {"type": "integer"}}}}],
            "examples": [
                {"name": "tea", "params": [{"name": "item", "value": "tea"}], "result": {"name": "number", "value": 1002}},
                {"name": "wrong", "params": [{"name": "item", "value": "cake"}], "result": {"name": "number", "value": 7}}
            ]
        },
        {
            "name": "orders.find",
            "params": [{"name": "number", "required": true, "schema": {"type": "integer"}}],
            "result": {"name": "order", "schema": {
                "type": "object",
                "required": ["id", "hash"],
                "properties": {"id": {"type": "string", "format": "uuid"}, "hash": {"type": "string", "pattern": "^0x[0-9a-f]{64}$"}}
            }}
        },
        {
            "name": "prices.watch",
            "params": [],
            "result": {"name": "end", "schema": {"type": "null"}},
            "x-stream": {"item": {"type": "integer"}, "end": {"type": "null"}, "notification": "$/progress"}
        }
    ]
}"#;

/// A folder with the document, and its path.
fn document() -> (Folder, String) {
    let folder = Folder::new();
    let path = folder.write("openrpc.json", DOCUMENT);
    (folder, path)
}

#[tokio::test]
async fn examples_are_served_and_other_answers_follow_from_the_seed() {
    let (_folder, path) = document();
    let one = Served::start(&["mock", &path, "--seed", "7"]).await;
    assert_eq!(one.call(&["orders.place", "tea"]).await, "1002");
    assert_eq!(one.call(&["orders.place", "bread"]).await, "1002");
    let order = one.call(&["orders.find", "1"]).await;
    let value: serde_json::Value = serde_json::from_str(&order).unwrap();
    let hash = value["hash"].as_str().unwrap();
    assert!(hash.starts_with("0x") && hash.len() == 66, "{order}");

    // The document of another mock does as well as the file.
    let two = Served::start(&["mock", &one.url, "--seed", "7"]).await;
    assert_ne!(two.call(&["orders.find", "2"]).await, order);
    assert_eq!(two.call(&["orders.find", "number:=1"]).await, order);
    let three = Served::start(&["mock", &path, "--seed", "8"]).await;
    assert_ne!(three.call(&["orders.find", "1"]).await, order);
}

#[tokio::test]
async fn an_example_that_does_not_fit_is_a_warning() {
    let (_folder, path) = document();
    let mock = Served::start(&["mock", &path]).await;
    assert_eq!(mock.call(&["orders.place", "cake"]).await, "1002");
    let ran = mock.stop().await;
    let warning = format!(
        "warning: {path}#/methods/0/examples/1: an example of `orders.place` is not served: the result does not fit: 7 is out of range\n"
    );
    assert_eq!((ran.code, ran.err), (Some(0), warning));
}

#[tokio::test]
async fn wrong_params_are_refused() {
    let (_folder, path) = document();
    let mock = Served::start(&["mock", &path]).await;
    for (words, reason) in [
        (&["orders.place"] as &[&str], "missing parameter `item`"),
        (
            &["orders.place", "tea", "0"],
            "parameter `quantity`: 0 is out of range",
        ),
        (&["orders.place", "itm=tea"], "unknown parameter `itm`"),
        (
            &["orders.place", "tea", "1", "2"],
            "too many parameters; the method takes 2",
        ),
    ] {
        let ran = mock.ran(words).await;
        let failed = ran.failed(1);
        assert!(
            failed.contains("code -32602") && failed.contains(reason),
            "{failed}"
        );
    }
    let unknown = mock.ran(&["orders.plaec"]).await;
    assert!(unknown.failed(1).contains("code -32601"), "{unknown:?}");
}

#[tokio::test]
async fn calls_fail_as_they_are_told_to() {
    let (_folder, path) = document();
    let mock = Served::start(&[
        "mock",
        &path,
        "--fail",
        "orders.place=1001",
        "--fail",
        "*=-32000:0",
    ])
    .await;
    let ran = mock.ran(&["orders.place", "tea"]).await;
    let failed = ran.failed(1);
    assert!(
        failed.contains("SoldOut (code 1001, data {\"left\":"),
        "{failed}"
    );
    mock.call(&["orders.find", "1"]).await;

    for (rule, message) in [
        ("orders.plaec=1", "error: --fail: no method `orders.plaec`"),
        (
            "orders.place=1:2",
            "error: --fail: the rate must be a number from 0 to 1",
        ),
    ] {
        let ran = run(rpc(&["mock", &path, "--fail", rule])).await;
        assert!(ran.failed(2).ends_with(message), "{ran:?}");
    }
    let ran = run(rpc(&["mock", &path, "--fail", "orders.place"])).await;
    assert!(
        ran.failed(2)
            .contains("a rule is METHOD=CODE or METHOD=CODE:RATE"),
        "{ran:?}"
    );
}

#[tokio::test]
async fn streams_go_over_server_sent_events_and_websockets() {
    let (_folder, path) = document();
    let mock = Served::start(&["mock", &path, "--items", "4", "--delay", "1ms..3ms"]).await;
    let items = mock.call(&["prices.watch"]).await;
    assert_eq!(items.lines().count(), 4, "{items}");
    let over_websocket = run(rpc(&["call", &mock.websocket(), "prices.watch"])).await;
    assert_eq!(over_websocket.printed(), items);
}

#[tokio::test]
async fn the_methods_and_the_document_are_those_of_the_file() {
    let (_folder, path) = document();
    let mock = Served::start(&["mock", &path]).await;
    let listed = run(rpc(&["methods", &mock.url])).await;
    assert_eq!(listed.printed(), "orders.find\norders.place\nprices.watch");
    let printed = run(rpc(&["openrpc", &mock.url])).await;
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(value(printed.printed()), value(DOCUMENT));
}

#[tokio::test]
async fn what_cannot_be_served_is_an_error() {
    let ran = run(rpc(&["mock", "nothing.json"])).await;
    assert_eq!(ran.failed(6), "error: nothing.json: no such file");
    let ran = run_with(rpc(&["mock", "-"]), "{}").await;
    assert!(ran.failed(2).starts_with("error: stdin#: "), "{ran:?}");
    let (_folder, path) = document();
    let mock = Served::start(&["mock", &path]).await;
    let address = mock.url.trim_start_matches("http://").trim_end_matches('/');
    let ran = run(rpc(&["mock", &path, "--listen", address])).await;
    assert!(
        ran.failed(6).contains(&format!("error: {address}: ")),
        "{ran:?}"
    );
    let ran = run(rpc(&["mock", &path, "--listen", "nowhere"])).await;
    assert!(ran.failed(6).contains("error: nowhere: "), "{ran:?}");
}

/// A mock that sends more than a real server hides mistakes of its clients.
#[tokio::test]
async fn curl_sees_the_headers_of_a_real_server() {
    let (_folder, path) = document();
    let mock = Served::start(&["mock", &path]).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let real = format!("http://{}/", listener.local_addr().unwrap());
    let service = rpc_core::Dispatcher::new().method("orders.place", |_: String| async { 1002 });
    tokio::spawn(std::future::IntoFuture::into_future(
        rpc_http::server::serve(listener, rpc_http::server::endpoint(service)),
    ));
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"orders.place","params":["tea"]}"#;
    let (one, two) = (curl(&mock.url, call).await, curl(&real, call).await);
    assert_eq!(one, two);
    assert!(
        one.ends_with(r#"{"jsonrpc":"2.0","result":1002,"id":1}"#),
        "{one}"
    );
}

/// The reply with its status and headers, apart from the time.
async fn curl(url: &str, message: &str) -> String {
    let mut command = Command::new("curl");
    command.args([
        "-sS",
        "-i",
        url,
        "-H",
        "content-type: application/json",
        "-d",
        message,
    ]);
    let ran = run(command).await;
    let lines = ran
        .printed()
        .lines()
        .filter(|line| !line.starts_with("date:"));
    lines.map(str::trim).collect::<Vec<_>>().join("\n")
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Parcel {
    number: u64,
    to: Address,
    weight: f32,
    state: State,
    tags: Vec<String>,
    note: Option<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Address {
    street: String,
    zip: u32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "snake_case")]
enum State {
    Packed,
    Sent { by: String },
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
#[rpc(schema)]
enum ParcelError {
    #[error("only {left} left")]
    #[rpc(code = 1001)]
    SoldOut { left: u32 },
    #[error("lost")]
    #[rpc(code = 1002)]
    Lost,
}

#[contract(namespace = "parcels", schema)]
trait Parcels {
    async fn send(&self, address: Address, weight: f32) -> Result<Parcel, ParcelError>;

    #[rpc(read_only, alias = "parcels.all")]
    async fn list(&self, #[rpc(default = 20)] limit: u32) -> Vec<Parcel>;

    #[rpc(params = "named")]
    async fn track(&self, number: u64, #[rpc(secret)] token: Option<String>) -> State;

    #[rpc(notification)]
    async fn seen(&self, number: u64);
}

/// The contract's own client reads everything that a mock of its document says.
#[tokio::test]
async fn the_typed_client_of_a_contract_understands_its_mock() {
    let text = OpenRpc::new()
        .of_contracts(std::slice::from_ref(<ParcelsClient>::CONTRACT))
        .unwrap()
        .to_string();
    let folder = Folder::new();
    let path = folder.write("parcels.json", &text);
    for seed in ["1", "2", "3"] {
        let mock = Served::start(&["mock", &path, "--seed", seed]).await;
        let parcels = ParcelsClient::new(rpc_http::Client::new(&mock.url).unwrap());
        for number in 0..10_u32 {
            let address = Address {
                street: "North".to_owned(),
                zip: number,
            };
            parcels.send(address, 1.5).await.unwrap();
            parcels.list(number).await.unwrap();
            parcels.track(number.into(), None).await.unwrap();
            parcels.seen(number.into()).await.unwrap();
        }
    }
    let failing = Served::start(&["mock", &path, "--fail", "parcels.send=1001"]).await;
    let parcels = ParcelsClient::new(rpc_http::Client::new(&failing.url).unwrap());
    let address = Address {
        street: "North".to_owned(),
        zip: 1,
    };
    let refused = parcels.send(address, 1.5).await.unwrap_err();
    assert!(
        matches!(refused, CallError::Method(ParcelError::SoldOut { .. })),
        "{refused:?}"
    );
}

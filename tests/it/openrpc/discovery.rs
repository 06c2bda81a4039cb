//! `rpc.discover`.

use std::sync::Arc;

use rpc_core::introspection::IntrospectionClient;
use rpc_core::openrpc::OpenRpc;
use rpc_core::{CallError, Dispatcher, Server, code, function, memory};
use serde_json::{Value, json};

use super::parsed;

fn adder() -> Dispatcher {
    let add = function(|a: i64, b: i64| async move { a + b });
    Dispatcher::new().method("add", add.params(&["a", "b"]).schema())
}

fn code_of(error: CallError) -> i64 {
    match error {
        CallError::Object(error) => error.code(),
        other => panic!("{other}"),
    }
}

async fn ask(server: impl rpc_core::IntoServer) -> Result<Value, CallError> {
    let client = IntrospectionClient::new(memory::connect(server));
    let document = client.discover().await?;
    Ok(serde_json::from_str(document.get()).unwrap())
}

#[tokio::test]
async fn a_server_answers_with_its_document() {
    let expected = parsed(&OpenRpc::new().of(&adder()).unwrap());
    assert_eq!(ask(adder()).await.unwrap(), expected);

    let settings = OpenRpc::new().title("Sums").version("2.0");
    let document = ask(Server::new(adder()).openrpc(settings)).await.unwrap();
    assert_eq!(
        document["info"],
        json!({ "title": "Sums", "version": "2.0" })
    );
}

#[tokio::test]
async fn it_can_be_switched_off() {
    for server in [
        Server::new(adder()).discovery(false),
        Server::new(adder()).introspection(false),
    ] {
        let error = ask(server).await.unwrap_err();
        assert_eq!(code_of(error), code::METHOD_NOT_FOUND);
    }
}

#[tokio::test]
async fn a_service_that_changes_gets_a_new_document() {
    let dispatcher = Arc::new(adder());
    let client = IntrospectionClient::new(memory::connect(Arc::clone(&dispatcher)));
    let names = async || {
        let document: Value = serde_json::from_str(client.discover().await.unwrap().get()).unwrap();
        let methods = document["methods"].as_array().unwrap().clone();
        methods
            .iter()
            .map(|it| it["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["add"]);
    assert_eq!(names().await, ["add"], "the one that was kept");
    let subtract = function(|a: i64, b: i64| async move { a - b }).schema();
    dispatcher.insert("subtract", subtract).unwrap();
    assert_eq!(names().await, ["add", "subtract"]);
    let result = |document: Value| document["methods"][0]["result"]["schema"]["type"].clone();
    let before = client.discover().await.unwrap();
    dispatcher.replace("add", function(|_: i64, _: i64| async { "text" }).schema());
    let after = client.discover().await.unwrap();
    assert_eq!(
        result(serde_json::from_str(before.get()).unwrap()),
        "integer"
    );
    assert_eq!(result(serde_json::from_str(after.get()).unwrap()), "string");
}

#[tokio::test]
async fn params_are_refused() {
    let client = memory::connect(adder());
    let error = client
        .call::<_, Value>("rpc.discover", (1,))
        .await
        .unwrap_err();
    assert_eq!(code_of(error), code::INVALID_PARAMS);
}

#[tokio::test]
async fn a_document_that_cannot_be_made_is_an_internal_error() {
    let server = Server::new(Dispatcher::new()).openrpc(OpenRpc::new().server("here", "/rpc"));
    let error = ask(server).await.unwrap_err();
    assert!(
        !error.to_string().contains("/rpc"),
        "only the log says why: {error}"
    );
    assert_eq!(code_of(error), code::INTERNAL_ERROR);
}

#[tokio::test]
async fn a_service_without_schemas_has_a_document_only_if_it_is_asked_for() {
    let plain = || Dispatcher::new().method("one", || async { 1 });
    let error = ask(plain()).await.unwrap_err();
    assert_eq!(code_of(error), code::METHOD_NOT_FOUND);
    let server = Server::new(plain()).openrpc(OpenRpc::new());
    let document = ask(server).await.unwrap();
    assert_eq!(document["x-undescribed"][0]["method"], "one");
}

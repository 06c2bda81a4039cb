//! Functions of a dispatcher, beside contracts with and without schemas.

use rpc_core::openrpc::OpenRpc;
use rpc_core::{Context, Dispatcher, Internal, blocking, function};
use serde_json::json;

use super::plain::{Doubler, PlainServer};
use super::{check, method, parsed};

#[tokio::test]
async fn functions_have_schemas_if_they_are_asked_for() {
    let dispatcher = Dispatcher::new()
        .method(
            "add",
            function(|a: i64, b: Option<i64>| async move { a + b.unwrap_or(0) })
                .params(&["a", "b"])
                .schema(),
        )
        .method(
            "who",
            function(|_: Context, _id: u8| async { Ok::<String, Internal>(String::new()) })
                .read_only()
                .schema(),
        )
        .method(
            "sum",
            blocking(|numbers: Vec<u64>| numbers.iter().sum::<u64>()).schema(),
        )
        .method("plain", || async { 1 });
    let document = parsed(&OpenRpc::new().title("Functions").of(&dispatcher).unwrap());
    let add = method(&document, "add");
    assert_eq!(add["paramStructure"], "either");
    assert_eq!(add["params"][1]["required"], false);
    assert_eq!(add["result"]["schema"]["format"], "int64");
    let who = method(&document, "who");
    assert_eq!(who["paramStructure"], "by-position");
    assert_eq!(
        who["params"].as_array().unwrap().len(),
        1,
        "the context is not sent"
    );
    assert_eq!(who["result"]["schema"]["type"], "string");
    assert_eq!(who["x-read-only"], true);
    let sum = method(&document, "sum");
    assert_eq!(sum["params"][0]["schema"]["items"]["format"], "uint64");
    let listed = &document["x-undescribed"];
    let reason = "it has no schemas; add them with `function(…).schema()`";
    assert_eq!(*listed, json!([{ "method": "plain", "reason": reason }]));
    let checked = check(&document, &[]).await;
    assert!(checked.is_ok(), "{checked:?}");
}

#[test]
fn a_contract_without_schemas_is_listed() {
    let dispatcher = Dispatcher::new().service(PlainServer::new(Doubler));
    let document = parsed(&OpenRpc::new().of(&dispatcher).unwrap());
    assert_eq!(document["methods"], json!([]));
    let reason = "it has no schemas; write `#[rpc(schema)]` on the trait `Plain`";
    let expected = json!([{ "method": "plain.double", "reason": reason }]);
    assert_eq!(document["x-undescribed"], expected);
}

//! The contracts of the examples, against the documents in `openrpc/` that clients are built from. A change fails until the documents
//! are renewed with `UPDATE=1 cargo test -p rpc-examples --test contracts`.
#![allow(
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "tests, and the examples are programs"
)]

#[path = "../explorer.rs"]
mod explorer;
#[path = "../openrpc.rs"]
mod openrpc;
#[path = "../web.rs"]
mod web;

use rpc_codegen::gate;
use rpc_core::openrpc::OpenRpc;
use rpc_core::{BoxTransport, Contract};

fn check(name: &str, title: &'static str, contract: &Contract) {
    let document = OpenRpc::new().title(title).version("1").complete();
    let document = document
        .of_contracts(std::slice::from_ref(contract))
        .unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/openrpc");
    gate::assert_compatible(format!("{folder}/{name}.json"), document);
}

#[test]
fn the_contract_of_the_openrpc_example_is_the_one_that_clients_know() {
    check(
        "openrpc",
        "Shop",
        openrpc::OrdersClient::<BoxTransport>::CONTRACT,
    );
}

#[test]
fn the_contract_of_the_web_example_is_the_one_that_clients_know() {
    check("web", "Shop", web::OrdersClient::<BoxTransport>::CONTRACT);
}

#[test]
fn the_contract_of_the_explorer_example_is_the_one_that_clients_know() {
    check(
        "explorer",
        "Tea house",
        explorer::OrdersClient::<BoxTransport>::CONTRACT,
    );
}

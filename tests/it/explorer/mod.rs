//! The explorer page in Chromium: every check is a file in `tests/peers/explorer`. Also, the committed page is what its sources
//! make.

mod built;
mod contract;
mod explore;
mod served;

use std::time::Duration;

use rpc_core::openrpc::OpenRpc;
use rpc_core::{Dispatcher, Server};
use rpc_http::server::{endpoint, serve};
use tokio::net::TcpListener;

use self::contract::{EchoServer, OrdersServer, ShopServer, TeaHouse};
use crate::peers::script;

/// For a machine that is much slower, and does other things too.
const LIMIT: Duration = Duration::from_secs(600);

/// Serves the contract with the page, and returns the address.
async fn start() -> String {
    let house = TeaHouse::default();
    let service = Dispatcher::new()
        .service(OrdersServer::new(house.clone()))
        .service(ShopServer::new(house.clone()))
        .service(EchoServer::new(house));
    let about = OpenRpc::new()
        .title("Tea house")
        .version("1.4.0")
        .description("Sells tea, in portions of **any** size.");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = Server::new(service).openrpc(about);
    tokio::spawn(serve(listener, endpoint(server).explorer()).into_future());
    url
}

/// Runs a file of checks in Chromium. It prints what it has measured, and last how many checks passed.
async fn passes(checks: &str, arguments: &[&str]) {
    passes_at(&start().await, checks, arguments).await;
}

async fn passes_at(url: &str, checks: &str, arguments: &[&str]) {
    let mut command = script("explorer/run.js");
    let run = command.arg(checks).arg(url).args(arguments).output();
    let output = tokio::time::timeout(LIMIT, run)
        .await
        .expect("the checks end in time")
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    println!("{printed}");
    assert!(output.status.success(), "{printed}{complained}");
    let last = printed.lines().last().unwrap_or_default();
    assert!(
        last.ends_with("passed, 0 failed") && !last.starts_with("0 "),
        "{printed}{complained}"
    );
}

#[tokio::test]
async fn calls() {
    passes("calls", &[]).await;
}

#[tokio::test]
async fn streams_and_batches() {
    passes("streams", &[]).await;
}

#[tokio::test]
async fn what_is_kept_and_what_is_not() {
    passes("kept", &[]).await;
}

#[tokio::test]
async fn forms_make_what_the_server_accepts() {
    passes("forms", &[]).await;
}

#[tokio::test]
async fn hostile_documents_and_replies() {
    passes("hostile", &[]).await;
}

/// Other people's documents, and one with 300 methods.
#[tokio::test]
async fn large_documents() {
    let documents = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../rpc-codegen/tests/documents"
    );
    passes("large", &[documents]).await;
}

#[tokio::test]
async fn people_who_see_or_hear_it_differently() {
    passes("access", &[]).await;
}

/// The same call, run by other programs.
#[tokio::test]
async fn snippets_run() {
    let rpc = crate::cli::program();
    passes("snippets", &[&rpc.to_string_lossy()]).await;
}

/// The images in the docs. They are made again, and have the same size.
#[tokio::test]
async fn screenshots() {
    let images = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/images");
    let made = concat!(env!("CARGO_TARGET_TMPDIR"), "/explorer-images");
    passes("screenshots", &[images, made]).await;
}

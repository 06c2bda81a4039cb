//! Subscriptions with other people's programs: as clients of our server, and as a server of our client.

use std::process::Stdio;
use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt};
use rpc_core::CallError;
use rpc_http::ws;
use tokio::process::Command;

use super::chain::{ChainClient, ChainError, Head};
use super::feed::{LIMIT, Watch};
use super::subscriptions_over::served;
use crate::peers::{installed, script, started};

/// Runs a client of our server, which checks what it gets.
async fn passes(mut client: Command) {
    let watch: Arc<Watch> = Arc::default();
    let address = served(&watch).await;
    let run = client.arg(format!("ws://{address}/")).output();
    let output = tokio::time::timeout(LIMIT, run).await.unwrap().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}{errors}");
    println!("{printed}");
    watch.until_all_dropped().await;
}

fn jsonrpsee(role: &str) -> Command {
    let mut command = Command::new(installed().join("jsonrpsee-peer"));
    command.arg(role).stdin(Stdio::null()).kill_on_drop(true);
    command
}

#[tokio::test]
async fn jsonrpsee_as_a_client() {
    passes(jsonrpsee("client")).await;
}

#[tokio::test]
async fn ethers_as_a_client() {
    passes(script("ethers_subscriptions.js")).await;
}

#[tokio::test]
async fn viem_as_a_client() {
    passes(script("viem_subscriptions.js")).await;
}

#[tokio::test]
async fn web3_js_as_a_client() {
    passes(script("web3_subscriptions.js")).await;
}

#[tokio::test]
async fn polkadot_as_a_client() {
    passes(script("polkadot_subscriptions.js")).await;
}

#[tokio::test]
async fn rpc_websockets_as_a_client() {
    passes(script("rpc_websockets_subscriptions.js")).await;
}

#[tokio::test]
async fn web3_py_as_a_client() {
    passes(script("web3py_subscriptions.py")).await;
}

#[tokio::test]
async fn pypi_jsonrpc_websocket_as_a_client() {
    passes(script("jsonrpc_websocket_subscriptions.py")).await;
}

#[tokio::test]
async fn jsonrpsee_as_a_server() {
    let server = started(&mut jsonrpsee("server")).await;
    let chain = ChainClient::new(ws::Client::new(&server.url).unwrap());
    assert_eq!(chain.version().await.unwrap(), "1");

    let mut heads = chain.subscribe_heads(3).await.unwrap();
    for number in 1..=3 {
        assert_eq!(heads.next().await.unwrap().unwrap(), Head::new(number));
    }
    assert_eq!(chain.open().await.unwrap(), 1);
    heads.close();
    assert!(heads.next().await.is_none());
    until_closed(&chain).await;

    // Dropping one unsubscribes, too.
    let (first, second) = (chain.subscribe_heads(500), chain.subscribe_heads(500));
    let (first, second) = tokio::join!(first, second);
    for heads in [first.unwrap(), second.unwrap()] {
        let heads: Vec<Head> = heads.take(500).try_collect().await.unwrap();
        assert_eq!(heads, (1..=500).map(Head::new).collect::<Vec<_>>());
    }
    until_closed(&chain).await;

    // It ends without a word.
    let count = chain.count(3).await.unwrap();
    let count: Vec<u64> = count.take(3).try_collect().await.unwrap();
    assert_eq!(count, [1, 2, 3]);

    let refused = chain.subscribe_fragile(0).await;
    assert!(
        matches!(refused, Err(CallError::Method(ChainError::Empty))),
        "{refused:?}"
    );
    // Its errors are texts.
    let mut fragile = chain.subscribe_fragile(5).await.unwrap();
    assert_eq!(fragile.next().await.unwrap().unwrap(), 1);
    let failed = fragile.next().await.unwrap().unwrap_err();
    let text = failed
        .object()
        .and_then(|object| object.data_as::<String>());
    assert_eq!(text.as_deref(), Some("3 is too much"), "{failed}");
    until_closed(&chain).await;
}

async fn until_closed(chain: &ChainClient<ws::Ws>) {
    let closed = async { while chain.open().await.unwrap() > 0 {} };
    tokio::time::timeout(LIMIT, closed)
        .await
        .expect("it stays open");
}

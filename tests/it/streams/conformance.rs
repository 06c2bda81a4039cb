//! Autobahn's cases for WebSockets, against both of our ends. `tests/peers/kosoku_cases.py` says what they can judge.

use std::net::SocketAddr;
use std::process::Stdio;

use futures_util::{StreamExt, stream};
use rpc_http::ws;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use super::feed::LIMIT;
use super::over_websocket::{Running, relay};
use crate::peers::{passes, script};

/// How many cases our client is in at once.
const AT_ONCE: usize = 64;

#[tokio::test]
async fn autobahn_as_a_client() {
    let server = Running::start(|endpoint| endpoint).await;
    passes(script("kosoku_client.py").arg(server.url())).await;
}

#[tokio::test]
async fn autobahn_as_a_server() {
    let mut autobahn = script("kosoku_server.py");
    let mut autobahn = autobahn.stdout(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(autobahn.stdout.take().unwrap());
    let mut first = String::new();
    output.read_line(&mut first).await.unwrap();
    let (address, cases) = announced(&first).expect(&first);

    let runs = (1..=cases).map(|case| visit(address, format!("/runCase?case={case}&agent=ours")));
    stream::iter(runs)
        .buffer_unordered(AT_ONCE)
        .collect::<()>()
        .await;
    visit(address, "/updateReports?agent=ours".to_owned()).await;

    let mut report = String::new();
    let read = tokio::time::timeout(LIMIT, output.read_to_string(&mut report)).await;
    read.expect("it ends in time").unwrap();
    assert!(autobahn.wait().await.unwrap().success(), "{report}");
    assert_eq!(report, format!("{cases} passed, 0 failed\n"));
}

fn announced(line: &str) -> Option<(SocketAddr, usize)> {
    let line = line.trim_end().strip_prefix("listening on ")?;
    let (address, cases) = line.strip_suffix(" cases")?.split_once(" with ")?;
    Some((address.parse().ok()?, cases.parse().ok()?))
}

/// Connects once, and returns when the connection is closed. Our client would connect again, for which the relay has no ear.
async fn visit(address: SocketAddr, path: String) {
    let (relay, closed) = relay(address).await;
    let client = ws::Client::new(format!("ws://{relay}{path}")).unwrap();
    let call = tokio::spawn(async move { client.call::<_, Value>("wait", ()).await });
    let closed = tokio::time::timeout(LIMIT, closed).await;
    closed.expect("it is closed in time").unwrap();
    call.abort();
}

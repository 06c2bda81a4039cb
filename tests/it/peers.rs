//! Interoperability with other implementations, as servers for our client and as clients of our server.
//!
//! `cargo xtask test` installs pinned versions of them. A missing one fails the tests.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rpc_core::{CallError, Id, RpcError, Transport, rpc};
use rpc_http::Client;
use rpc_http::server::{endpoint, serve};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The contract that all peers serve and call.
#[rpc]
pub trait Peer {
    async fn add(&self, a: i64, b: i64) -> i64;
    async fn echo(&self, text: &str) -> String;
    async fn fail(&self) -> Result<(), SoldOut>;
    async fn log(&self, line: &str);
    async fn logged(&self) -> Vec<String>;
    #[rpc(name = "eth_chainId")]
    async fn chain_id(&self) -> String;
    #[rpc(name = "eth_blockNumber")]
    async fn block_number(&self) -> String;
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
#[error("only {left} left")]
#[rpc(code = 1001)]
pub struct SoldOut {
    left: u32,
}

#[derive(Default)]
pub struct Log(Mutex<Vec<String>>);

impl Peer for Log {
    async fn add(&self, a: i64, b: i64) -> i64 {
        a.wrapping_add(b)
    }

    async fn echo(&self, text: &str) -> String {
        text.to_owned()
    }

    async fn fail(&self) -> Result<(), SoldOut> {
        Err(SoldOut { left: 3 })
    }

    async fn log(&self, line: &str) {
        self.0.lock().unwrap().push(line.to_owned());
    }

    async fn logged(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    async fn chain_id(&self) -> String {
        "0x1".to_owned()
    }

    async fn block_number(&self) -> String {
        "0x10".to_owned()
    }
}

const TIME: Duration = Duration::from_secs(60);

pub fn installed() -> PathBuf {
    let default = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/peers"));
    let peers = std::env::var_os("RPC_PEERS").map_or_else(default, PathBuf::from);
    assert!(
        peers.is_dir(),
        "the peers are not installed: run `cargo xtask peers`"
    );
    peers
}

/// Runs a script in `tests/peers` with Python or Node, depending on its name.
pub fn script(name: &str) -> Command {
    if name.ends_with(".py") {
        return python("venv", name);
    }
    let mut node = Command::new("node");
    node.env("NODE_PATH", installed().join("node/node_modules"));
    run_by(node, name)
}

/// Runs a script in `tests/peers` with the Python of one of the virtual environments.
pub fn python(environment: &str, name: &str) -> Command {
    let mut python = Command::new(installed().join(environment).join("bin/python"));
    // jsonrpcclient 3 imports a deprecated module, which prints a warning.
    python.args(["-W", "ignore"]);
    // The scripts import each other. Don't leave bytecode in the source folder.
    python.arg("-B");
    run_by(python, name)
}

fn run_by(mut command: Command, name: &str) -> Command {
    command.arg(format!("{}/peers/{name}", env!("CARGO_MANIFEST_DIR")));
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// A server process, killed on drop.
pub struct Server {
    pub url: String,
    _process: Child,
}

impl Server {
    fn client(&self) -> Client {
        Client::new(&self.url).unwrap()
    }
}

async fn start(name: &str) -> Server {
    started(script(name).arg("0")).await
}

/// Starts a server and waits until it prints its address.
pub async fn started(command: &mut Command) -> Server {
    let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let line = tokio::time::timeout(TIME, lines.next_line())
        .await
        .expect("the server starts in time");
    let line = line.unwrap().expect("the server prints its address");
    let url = line.strip_prefix("listening on ").expect(&line).to_owned();
    Server {
        url,
        _process: process,
    }
}

/// Makes the calls to which every peer must give the same answers.
pub async fn call_everything<T: Transport>(client: rpc_core::Client<T>) {
    let peer = PeerClient::new(client.clone());

    assert_eq!(peer.add(2, 40).await.unwrap(), 42);
    let sum: i64 = client
        .call("add", json!({ "b": 40, "a": 2 }))
        .await
        .unwrap();
    assert_eq!(sum, 42, "by name");
    let text = "ünïcödé \u{1f600} \" \\ \n \u{2028}";
    assert_eq!(peer.echo(text).await.unwrap(), text);
    let long = "x".repeat(200_000);
    assert_eq!(peer.echo(&long).await.unwrap(), long);
    assert_eq!(peer.add(1, 1).id("a string, \"quoted\"").await.unwrap(), 2);

    match peer.fail().await {
        Err(CallError::Method(error)) => assert_eq!(error, SoldOut { left: 3 }),
        other => panic!("{other:?}"),
    }
    match client.call::<_, Value>("no_such_method", ()).await {
        Err(CallError::Object(error)) => assert_eq!(error.code(), -32601, "{error}"),
        other => panic!("{other:?}"),
    }
    match client.call::<_, Value>("add", (1,)).await {
        Err(CallError::Object(error)) => assert_eq!(error.code(), -32602, "{error}"),
        other => panic!("{other:?}"),
    }

    peer.log("one").notify().await.unwrap();
    client
        .notify("log", json!({ "line": "two" }))
        .await
        .unwrap();
    assert_eq!(peer.logged().await.unwrap(), ["one", "two"]);
}

/// The same for batches.
pub async fn call_batches<T: Transport>(client: rpc_core::Client<T>) {
    let peer = PeerClient::new(client.clone());

    let batch = (
        peer.add(1, 2),
        peer.log("three").notify(),
        peer.fail(),
        peer.echo("x"),
    );
    let (sum, logged, failed, echo) = client.batch(batch).await.unwrap();
    assert_eq!(sum.unwrap(), 3);
    logged.unwrap();
    assert!(
        matches!(failed, Err(CallError::Method(SoldOut { left: 3 }))),
        "{failed:?}"
    );
    assert_eq!(echo.unwrap(), "x");

    let sums = client
        .batch((0..50).map(|n| peer.add(n, n)).collect::<Vec<_>>())
        .await
        .unwrap();
    let sums: Vec<i64> = sums.into_iter().map(Result::unwrap).collect();
    assert_eq!(sums, (0..50).map(|n| 2 * n).collect::<Vec<_>>());

    let notified = client
        .batch((peer.log("four").notify(), peer.log("five").notify()))
        .await;
    let (four, five) = notified.unwrap();
    four.unwrap();
    five.unwrap();
    let logged = peer.logged().await.unwrap();
    assert!(
        logged.ends_with(&["three".into(), "four".into(), "five".into()]),
        "{logged:?}"
    );
}

#[tokio::test]
async fn our_client_calls_python_json_rpc() {
    let server = start("jsonrpc_server.py").await;
    call_everything(server.client()).await;
    call_batches(server.client()).await;
}

#[tokio::test]
async fn our_client_speaks_1_0_with_python_json_rpc() {
    let server = start("jsonrpc_server.py").await;
    let client = Client::new(&server.url).unwrap().version_1();
    let peer = PeerClient::new(client.clone());
    assert_eq!(peer.add(2, 40).await.unwrap(), 42);
    assert_eq!(peer.echo("\u{fc}").id("x").await.unwrap(), "\u{fc}");
    assert_eq!(
        peer.add(1, 1)
            .id("1.5".parse::<Id>().unwrap())
            .await
            .unwrap(),
        2
    );
    assert!(matches!(
        peer.fail().await,
        Err(CallError::Method(SoldOut { left: 3 }))
    ));
    let unknown = client
        .call::<_, Value>("no_such_method", ())
        .await
        .unwrap_err();
    assert_eq!(unknown.object().map(|error| error.code()), Some(-32601));
}

#[tokio::test]
async fn our_client_calls_python_jsonrpcserver() {
    let server = start("jsonrpcserver_server.py").await;
    call_everything(server.client()).await;
    call_batches(server.client()).await;
}

#[tokio::test]
async fn our_client_calls_npm_jayson() {
    let server = start("jayson_server.js").await;
    call_everything(server.client()).await;
    call_batches(server.client()).await;
}

/// A server that refuses a whole batch answers with a single error object.
#[tokio::test]
async fn our_client_understands_a_refused_batch() {
    let server = start("jsonrpc_server.py").await;
    let client = Client::new(&server.url).unwrap();
    let reply = client.send("[1]").await.unwrap().expect("an answer");
    let reply: Value = serde_json::from_str(&reply).unwrap();
    assert_eq!(reply["error"]["code"], -32600, "{reply}");
}

/// Serves the contract and runs a peer's client against it. The client checks the answers.
async fn serve_to(client: &str, arguments: &[&str]) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = rpc_core::Server::new(PeerServer::from_arc(Arc::new(Log::default())))
        .max_batch(200)
        .version_1(true);
    let server = tokio::spawn(serve(listener, endpoint(server)).into_future());

    passes(script(client).arg(url).args(arguments)).await;
    server.abort();
}

/// Runs a client that checks the answers it gets and ends by printing how many checks passed.
pub async fn passes(client: &mut Command) {
    let run = client.output();
    let output = tokio::time::timeout(TIME, run)
        .await
        .expect("the client ends in time")
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}{complained}");
    let last = printed.lines().last().unwrap_or_default();
    assert!(
        last.ends_with("passed, 0 failed") && !last.starts_with("0 "),
        "{printed}{complained}"
    );
}

#[tokio::test]
async fn python_jsonrpcclient_calls_our_server() {
    serve_to("jsonrpcclient_client.py", &[]).await;
}

#[tokio::test]
async fn python_json_rpc_calls_our_server_in_1_0() {
    serve_to("jsonrpc_1_0_client.py", &[]).await;
}

#[tokio::test]
async fn npm_jayson_calls_our_server() {
    serve_to("jayson_client.js", &[]).await;
}

#[tokio::test]
async fn npm_ethers_calls_our_server() {
    serve_to("ethers_client.js", &["--eth"]).await;
}

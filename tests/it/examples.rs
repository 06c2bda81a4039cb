//! Runs the examples and checks their output. `cargo build --examples` must have built them.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::peers::{passes, script};

pub const LIMIT: Duration = Duration::from_secs(30);

/// The path of an example. Cargo puts them next to the folder of this test's binary.
pub fn path(name: &str) -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.push("examples");
    path.push(name);
    path.set_extension(std::env::consts::EXE_EXTENSION);
    assert!(
        path.exists(),
        "{} is missing: run `cargo build --examples`",
        path.display()
    );
    path
}

/// Runs a program that must succeed, and returns what it printed.
async fn output(command: &mut Command) -> String {
    output_within(LIMIT, command).await
}

/// The same, for a program that may take longer.
pub async fn output_within(limit: Duration, command: &mut Command) -> String {
    let command = command.kill_on_drop(true).output();
    let output = tokio::time::timeout(limit, command)
        .await
        .expect("the program ends in time")
        .expect("the program starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}: {errors}{text}", output.status);
    text
}

async fn example(name: &str) -> String {
    output(&mut Command::new(path(name))).await
}

/// Asserts that the output contains these lines, in this order.
pub fn prints(output: &str, expected: &[&str]) {
    let mut lines = output.lines();
    for expected in expected {
        assert!(
            lines.any(|line| line == *expected),
            "`{expected}` is missing or out of order:\n{output}"
        );
    }
}

/// The line that starts like this.
pub fn line<'o>(output: &'o str, start: &str) -> &'o str {
    let line = output.lines().find(|line| line.starts_with(start));
    line.unwrap_or_else(|| panic!("no line starts with `{start}`:\n{output}"))
}

#[tokio::test]
async fn openrpc() {
    let output = example("openrpc").await;
    let document: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(document["info"]["title"], "Shop");
    assert_eq!(document["methods"][0]["name"], "orders.place");
}

#[tokio::test]
async fn explorer() {
    let mut command = Command::new(path("explorer"));
    command.stdout(Stdio::piped()).kill_on_drop(true);
    let mut process = command.spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let line = tokio::time::timeout(LIMIT, lines.next_line()).await;
    let line = line.expect("it starts in time").unwrap().unwrap();
    let url = line.split_whitespace().nth(1).unwrap();
    let client = rpc_http::Client::new(url).unwrap();
    let number: u64 = client.call("orders.buy", ("oolong",)).await.unwrap();
    assert_eq!(number, 9_007_199_254_740_993);
}

#[tokio::test]
async fn quickstart() {
    let output = example("quickstart").await;
    let messages = |arrow: &str| -> Vec<Option<Value>> {
        let lines = output.lines().filter_map(|line| line.strip_prefix(arrow));
        lines
            .map(|message| match message {
                "" => None,
                message => Some(serde_json::from_str(message).expect(message)),
            })
            .collect()
    };
    let (sent, received) = (messages("--> "), messages("<-- "));
    assert_eq!((sent.len(), received.len()), (4, 4));
    for (sent, received) in sent.iter().zip(&received) {
        let sent = match sent.as_ref().unwrap() {
            Value::Array(batch) => batch.clone(),
            single => vec![single.clone()],
        };
        let received = match received {
            Some(Value::Array(batch)) => batch.clone(),
            Some(single) => vec![single.clone()],
            None => Vec::new(),
        };
        for message in sent.iter().chain(&received) {
            assert_eq!(message["jsonrpc"], "2.0");
        }
        let calls = sent.iter().filter_map(|message| message.get("id"));
        let answers = received.iter().filter_map(|message| message.get("id"));
        assert!(calls.eq(answers), "{sent:?} {received:?}");
        assert!(sent.iter().all(|message| message["method"].is_string()));
    }
    prints(
        &output,
        &[
            "    order 3002",
            "    only 3 left",
            "    (the shop learns that parcel p-17 was seen)",
            "    orders 3001 and 6003",
        ],
    );
}

#[tokio::test]
async fn axum_app() {
    let output = example("axum_app").await;
    prints(&output, &["ann notes: buy tea", "notes so far: 1"]);
    let refused = line(&output, "without a token: ");
    let status = ": the server answered with HTTP status 401 Unauthorized";
    assert!(refused.ends_with(status), "{output}");
}

#[tokio::test]
async fn errors() {
    let output = example("errors").await;
    prints(
        &output,
        &[
            "withdraw 20: 30 left",
            "withdraw 70: have 50",
            "withdraw 5000: the most is 1000",
            "no server: withdraw at http://127.0.0.1:9/: could not connect (it did not run)",
        ],
    );
    for text in [
        "/: Internal error (code -32603)\n",
        "/: no reply in time (is_timeout: true)\n",
        "/: Method not found (code -32601)\n",
        "\n    because Connection refused",
    ] {
        assert!(output.contains(text), "{output}");
    }
    assert!(!output.contains("ledger"), "an internal cause got out");
}

#[tokio::test]
async fn dynamic() {
    let output = example("dynamic").await;
    prints(
        &output,
        &[
            "add: 42",
            "plus: 3",
            "divide: 0.125",
            "clock.read: (16, 40)",
            "methods: add, clock.read, divide, echo, greet, old.clock.read, whoami",
            "greet: Good day, Ann",
            "greet, replaced: Hello, Ann",
            "old.clock.read, removed: no method `old.clock.read`; did you mean `clock.read`?",
        ],
    );
}

#[tokio::test]
async fn tls() {
    let output = example("tls").await;
    prints(&output, &["with a certificate: 1 shown"]);
    // The server's reason is not always there: the connection may close before it arrives.
    let refused = line(&output, "without: ");
    let ways = [
        ": the server refused the client's certificate: ",
        ": the request was not sent: ",
        ": the HTTP exchange failed: ",
    ];
    assert!(ways.iter().any(|way| refused.contains(way)), "{output}");
    let untrusted = line(&output, "without trust in the authority: ");
    assert!(untrusted.contains("UnknownIssuer"), "{output}");
}

#[tokio::test]
async fn prices() {
    let expected = [
        "watching tea",
        "    300",
        "    301",
        "    302",
        "    the server asks: tea for 300?",
        "    bought: true",
    ];
    prints(&example("prices").await, &expected);
}

#[tokio::test]
async fn chat() {
    let output = example("chat").await;
    let expected = [
        "bob hears ann: tea is ready",
        "cleo hears ann: tea is ready",
        "heard by bob, cleo",
        "cleo hears bob: where is ann?",
        "heard by cleo",
    ];
    prints(&output, &expected);
}

#[tokio::test]
async fn progress() {
    let output = example("progress").await;
    let expected = [
        "tea.txt: 25 %",
        "tea.txt: 50 %",
        "tea.txt: 75 %",
        "tea.txt: 100 %",
        "imported 100 lines",
        "broken.txt: 25 %",
        "the import of broken.txt stops",
        "the import of long.txt stops",
    ];
    prints(&output, &expected);
    assert!(output.contains("line 30 is not a number"), "{output}");
    assert!(output.contains("long.txt") && !output.contains("long.txt: 100 %"));
}

/// A real client drives it: what Visual Studio Code uses.
#[tokio::test]
async fn lsp() {
    passes(script("lsp_client.js").arg(path("lsp"))).await;
}

/// The SDK of the protocol drives it.
#[tokio::test]
async fn mcp() {
    passes(script("mcp_client.js").arg(path("mcp"))).await;
}

/// So does its second version, in the protocol of 2026-07-28 and in those before.
#[tokio::test]
async fn mcp_2() {
    for mode in ["auto", "legacy"] {
        passes(script("mcp_2_client.js").arg(path("mcp")).arg(mode)).await;
    }
}

#[tokio::test]
async fn zmq() {
    let expected = ["1 + 2 = 3", "3 + 4 = 7, from the next server"];
    prints(&example("zmq").await, &expected);
}

/// A `uname_server` process, killed on drop.
struct UnameServer {
    url: String,
    _process: Child,
}

impl UnameServer {
    async fn start() -> Self {
        let mut process = Command::new(path("uname_server"))
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(LIMIT, lines.next_line()).await;
        let line = line.expect("the server starts in time").unwrap().unwrap();
        let url = line.strip_prefix("listening on ").expect(&line).to_owned();
        UnameServer {
            url,
            _process: process,
        }
    }
}

async fn uname(option: &str) -> String {
    let uname = output(Command::new("uname").arg(option)).await;
    uname.trim().to_owned()
}

#[tokio::test]
async fn uname_client() {
    let server = UnameServer::start().await;
    let output = output(Command::new(path("uname_client")).arg(&server.url)).await;
    let (system, node) = (uname("-s").await, uname("-n").await);
    let (release, machine) = (uname("-r").await, uname("-m").await);
    let expected = format!("hello from afar\n{system} {node} {release} {machine}\n");
    assert_eq!(output, expected);
}

#[tokio::test]
async fn uname_server_and_curl() {
    let server = UnameServer::start().await;
    let message = r#"{"jsonrpc":"2.0","method":"uname","id":1}"#;
    let reply = output(
        Command::new("curl")
            .args(["--silent", "--show-error", "--fail", "--max-time", "10"])
            .args(["--noproxy", "*", &server.url, "--data", message])
            .args(["--header", "content-type:application/json"]),
    )
    .await;
    let reply: Value = serde_json::from_str(&reply).expect(&reply);
    assert_eq!(reply["id"], 1);
    assert_eq!(reply["result"]["system"], uname("-s").await);
    assert_eq!(reply["result"]["machine"], uname("-m").await);
}

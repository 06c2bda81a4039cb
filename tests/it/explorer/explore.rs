//! `rpc explore`: the page in front of any server.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use reqwest::StatusCode;
use rpc_core::{Context, Dispatcher, Outcome, RawValue};
use rpc_http::server::{endpoint, serve};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use super::served::client;
use super::{passes_at, start};
use crate::cli::program;

const LIMIT: Duration = Duration::from_secs(60);

/// `rpc explore`, until it is dropped.
struct Explorer {
    url: String,
    process: Child,
}

fn explore(arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.arg("explore").args(arguments);
    // Settings of whoever runs the tests are not for them.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("RPC_") {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

impl Explorer {
    async fn start(arguments: &[&str]) -> Self {
        let mut process = explore(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(LIMIT, lines.next_line()).await;
        let url = line
            .expect("it starts in time")
            .unwrap()
            .expect("its address");
        Explorer { url, process }
    }

    /// The response object to a call.
    async fn call(&self, method: &str, params: Value) -> Value {
        let call = json!({ "jsonrpc": "2.0", "method": method, "params": params, "id": 1 });
        let reply = self.post(&call, &[]).await;
        assert_eq!(reply.0, StatusCode::OK);
        serde_json::from_str(&reply.1).unwrap()
    }

    async fn post(&self, call: &Value, headers: &[(&str, &str)]) -> (StatusCode, String) {
        let mut request = client()
            .post(&self.url)
            .header("content-type", "application/json")
            .body(call.to_string());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = request.send().await.unwrap();
        (reply.status(), reply.text().await.unwrap())
    }
}

/// A file with a document.
fn document(name: &str, servers: &Value) -> String {
    let method = json!({
        "name": "orders.find",
        "params": [{ "name": "number", "required": true, "schema": { "type": "integer" } }],
        "result": { "name": "result", "schema": true },
    });
    let document = json!({
        "openrpc": "1.4.1",
        "info": { "title": "From a file", "version": "1" },
        "servers": servers,
        "methods": [method],
    });
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("explore-{name}.json"));
    std::fs::write(&path, document.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Everything that works at the server's own page works through the command.
#[tokio::test]
async fn the_page_works_through_the_command() {
    let server = start().await;
    let explorer = Explorer::start(&[&server]).await;
    for checks in ["calls", "streams", "kept"] {
        passes_at(&explorer.url, checks, &[]).await;
    }
}

/// Over a WebSocket, only those who know that a method returns a stream get its items.
#[tokio::test]
async fn streams_come_through_a_websocket() {
    let server = start().await.replacen("http", "ws", 1);
    let explorer = Explorer::start(&[&server]).await;
    passes_at(&explorer.url, "streams", &[]).await;
}

/// A document of the command's own says which methods return streams, too, before the page has asked for it.
#[tokio::test]
async fn a_document_tells_streams_on_a_websocket() {
    let server = start().await;
    let asked = Explorer::start(&[&server]).await;
    let described = asked.call("rpc.discover", json!([])).await;
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("explore-streams.json");
    std::fs::write(&path, described["result"].to_string()).unwrap();
    let server = server.replacen("http", "ws", 1);
    let explorer = Explorer::start(&[&server, "--document", path.to_str().unwrap()]).await;
    let call = json!({ "jsonrpc": "2.0", "method": "shop.count", "params": [2], "id": 1 });
    let accept = [("accept", "application/json, text/event-stream")];
    let (_, reply) = explorer.post(&call, &accept).await;
    assert_eq!(reply.matches("$/progress").count(), 2, "{reply}");
}

#[tokio::test]
async fn the_document_says_where_the_server_is() {
    let server = start().await;
    let explorer = Explorer::start(&[&server, "--listen", "127.0.0.1:0"]).await;
    let document = explorer.call("rpc.discover", json!([])).await;
    assert_eq!(document["result"]["x-explorer-url"], server);
    assert_eq!(document["result"]["info"]["title"], "Tea house");
    let page = client().get(&explorer.url).header("accept", "text/html");
    assert_eq!(
        page.send().await.unwrap().bytes().await.unwrap(),
        rpc_explorer::PAGE
    );
}

#[tokio::test]
async fn the_settings_go_to_the_server_and_what_the_page_sets_too() {
    let server = start().await;
    let explorer = Explorer::start(&[&server, "--bearer", "of-the-command"]).await;
    let told = explorer.call("shop.authorization", json!([])).await;
    assert_eq!(told["result"], "Bearer of-the-command");
}

async fn serving(service: Dispatcher) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, endpoint(service)).into_future());
    url
}

/// Cookies of 127.0.0.1 may belong to anything on this machine.
#[tokio::test]
async fn headers_that_a_person_sets_reach_the_server_and_those_of_the_browser_do_not() {
    let told = |cx: Context, _: Option<Box<RawValue>>| async move {
        let names = cx.headers().keys();
        Outcome::value(names.map(ToString::to_string).collect::<Vec<_>>())
    };
    let url = serving(Dispatcher::new().fallback(told)).await;
    let explorer = Explorer::start(&[&url]).await;
    let own = ["authorization", "x-api-key", "x-tenant"];
    let of_browser = ["cookie", "accept-language", "sec-fetch-site", "dnt"];
    let headers: Vec<_> = own.iter().chain(&of_browser).map(|it| (*it, "a")).collect();
    let call = json!({ "jsonrpc": "2.0", "method": "told", "id": 1 });
    let (_, reply) = explorer.post(&call, &headers).await;
    let reply: Value = serde_json::from_str(&reply).unwrap();
    let told = reply["result"].as_array().expect("names");
    assert!(
        own.iter().all(|name| told.contains(&json!(name))),
        "{told:?}"
    );
    assert!(
        !of_browser.iter().any(|name| told.contains(&json!(name))),
        "{told:?}"
    );
}

#[tokio::test]
async fn the_page_knows_whether_calls_have_headers() {
    let server = start().await;
    for (url, expected) in [
        (server.clone(), true),
        (server.replacen("http", "ws", 1), false),
    ] {
        let explorer = Explorer::start(&[&url]).await;
        let document = explorer.call("rpc.discover", json!([])).await;
        assert_eq!(document["result"]["x-explorer-headers"], expected, "{url}");
    }
}

#[tokio::test]
async fn other_pages_and_other_names_get_nothing() {
    let server = start().await;
    let explorer = Explorer::start(&[&server]).await;
    let call = json!({ "jsonrpc": "2.0", "method": "shop.counters", "id": 1 });
    let (status, _) = explorer.post(&call, &[("host", "evil.example")]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (_, reply) = explorer
        .post(&call, &[("origin", "http://evil.example")])
        .await;
    assert!(reply.contains("pages of other origins"), "{reply}");
    let own = explorer.url.trim_end_matches('/');
    let (_, reply) = explorer.post(&call, &[("origin", own)]).await;
    assert!(reply.contains("result"), "{reply}");
}

/// On an address that others reach, a page can make its own name lead to it.
#[tokio::test]
async fn a_page_of_another_name_that_leads_here_gets_nothing() {
    let server = start().await;
    let explorer = Explorer::start(&[&server, "--listen", "0.0.0.0:0"]).await;
    let call = json!({ "jsonrpc": "2.0", "method": "shop.counters", "id": 1 });
    let origin = [("host", "evil.example"), ("origin", "http://evil.example")];
    let (_, reply) = explorer.post(&call, &origin).await;
    assert!(reply.contains("pages of other origins"), "{reply}");
    let own = explorer.url.trim_end_matches('/');
    let (_, reply) = explorer.post(&call, &[("origin", own)]).await;
    assert!(reply.contains("result"), "{reply}");
}

/// A server that answers every call with this result, whatever its name, and is no server of ours.
async fn answering(result: Value) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            let call = loop {
                if stream.read_buf(&mut request).await.unwrap() == 0 {
                    break Value::Null;
                }
                let text = String::from_utf8_lossy(&request);
                let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
                if let Ok(call) = serde_json::from_str::<Value>(body) {
                    break call;
                }
            };
            let body = json!({ "jsonrpc": "2.0", "id": call["id"], "result": result }).to_string();
            let length = body.len();
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
            let reply = format!("{head}\r\ncontent-length: {length}\r\n\r\n{body}");
            stream.write_all(reply.as_bytes()).await.unwrap();
        }
    });
    url
}

/// People copy the command with the address, and run it.
#[tokio::test]
async fn a_server_does_not_choose_the_address_in_snippets() {
    let url = answering(json!({ "methods": [], "x-explorer-url": "stdio:sh -c id" })).await;
    let explorer = Explorer::start(&[&url]).await;
    let call = json!({ "jsonrpc": "2.0", "method": "rpc.discover", "id": 1 });
    let (_, reply) = explorer.post(&call, &[]).await;
    assert!(
        reply.contains(&format!(r#""x-explorer-url":"{url}""#)),
        "{reply}"
    );
    assert!(!reply.contains("stdio:"), "{reply}");
}

#[tokio::test]
async fn a_document_beside_a_server() {
    let server = start().await;
    let document = document("beside", &json!([{ "url": "http://elsewhere.example/" }]));
    let explorer = Explorer::start(&[&server, "--document", &document]).await;
    let discovered = explorer.call("rpc.discover", json!([])).await;
    assert_eq!(discovered["result"]["info"]["title"], "From a file");
    assert_eq!(discovered["result"]["x-explorer-url"], server);
    let found = explorer.call("orders.find", json!([7])).await;
    assert_eq!(found["result"], 7);
}

#[tokio::test]
async fn a_document_that_names_a_server_or_none() {
    let server = start().await;
    let named = document("named", &json!([{ "url": server }]));
    let explorer = Explorer::start(&[&named]).await;
    assert_eq!(explorer.call("orders.find", json!([7])).await["result"], 7);

    let unnamed = document("unnamed", &json!([]));
    let explorer = Explorer::start(&[&unnamed]).await;
    let discovered = explorer.call("rpc.discover", json!([])).await;
    assert_eq!(discovered["result"]["info"]["title"], "From a file");
    assert_eq!(discovered["result"]["methods"][0]["name"], "orders.find");
    assert_eq!(discovered["result"]["x-explorer-url"], Value::Null);
    let error = &explorer.call("orders.find", json!([7])).await["error"];
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("the document names no server"),
        "{message}"
    );
}

/// A document can't make the command start a program, nor send credentials to where it likes.
#[tokio::test]
async fn a_document_is_not_trusted() {
    let program = document("program", &json!([{ "url": "stdio:touch /tmp/harmed" }]));
    let thief = document("thief", &json!([{ "url": "https://thief.example/" }]));
    for (arguments, said) in [
        (vec![&*program], "not an http, https, ws or wss URL"),
        (
            vec![&*thief, "--bearer", "sesame"],
            "sent only to servers that you name",
        ),
        (
            vec![&*thief, "--header", "x-key: sesame"],
            "sent only to servers that you name",
        ),
    ] {
        let output = tokio::time::timeout(LIMIT, explore(&arguments).output()).await;
        let output = output.expect("it ends in time").unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(said), "{error}");
    }
}

#[tokio::test]
async fn a_server_without_a_document_is_told_from_one_that_fails() {
    let adds = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
    let url = serving(adds).await;
    let explorer = Explorer::start(&[&url]).await;
    let error = &explorer.call("rpc.discover", json!([])).await["error"];
    assert_eq!(
        error["message"],
        "this server has no document; give one with --document"
    );
    assert_eq!(explorer.call("add", json!([2, 40])).await["result"], 42);
}

/// Ctrl-C is how it ends.
#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_it() {
    let server = start().await;
    let mut explorer = Explorer::start(&[&server]).await;
    let id = explorer.process.id().unwrap().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status().await;
    assert!(sent.unwrap().success());
    let status = tokio::time::timeout(LIMIT, explorer.process.wait()).await;
    assert_eq!(status.expect("it ends in time").unwrap().code(), Some(0));
}

//! The program whose instructions the regression guard counts with callgrind.
//!
//! `instructions CASE COUNT` makes COUNT calls. The cost of one call is the difference of two runs, divided by the
//! difference of their counts. That leaves out what the process itself costs.

use std::future::IntoFuture;
use std::hint::black_box;

use futures_util::FutureExt;
use rpc_core::{RequestMetadata, Server};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use work::{BenchServer, Implementation, KIB, batch, call, orders};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [case, count] = &arguments[..] else {
        panic!("usage: instructions CASE COUNT");
    };
    let count: usize = count.parse().expect("the count is a number");
    match case.as_str() {
        "add" => in_process(&call("add", json!([1, 2])), count),
        "add-by-name" => in_process(&call("add", json!({ "b": 2, "a": 1 })), count),
        "echo" => in_process(&call("echo", json!(["x".repeat(64)])), count),
        "orders-in" => in_process(&call("total", json!([orders(KIB)])), count),
        "orders-out" => in_process(&call("list", json!([KIB])), count),
        "batch-of-100" => in_process(&batch(100), count),
        "error" => in_process(&call("fail", json!([])), count),
        "http" => over_http(&call("add", json!([1, 2])), count),
        other => panic!("unknown case `{other}`"),
    }
}

fn in_process(message: &Value, count: usize) {
    let message = message.to_string();
    let server = Server::new(BenchServer::new(Implementation));
    for _ in 0..count {
        let reply = server.handle(black_box(message.as_bytes()), RequestMetadata::default());
        let reply = reply.now_or_never().expect("no method waits");
        black_box(reply.expect("each message is a call, which gets a reply"));
    }
}

/// Runs the server and a minimal client on one thread.
fn over_http(message: &Value, count: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be made");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let address = listener.local_addr().expect("it is bound");
        let endpoint = rpc_http::server::endpoint(BenchServer::new(Implementation));
        tokio::spawn(rpc_http::server::serve(listener, endpoint).into_future());
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let body = message.to_string();
        let request = format!(
            "POST / HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\naccept: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut reply = [0; 4096];
        for _ in 0..count {
            stream.write_all(request.as_bytes()).await.expect("it reads");
            // A small reply comes in one piece.
            let length = stream.read(&mut reply).await.expect("it answers");
            let reply = &reply[..length];
            assert!(reply.starts_with(b"HTTP/1.1 200") && reply.ends_with(b"}"), "{reply:?}");
        }
    });
}

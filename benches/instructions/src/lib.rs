//! What the programs do whose instructions the regression guard counts with callgrind.
//!
//! Each makes COUNT calls. The cost of one call is the difference of two runs, divided by the difference of their
//! counts. That leaves out what the process itself costs.
//!
//! A service of another type has a program of its own. The compiler inlines functions that have only one caller, so a
//! second service in the same program would make the calls of both dearer.

use std::future::IntoFuture;
use std::hint::black_box;

use futures_util::FutureExt;
use rpc_core::{RequestMetadata, Server, Service};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use work::{BenchServer, Implementation, call};

/// The service without additions.
pub fn bench() -> BenchServer<Implementation> {
    BenchServer::new(Implementation)
}

/// A small call.
pub fn add() -> Value {
    call("add", json!([1, 2]))
}

/// The number of calls, from an argument of the program.
///
/// # Panics
///
/// If it is not a number.
pub fn count(argument: Option<String>) -> usize {
    let count = argument.and_then(|count| count.parse().ok());
    count.expect("the last argument is the number of calls")
}

/// Calls the server without a socket.
///
/// # Panics
///
/// If a call gets no reply.
pub fn in_process(service: impl Service, message: &Value, count: usize) {
    let message = message.to_string();
    let server = Server::new(service);
    for _ in 0..count {
        let reply = server.handle(black_box(message.as_bytes()), RequestMetadata::default());
        let reply = reply.now_or_never().expect("no method waits");
        black_box(reply.expect("each message is a call, which gets a reply"));
    }
}

/// Runs the server and a minimal client on one thread.
///
/// # Panics
///
/// If a call fails.
pub fn over_http(service: impl Service, message: &Value, count: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be made");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let address = listener.local_addr().expect("it is bound");
        let endpoint = rpc_http::server::endpoint(service);
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

//! A server on a ZeroMQ socket, and a client that survives a restart of the server: `cargo run --example zmq`.
//!
//! `cargo run --example zmq tcp://127.0.0.1:5555` only serves, until you stop it. To call it from Python:
//!
//! ```python
//! import zmq
//! socket = zmq.Context().socket(zmq.REQ)
//! socket.connect("tcp://127.0.0.1:5555")
//! socket.send(b'{"jsonrpc": "2.0", "method": "add", "params": [1, 2], "id": 1}')
//! print(socket.recv())
//! ```
#![allow(missing_docs)]

use std::io;
use std::time::Duration;

use rpc_core::rpc;
use rpc_zmq::{Address, Client, bind, serve};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

#[rpc]
pub trait Adder {
    async fn add(&self, a: i64, b: i64) -> i64;
}

struct Service;

impl Adder for Service {
    async fn add(&self, a: i64, b: i64) -> i64 {
        a.wrapping_add(b)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    if let Some(address) = std::env::args().nth(1) {
        let listener = bind(&address).await?;
        println!("listening on {}", Address::of(&listener)?);
        return Ok(serve(listener, AdderServer::new(Service)).await?);
    }

    let (address, stop, server) = start("tcp://127.0.0.1:*").await?;
    let client = Client::builder()
        .timeout(Duration::from_secs(5))
        .build(&address)?;
    let adder = AdderClient::new(client);
    println!("1 + 2 = {}", adder.add(1, 2).await?);

    // A server that is asked to stop finishes the calls it has received.
    drop(stop);
    server.await??;

    // With no server running, a call waits for one until its timeout.
    let call = tokio::spawn(adder.add(3, 4));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (_, _stop, _server) = start(&address).await?;
    println!("3 + 4 = {}, from the next server", call.await??);
    Ok(())
}

/// Starts a server in its own task. Returns its address, a sender that stops it when dropped, and the task.
async fn start(
    address: &str,
) -> io::Result<(String, oneshot::Sender<()>, JoinHandle<io::Result<()>>)> {
    let listener = bind(address).await?;
    let address = Address::of(&listener)?.to_string();
    let (stop, stopped) = oneshot::channel();
    let server = serve(listener, AdderServer::new(Service)).shutdown(async { drop(stopped.await) });
    Ok((address, stop, tokio::spawn(server.into_future())))
}

//! A worker and a client that find each other through NATS: `cargo run --example nats`.
//!
//! It needs a server of NATS at 127.0.0.1:4222. For another one, say where it is:
//! `cargo run --example nats nats://10.0.0.5:4222`. The example `fleet` has many workers, some of which die.
#![allow(missing_docs)]

use std::sync::Arc;

use rpc_core::{Policy, rpc};
use rpc_nats::async_nats;
use tokio::sync::Notify;

#[rpc]
pub trait Adder {
    async fn add(&self, a: i64, b: i64) -> i64;

    /// Asks the worker to stop, and adds all the same.
    async fn stop_and_add(&self, a: i64, b: i64) -> i64;
}

struct Service {
    stop: Arc<Notify>,
}

impl Adder for Service {
    async fn add(&self, a: i64, b: i64) -> i64 {
        a.wrapping_add(b)
    }

    async fn stop_and_add(&self, a: i64, b: i64) -> i64 {
        self.stop.notify_one();
        a.wrapping_add(b)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1);
    let nats = async_nats::connect(address.as_deref().unwrap_or("nats://127.0.0.1:4222")).await?;
    let stop = Arc::new(Notify::new());
    let service = AdderServer::new(Service { stop: stop.clone() });
    let worker = rpc_nats::serve(nats.clone(), "sums", service)
        .shutdown(async move { stop.notified().await });
    let worker = tokio::spawn(worker.into_future());

    // NATS may not know the worker yet. A call that nobody serves did not run, so the policy tries it again.
    let client = rpc_nats::client(nats, "sums")?;
    let adder = AdderClient::new(Policy::new().attempts(10).over(client.clone()));
    println!("1 + 2 = {}", adder.add(1, 2).await?);

    // A worker that is asked to stop finishes the calls that it has.
    println!("3 + 4 = {}", adder.stop_and_add(3, 4).await?);
    worker.await??;

    let adder = AdderClient::new(client);
    if let Err(error) = adder.add(5, 6).await {
        println!("5 + 6: {error} (it {})", error.execution());
    }
    Ok(())
}

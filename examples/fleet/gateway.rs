//! The gateway: HTTP in front, NATS behind.

use std::time::Duration;

use rpc_core::{Policy, relay};
use rpc_http::server::{endpoint, serve};
use tokio::net::TcpListener;

use crate::worker::connect;
use crate::{Result, ShopClient};

/// Starts it in a task of its own, and returns its address.
pub async fn start(addresses: &str) -> Result<String> {
    let client = rpc_nats::client(connect(addresses).await?, "shop")?;
    // A worker that dies does not say so. If an attempt takes too long, a call that may run twice goes to another worker.
    let policy = Policy::new().attempt_timeout(Duration::from_secs(1));
    // The contract says which calls may run twice. The relay passes on all others, too.
    let gateway = relay(policy.over(client)).contract(<ShopClient>::CONTRACT);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(serve(listener, endpoint(gateway)).into_future());
    Ok(address)
}

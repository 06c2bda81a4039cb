//! The kinds of the program `nats-worker`. Each has one connection, and answers calls of `add` and `echo`.

use async_nats::Client;
use bytes::Bytes;
use futures_util::StreamExt;
use work::{BenchServer, Implementation};

/// The subject of our worker's service.
pub const SUBJECT: &str = "rpc.bench";
/// The subject of async-nats's worker.
pub const BARE_SUBJECT: &str = "bare.bench";

/// The reply of async-nats's worker: what ours sends for the same call.
pub const REPLY: &[u8] = br#"{"jsonrpc":"2.0","result":5,"id":1}"#;

/// Answers as this kind of worker, for ever.
///
/// # Panics
///
/// If the kind is unknown, or the connection fails.
pub async fn work(kind: &str, client: Client) {
    match kind {
        "rpc" => ours(client).await,
        "async-nats" => bare(client).await,
        other => panic!("unknown kind `{other}`"),
    }
}

/// `rpc_nats::serve`.
async fn ours(client: Client) {
    let service = BenchServer::new(Implementation);
    let served = rpc_nats::serve(client, SUBJECT, service).await;
    served.expect("the connection stays");
}

/// What NATS's documentation shows: a subscription, and a reply to each message, one after the other. The reply lies ready.
async fn bare(client: Client) {
    let messages = client.queue_subscribe(BARE_SUBJECT, "q".to_owned()).await;
    let mut messages = messages.expect("the connection stays");
    while let Some(message) = messages.next().await {
        if let Some(reply) = message.reply {
            let published = client.publish(reply, Bytes::from_static(REPLY)).await;
            published.expect("the connection stays");
        }
    }
}

//! Other people's clients of NATS, which call our workers with messages that they write themselves.
//!
//! `cargo xtask test` installs them, pinned. One that is missing is a failure.

use super::*;
use crate::peers::{passes, script};

#[tokio::test]
async fn nats_py_calls_our_workers() {
    let server = Server::start().await;
    let _worker = Worker::start(&server).await;
    within(passes(script("nats_client.py").arg(server.address()))).await;
}

#[tokio::test]
async fn npm_transport_node_calls_our_workers() {
    let server = Server::start().await;
    let _worker = Worker::start(&server).await;
    within(passes(script("nats_client.js").arg(server.address()))).await;
}

/// Workers that are not ours: a plain subscription that answers.
#[tokio::test]
async fn our_client_calls_a_worker_that_knows_only_nats() {
    use futures_util::StreamExt;

    let server = Server::start().await;
    let nats = server.connect().await;
    let mut messages = within(nats.subscribe("works.>")).await.unwrap();
    within(nats.flush()).await.unwrap();
    let worker = tokio::spawn(async move {
        while let Some(message) = messages.next().await {
            let reply = message.reply.expect("it is a request");
            let answer = br#"{"jsonrpc":"2.0","result":42,"id":1}"#;
            nats.publish(reply, answer.as_slice().into()).await.unwrap();
        }
    });
    let works = client(&server).await;
    assert_eq!(within(works.add(2, 40)).await.unwrap(), 42);
    worker.abort();
}

//! A client that goes away.

use std::sync::atomic::Ordering;

use rpc_core::Server;

use super::*;

const GATE: &str = r#"{"jsonrpc":"2.0","method":"gate","id":1}"#;

#[tokio::test]
async fn a_disconnect_cancels_the_call() {
    let (watch, endpoint) = watched();
    let server = running(endpoint).await;
    let mut raw = server.connect().await;
    raw.send(&json(GATE)).await;
    watch.until_started(1).await;
    drop(raw);
    watch.until_cancelled(1).await;
    assert_eq!(watch.finished.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_disconnect_cancels_a_batch() {
    let prober = Prober::default();
    let watch = Arc::clone(&prober.0);
    let service = Server::new(ProbeServer::new(prober)).batch_concurrency(3);
    let server = running(endpoint(service)).await;
    let mut raw = server.connect().await;
    raw.send(&json(&format!("[{}]", [GATE; 5].join(",")))).await;
    watch.until_started(3).await;
    drop(raw);
    watch.until_cancelled(3).await;
    pause(100).await;
    assert_eq!(
        watch.started.load(Ordering::SeqCst),
        3,
        "the rest never began"
    );
}

#[tokio::test]
async fn a_blocking_method_goes_on_without_its_client() {
    let (watch, endpoint) = watched();
    let server = running(endpoint).await;
    let mut raw = server.connect().await;
    raw.send(&json(
        r#"{"jsonrpc":"2.0","method":"block","params":[400],"id":1}"#,
    ))
    .await;
    watch.until_started(1).await;
    drop(raw);
    // It blocks no thread that others need: this test has but one.
    assert_eq!(server.exchange(&json(ECHO)).await, ok(ECHOED));
    assert_eq!(watch.finished.load(Ordering::SeqCst), 0);
    watch.until_finished(1).await;
    assert_eq!(watch.cancelled.load(Ordering::SeqCst), 0);
}

/// Else who calls and goes, calls and goes, would fill the queue of blocking methods without bound.
#[tokio::test]
async fn a_blocking_method_counts_as_in_flight_until_it_returns() {
    let (watch, endpoint) = watched();
    let server = running(endpoint.max_in_flight(1)).await;
    let mut raw = server.connect().await;
    raw.send(&json(
        r#"{"jsonrpc":"2.0","method":"block","params":[400],"id":1}"#,
    ))
    .await;
    watch.until_started(1).await;
    drop(raw);
    pause(100).await;
    let refused = server.exchange(&json(ECHO)).await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    watch.until_finished(1).await;
    pause(100).await;
    assert_eq!(server.exchange(&json(ECHO)).await, ok(ECHOED));
}

//! Calls that are cancelled when their client goes away, because their endpoint or their method says so.

use std::sync::atomic::Ordering;

use rpc_core::{Dispatcher, Server, function};

use super::*;

const GATE: &str = r#"{"jsonrpc":"2.0","method":"gate","id":1}"#;

const FRAIL: &str = r#"{"jsonrpc":"2.0","method":"frail","id":1}"#;

/// A client goes away, or only closes its own side, which TCP can't tell from that.
#[tokio::test]
async fn a_disconnect_cancels_the_call() {
    for half in [false, true] {
        for message in [GATE, FRAIL] {
            let (watch, endpoint) = watched();
            let endpoint = endpoint.cancel_on_disconnect(message == GATE);
            let server = running(endpoint).await;
            let mut raw = server.connect().await;
            raw.send(&json(message)).await;
            watch.until_started(1).await;
            let half_open = match half {
                false => {
                    drop(raw);
                    None
                }
                true => {
                    raw.stream.shutdown().await.unwrap();
                    Some(raw)
                }
            };
            watch.until_cancelled(1).await;
            assert_eq!(watch.finished.load(Ordering::SeqCst), 0);
            if let Some(mut raw) = half_open {
                let answer = raw.response().await;
                assert!(answer.contains(r#""code":-32603"#), "{answer}");
                raw.until_closed().await;
            }
        }
    }
}

/// On a connection that has been used before, and with the next request already sent.
#[tokio::test]
async fn a_disconnect_cancels_what_comes_later_too() {
    let (watch, endpoint) = watched();
    let server = running(endpoint.cancel_on_disconnect(true)).await;
    let mut raw = server.connect().await;
    for _ in 0..2 {
        watch.gate.add_permits(1);
        raw.send(&json(GATE)).await;
        assert!(
            raw.response()
                .await
                .ends_with(r#""result":"through","id":1}"#)
        );
    }
    raw.send(&[json(GATE), json(ECHO)].concat()).await;
    watch.until_started(3).await;
    // What was read ahead is not lost.
    pause(50).await;
    watch.gate.add_permits(1);
    assert!(
        raw.response()
            .await
            .ends_with(r#""result":"through","id":1}"#)
    );
    assert_eq!(raw.response().await, ok(ECHOED));
    raw.send(&[json(GATE), json(ECHO)].concat()).await;
    watch.until_started(4).await;
    drop(raw);
    watch.until_cancelled(1).await;
    assert_eq!(server.exchange(&json(ECHO)).await, ok(ECHOED));
}

#[tokio::test]
async fn a_disconnect_cancels_a_batch() {
    let prober = Prober::default();
    let watch = Arc::clone(&prober.0);
    let service = Server::new(ProbeServer::new(prober)).batch_concurrency(3);
    let server = running(endpoint(service).cancel_on_disconnect(true)).await;
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

/// The sender of a notification has no reason to stay. In a batch, each entry goes its own way.
#[tokio::test]
async fn a_disconnect_cancels_no_notification() {
    let notifications = [
        r#"{"jsonrpc":"2.0","method":"gate"}"#,
        r#"{"jsonrpc":"2.0","method":"frail"}"#,
    ];
    let (watch, endpoint) = watched();
    let server = running(endpoint.cancel_on_disconnect(true)).await;
    let mut raw = server.connect().await;
    let batch = format!("[{GATE},{},{FRAIL}]", notifications.join(","));
    raw.send(&json(&batch)).await;
    watch.until_started(4).await;
    drop(raw);
    watch.until_cancelled(2).await;
    watch.gate.add_permits(2);
    watch.until_finished(2).await;
    assert_eq!(watch.cancelled.load(Ordering::SeqCst), 2);
}

/// hyper drops the response's future there.
#[tokio::test]
async fn under_axum_a_disconnect_cancels_as_well() {
    let (watch, endpoint) = watched();
    let address = disconnect::axum_serves(endpoint).await;
    let mut raw = Raw::connect(address).await;
    let batch = format!(r#"[{FRAIL},{GATE},{{"jsonrpc":"2.0","method":"frail"}}]"#);
    raw.send(&json(&batch)).await;
    watch.until_started(3).await;
    drop(raw);
    watch.until_cancelled(1).await;
    watch.gate.add_permits(2);
    watch.until_finished(2).await;
    assert_eq!(watch.cancelled.load(Ordering::SeqCst), 1);
}

/// Functions without a contract can say it, too.
#[tokio::test]
async fn a_disconnect_cancels_a_function() {
    let watch = Arc::new(Watch::default());
    let prober = Prober(Arc::clone(&watch));
    let gate = function(move || {
        let prober = prober.clone();
        async move { prober.gate().await }
    });
    let service = Dispatcher::new().method("gate", gate.cancel_on_disconnect());
    let server = running(endpoint(service)).await;
    let mut raw = server.connect().await;
    raw.send(&json(GATE)).await;
    watch.until_started(1).await;
    drop(raw);
    watch.until_cancelled(1).await;
}

/// In the shorthand, a call has no id, and is none the less not a notification.
#[tokio::test]
async fn a_disconnect_cancels_a_call_in_shorthand() {
    let (watch, endpoint) = watched();
    let server = running(endpoint.shorthand(true)).await;
    let mut raw = server.connect().await;
    raw.send(&json(r#"{"frail":null}"#)).await;
    watch.until_started(1).await;
    drop(raw);
    watch.until_cancelled(1).await;
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

//! What the server logs of requests, in plain text: no request forges a line of it.

use super::*;
use crate::errors::log::{FORGED, Plain};

#[tokio::test]
async fn no_request_forges_a_line() {
    let log = Plain::default();
    let _here = tracing::dispatcher::set_default(&log.dispatch());
    let server = running(probe().shorthand(true)).await;
    let escaped = serde_json::json!(FORGED).to_string();
    let path = "/x%0a2026-01-01T00:00:00Z%20%20INFO%20audit:%20admin%20logged%20in";
    for request in [
        json(FORGED),
        json(&escaped),
        json(&format!(
            r#"{{"jsonrpc":"2.0","method":{escaped},"id":{escaped}}}"#
        )),
        json(&format!(
            r#"{{"jsonrpc":"2.0","method":"echo","params":{{{escaped}:1}},"id":1}}"#
        )),
        json(&format!(r#"{{{escaped}:{escaped}}}"#)),
        format!("GET {path}?{path} HTTP/1.1\r\nhost: x\r\n\r\n").into_bytes(),
        post("content-type: x/\u{85}\u{2028}y\r\nx-\u{7f}: 1\r\n", ECHO),
        format!("POST {FORGED} HTTP/1.1\r\n\r\n").into_bytes(),
        post("transfer-encoding: chunked\r\n", FORGED),
    ] {
        let mut raw = server.connect().await;
        raw.send(&request).await;
        raw.stream.shutdown().await.unwrap();
        within(raw.try_response()).await;
        within(raw.try_response()).await;
        log.lines();
    }
    let mut cut_off = server.connect().await;
    let request = String::from_utf8(json(ECHO)).unwrap();
    cut_off.send(&request.as_bytes()[..request.len() - 3]).await;
    drop(cut_off);
    assert_eq!(server.exchange(&json(ECHO)).await, ok(ECHOED));
    assert!(!log.lines().is_empty());
}

/// A layer around the endpoint, such as tower-http's for tracing, has its span entered while it polls. A call that goes on
/// without its client stays in it.
#[tokio::test]
async fn a_call_whose_client_has_gone_keeps_its_span() {
    use std::future::poll_fn;
    use std::task::Poll;

    use tower_service::Service as _;

    let log = Plain::default();
    let _here = tracing::dispatcher::set_default(&log.dispatch());
    let gate = Arc::new(Semaphore::new(0));
    let waits = Arc::clone(&gate);
    let service = rpc_core::Dispatcher::new().method("wait", move || {
        let gate = Arc::clone(&waits);
        async move {
            gate.acquire().await.unwrap().forget();
            Err::<(), _>(rpc_core::Internal::new("too late"))
        }
    });
    let mut endpoint = endpoint(service);
    let body = r#"{"jsonrpc":"2.0","method":"wait","id":7}"#;
    let request = ::http::Request::post("/")
        .header("host", "x")
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body))
        .unwrap();
    let span = tracing::info_span!("caller", who = "me");
    let mut answer = Box::pin(span.in_scope(|| endpoint.call(request)));
    let first = poll_fn(|task| Poll::Ready(span.in_scope(|| answer.as_mut().poll(task)))).await;
    assert!(first.is_pending());
    drop(answer);
    gate.add_permits(1);
    let mut lines = Vec::new();
    within(async {
        while lines.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
            lines = log.lines();
            lines.retain(|line| line.contains("too late"));
        }
    })
    .await;
    let [line] = &lines[..] else {
        panic!("{lines:?}");
    };
    assert!(line.contains(r#" caller{who="me"}: "#), "{line}");
    assert!(line.contains(r#" method="wait" id="7" "#), "{line}");
}

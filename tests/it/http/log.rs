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

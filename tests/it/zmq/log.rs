//! What a server says in its log, where nobody else hears of it.

use super::*;
use crate::log::Log;

#[tokio::test]
async fn how_many_connections_were_broken_off() {
    let log = Log::capture();
    let set_up = |serve: Serve<_>| serve.shutdown_deadline(Duration::from_millis(50));
    let mut server = running_with(ANY_PORT, set_up).await;
    let mut connections = Vec::new();
    for _ in 0..3 {
        let mut raw = server.connect().await;
        // The server has accepted it.
        raw.receive(64).await;
        connections.push(raw);
    }
    server.signal_stop();
    server.until_stopped().await;
    let warnings = log.errors();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains(" connections=3"), "{warnings:?}");
}

/// ZeroMQ's sockets tell their monitor alone.
#[tokio::test]
async fn a_client_that_wants_curve() {
    let log = Log::capture();
    let mut server = running().await;
    let mut raw = server.connect().await;
    raw.receive(64).await;
    let mut curve = greeting(1);
    curve[12..17].copy_from_slice(b"CURVE");
    raw.send(&curve).await;
    let mut rest = Vec::new();
    let closed = within(raw.stream.read_to_end(&mut rest)).await;
    assert!(closed.is_err() || rest.is_empty(), "{rest:?}");
    server.signal_stop();
    server.until_stopped().await;
    let warnings = log.errors();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let reason = "the security mechanism \"CURVE\"; only NULL is supported";
    assert!(warnings[0].contains(reason), "{warnings:?}");
}

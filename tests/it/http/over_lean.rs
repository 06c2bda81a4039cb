//! What is asked of a client, asked of the lean one; and what only that one says.

use std::sync::atomic::Ordering;
use std::time::Instant;

use rpc_http::BuildError;
use rpc_http::lean::{Client, ClientBuilder, Lean as Carrier};

use super::*;

#[allow(clippy::duplicate_mod, reason = "once over each transport")]
#[path = "client.rs"]
mod client;
#[allow(clippy::duplicate_mod, reason = "once over each transport")]
#[path = "client_batching.rs"]
mod client_batching;
#[allow(clippy::duplicate_mod, reason = "once over each transport")]
#[path = "client_tls.rs"]
mod client_tls;
#[allow(clippy::duplicate_mod, reason = "once over each transport")]
#[path = "what_happened.rs"]
mod what_happened;

use client::{Counting, Puppet};

/// `Host` goes first, as HTTP asks for, and nothing is sent that is of no use.
#[tokio::test]
async fn a_request_is_short() {
    let mut puppet = Puppet::replying(ECHOED).await;
    let client = Client::new(&puppet.url).unwrap();
    let call = ProbeClient::new(client).echo("hi");
    within(call).await.unwrap();
    let host = puppet.url[7..puppet.url.len() - 1].to_owned();
    let who = format!("user-agent: rpc-http/{}", env!("CARGO_PKG_VERSION"));
    let headers = format!(
        "{who}\r\naccept-encoding: identity\r\ncontent-type: application/json\r\naccept: application/json\r\nrpc-timeout-ms: 30000\r\ncontent-length: 56"
    );
    assert_eq!(
        puppet.request().await,
        format!("POST / HTTP/1.1\r\nhost: {host}\r\n{headers}\r\n\r\n{ECHO}")
    );
}

#[tokio::test]
async fn a_server_that_compresses_is_asked_not_to() {
    let app = axum::Router::new()
        .route_service("/", probe())
        .layer(tower_http::compression::CompressionLayer::new());
    let server = running(app).await;
    let client = Client::new(server.url()).unwrap();
    let big = within(ProbeClient::new(client).big(100_000)).await;
    assert_eq!(big.unwrap().len(), 100_000);
}

#[test]
fn a_url_is_written_as_it_is_sent() {
    for url in ["http://bücher.example/", "http://h/ä", "http://h/a b"] {
        let error = Client::new(url).unwrap_err();
        assert!(matches!(error, BuildError::Url), "{url}: {error:?}");
    }
    for url in [
        "http://h:/",
        "http://H",
        "https://[::1]:8443/a?b",
        "http://u@h:80",
    ] {
        Client::new(url).expect(url);
    }
}

/// It is not looked for at intervals, by which a connection could be kept for twice its time.
#[tokio::test]
async fn a_connection_is_closed_when_its_time_has_come() {
    const KEPT: Duration = Duration::from_secs(1);
    let server = Counting::new().await;
    let builder = Client::builder().idle_timeout(KEPT);
    let probe = ProbeClient::new(builder.build(&server.url).unwrap());
    within(probe.echo("hi")).await.unwrap();
    pause(100).await;
    let last_call = Instant::now();
    within(probe.echo("hi")).await.unwrap();
    until(|| server.closed.load(Ordering::SeqCst) == 1).await;
    let kept = last_call.elapsed();
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
    assert!(kept >= KEPT && kept < KEPT * 8 / 5, "{kept:?}");
}

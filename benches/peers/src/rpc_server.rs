//! Our server: the endpoint by itself, with each of its options, and mounted in an axum `Router`. The limits are the
//! defaults.
//!
//! A service of another type is in a program of its own, in `src/bin`. In one program, the compiler would inline less, and
//! all of them would cost more.

use std::sync::Arc;

use axum::Router;
use rpc_core::{IntoServer, Server, Service};
use rpc_http::server::{Endpoint, endpoint, serve};
use tokio::net::TcpListener;
use work::{BenchServer, Implementation};

/// The service without additions.
pub fn bench() -> BenchServer<Implementation> {
    BenchServer::new(Implementation)
}

/// Serves a service with `rpc_http::server::serve`.
pub async fn of(listener: TcpListener, service: impl IntoServer) {
    bare(listener, endpoint(service)).await;
}

/// Serves the service without additions.
pub async fn plain(listener: TcpListener) {
    with(listener, |endpoint| endpoint).await;
}

/// Methods can ask for a value that the endpoint has been given.
pub async fn with_extension(listener: TcpListener) {
    with(listener, |endpoint| endpoint.extension(Arc::new(7))).await;
}

/// Requests for other hosts are refused.
pub async fn with_hosts(listener: TcpListener) {
    with(listener, |endpoint| {
        endpoint.allowed_hosts(["localhost", "127.0.0.1", "::1"])
    })
    .await;
}

/// Errors get statuses of their own.
pub async fn with_statuses(listener: TcpListener) {
    with(listener, |endpoint| endpoint.error_statuses(true)).await;
}

/// Calls may also come without an envelope.
pub async fn with_shorthand(listener: TcpListener) {
    with(listener, |endpoint| endpoint.shorthand(true)).await;
}

/// Calls end with their connection.
pub async fn with_cancelling(listener: TcpListener) {
    with(listener, |endpoint| endpoint.cancel_on_disconnect(true)).await;
}

/// Messages that nest deeper than this are refused.
pub async fn with_nesting(listener: TcpListener) {
    bare(listener, endpoint(Server::new(bench()).max_nesting(32))).await;
}

/// Every message is written to a log that goes nowhere.
pub async fn with_log(listener: TcpListener) {
    work::additions::log_to_a_sink();
    plain(listener).await;
}

/// Serves the endpoint in a `Router`, with `axum::serve`.
pub async fn in_axum(listener: TcpListener) {
    let router = Router::new().route_service("/", endpoint(bench()));
    crate::axum_server::serve(listener, router).await;
}

type Bench = Endpoint<BenchServer<Implementation>>;

async fn with(listener: TcpListener, set: fn(Bench) -> Bench) {
    bare(listener, set(endpoint(bench()))).await;
}

async fn bare<S: Service>(listener: TcpListener, endpoint: Endpoint<S>) {
    serve(listener, endpoint).await.expect("the listener works");
}

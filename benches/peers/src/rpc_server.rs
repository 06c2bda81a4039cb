//! Ours: the endpoint by itself, and mounted in an axum `Router`; with the limits that it has by default.

use axum::Router;
use rpc_http::server::{Endpoint, endpoint, serve};
use tokio::net::TcpListener;
use work::{BenchServer, Implementation};

/// By `rpc_http::server::serve`.
pub async fn bare(listener: TcpListener) {
    let server = serve(listener, bench());
    server.await.expect("the listener goes on");
}

/// By `axum::serve`.
pub async fn in_axum(listener: TcpListener) {
    let router = Router::new().route_service("/", bench());
    let server = axum::serve(listener, router);
    server.await.expect("axum goes on by itself");
}

fn bench() -> Endpoint<BenchServer<Implementation>> {
    endpoint(BenchServer::new(Implementation))
}

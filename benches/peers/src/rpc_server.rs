//! Ours: the endpoint by itself, and mounted in an axum `Router`; with the limits that it has by default.

use axum::Router;
use bytes::Bytes;
use rpc_core::{RequestMetadata, Server};
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
    crate::axum_server::serve(listener, router).await;
}

/// What it replies to a message.
pub async fn reply(message: &[u8]) -> Bytes {
    let server = Server::new(BenchServer::new(Implementation));
    let reply = server.handle(message, RequestMetadata::default()).await;
    reply.map_or_else(Bytes::new, |reply| reply.into_body().into())
}

fn bench() -> Endpoint<BenchServer<Implementation>> {
    endpoint(BenchServer::new(Implementation))
}

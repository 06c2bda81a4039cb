//! Our server: the endpoint by itself, and mounted in an axum `Router`. The limits are the defaults.

use axum::Router;
use bytes::Bytes;
use rpc_core::{RequestMetadata, Server};
use rpc_http::server::{Endpoint, endpoint, serve};
use tokio::net::TcpListener;
use work::{BenchServer, Implementation};

/// Serves the endpoint with `rpc_http::server::serve`.
pub async fn bare(listener: TcpListener) {
    let server = serve(listener, bench());
    server.await.expect("the listener works");
}

/// Serves the endpoint in a `Router`, with `axum::serve`.
pub async fn in_axum(listener: TcpListener) {
    let router = Router::new().route_service("/", bench());
    crate::axum_server::serve(listener, router).await;
}

/// The reply of our server to a message.
pub async fn reply(message: &[u8]) -> Bytes {
    let server = Server::new(BenchServer::new(Implementation));
    let reply = server.handle(message, RequestMetadata::default()).await;
    reply.map_or_else(Bytes::new, |reply| reply.into_body().into())
}

fn bench() -> Endpoint<BenchServer<Implementation>> {
    endpoint(BenchServer::new(Implementation))
}

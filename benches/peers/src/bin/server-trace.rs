//! `server-trace rpc-trace`: our server with tower-http's `TraceLayer` around the endpoint, and a log of its events that
//! goes nowhere. It logs a request's method, path, status and time, where our message log has the message and its headers.

use peers::rpc_server::bench;
use peers::serve::run;
use rpc_http::server::{endpoint, serve};
use tokio::net::TcpListener;
use tower::Layer;
use tower_http::trace::TraceLayer;

fn main() {
    run(&[("rpc-trace", |listener| Box::pin(traced(listener)))]);
}

async fn traced(listener: TcpListener) {
    // Without our own message log, which is at the same level.
    work::additions::log_only_to_a_sink("tower_http");
    let app = TraceLayer::new_for_http().layer(endpoint(bench()));
    serve(listener, app).await.expect("the listener works");
}

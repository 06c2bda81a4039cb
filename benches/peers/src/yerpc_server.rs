//! yerpc behind an axum handler.
//!
//! yerpc's own support for axum is only for WebSockets. For a POST, `process_incoming` takes a text and returns the
//! reply.

use std::sync::Arc;

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::post;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use tokio::net::TcpListener;

use crate::axum_server;
use crate::yerpc::Handler;

/// Serves all requests with one session, which has no state other than the service.
pub async fn serve(listener: TcpListener) {
    let handler = Arc::new(Handler::new());
    let respond = move |message: String| respond(Arc::clone(&handler), message);
    axum_server::serve(listener, Router::new().route("/", post(respond))).await;
}

async fn respond(handler: Arc<Handler>, message: String) -> impl IntoResponse {
    let json = HeaderValue::from_static("application/json");
    let reply = handler.handle(message.as_bytes()).await;
    ([(CONTENT_TYPE, json)], reply.unwrap_or_default())
}

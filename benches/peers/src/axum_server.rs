//! axum with hand-written handlers: the simplest one, and the fastest one.

use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::ListenerExt;
use axum::{Json, Router};
use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::by_hand;

/// Uses axum's `Json` as its examples do, with `serde_json::Value` in between.
pub async fn value(listener: TcpListener) {
    let handler = async |Json(message): Json<Value>| -> Response {
        match by_hand::value_to_value(message) {
            Some(reply) => Json(reply).into_response(),
            None => ().into_response(),
        }
    };
    serve(listener, Router::new().route("/", post(handler))).await;
}

/// Takes and returns bytes, and does no more than it must in between.
pub async fn typed(listener: TcpListener) {
    let handler = async |message: Bytes| {
        let json = HeaderValue::from_static("application/json");
        let reply = by_hand::typed(&message).unwrap_or_default();
        ([(CONTENT_TYPE, json)], reply)
    };
    serve(listener, Router::new().route("/", post(handler))).await;
}

/// Serves a router, with the option that axum's documentation recommends against delayed replies.
pub async fn serve(listener: TcpListener, router: Router) {
    let listener = listener.tap_io(|stream| {
        stream.set_nodelay(true).expect("it is a TCP stream");
    });
    let server = axum::serve(listener, router);
    server.await.expect("axum recovers from errors by itself");
}

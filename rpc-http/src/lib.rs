//! JSON-RPC 2.0 over HTTP.
//!
//! Thin transports for [`rpc_core`], each behind a feature of its own: [`server`], a tower service that mounts in any
//! axum `Router` and is served bare by [`server::serve`]; [`Client`], which carries calls with reqwest; and [`lean`], which
//! carries them with hyper alone. They move bytes; all that is JSON-RPC is in rpc-core.
//!
//! ```no_run
//! # #[cfg(all(feature = "client", feature = "server"))]
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use rpc_core::Dispatcher;
//!
//! // Anything that is a `Service` is served: what `#[rpc]` generates, or functions by name.
//! let service = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! tokio::spawn(rpc_http::server::serve(listener, rpc_http::server::endpoint(service)).into_future());
//!
//! let client = rpc_http::Client::new("http://127.0.0.1:8080/")?;
//! let sum: i64 = client.call("add", (1, 2)).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | feature | what it adds | default |
//! | --- | --- | --- |
//! | `client` | [`Client`], on reqwest | yes |
//! | `server` | [`server`], on hyper and tower | yes |
//! | `lean` | [`lean::Client`], on hyper | no |
//! | `tls` | HTTPS for all of them, by rustls | yes |
//! | `gzip` | the client on reqwest understands compressed replies | no |
//!
//! # Which client
//!
//! Both make the same calls, are set up by the same [`Builder`], trust the same certificates and fail with the same
//! errors, so that one is put in the place of the other by changing an import.
//!
//! [`Client`] is for servers out in the world. It has what reqwest has: proxies, those of the system too, compressed
//! replies (`gzip`), redirects for who wants them, cookies, international host names, and by
//! [`configure_http`](client::ClientBuilder::configure_http) and
//! [`http_client`](client::ClientBuilder::http_client) whatever an application sets on its own `reqwest::Client`.
//!
//! [`lean::Client`] is for many small calls between one's own services. A small call is mostly the HTTP client's work,
//! and this one makes do with a quarter of the allocations and three quarters of the time, or less. It speaks
//! HTTP/1.1 to the host that the URL names, and has no more options than [`Builder`]. A program that takes `lean` without
//! `client`, and so without reqwest, has some thirty crates less, too.
//!
//! # Many small calls
//!
//! Either client gathers calls that are made at the same time into one request, where its builder is told so:
//! [`Builder::batching`] says when that pays, and what it costs.
//!
//! ```no_run
//! # #[cfg(feature = "client")]
//! # fn run() -> Result<(), rpc_http::BuildError> {
//! use rpc_core::Batching;
//!
//! let client = rpc_http::Client::builder().batching(Batching::default()).build("https://shop.example/rpc")?;
//! # Ok(())
//! # }
//! ```
//!
//! # The wire
//!
//! A message is the body of a POST. The server takes `application/json`, `application/json-rpc` and
//! `application/jsonrequest`, with parameters such as a charset. A request without a content type is taken from a client
//! that is no browser, since some send none, and refused with an `Origin` or `Sec-Fetch-Site` header, since that is how a
//! page forges a request. The answers are
//!
//! | status | when |
//! | --- | --- |
//! | 200 | the body is the reply, also where that is an error (unless [`error_statuses`] is on) |
//! | 200, empty | there is nothing to reply to: a notification (or 202 or 204, by [`notification_status`]) |
//! | 403 | it is for another host (where [`allowed_hosts`] names some) |
//! | 405 | the method is not POST |
//! | 408 | the body took longer than [`body_timeout`] |
//! | 413 | the body is larger than [`max_message`] |
//! | 415 | the content type is another one, or the body is compressed |
//! | 503 | more than [`max_in_flight`] messages are being handled |
//!
//! With [`Endpoint::shorthand`](server::Endpoint::shorthand), the server answers `GET /add?a=2&b=40` and
//! `POST {"add": [2, 40]}` as well, for people with curl.
//!
//! # The log
//!
//! Clients and the server write the [message log](rpc_core::message_log) of rpc-core. It has no secret of a contract, no
//! headers that identify, and of a URL neither user, password and query nor such parts of the path as are longer than 16
//! characters, since they may be keys: `https://chain.example/v2/***`. The clients' `Debug` form shows their URL alike.
//!
//! [`allowed_hosts`]: server::Endpoint::allowed_hosts
//! [`error_statuses`]: server::Endpoint::error_statuses
//! [`notification_status`]: server::Endpoint::notification_status
//! [`body_timeout`]: server::Endpoint::body_timeout
//! [`max_message`]: server::Endpoint::max_message
//! [`max_in_flight`]: server::Endpoint::max_in_flight

#[cfg(any(feature = "client", feature = "lean", feature = "server"))]
mod body;
#[cfg(feature = "client")]
pub mod client;
#[cfg(any(feature = "client", feature = "lean"))]
mod common;
#[cfg(feature = "lean")]
pub mod lean;
#[cfg(feature = "server")]
pub mod server;

#[cfg(feature = "client")]
pub use client::Client;
#[cfg(any(feature = "client", feature = "lean"))]
pub use common::{
    BuildError, Builder, Config, ConfigError, Connections, Ids, StatusError, refuses_batch,
};
#[cfg(feature = "client")]
pub use reqwest;
#[cfg(feature = "tls")]
pub use rustls;

//! JSON-RPC 2.0 over HTTP.
//!
//! Thin transports for [`rpc_core`], each behind its own feature: [`server`], a tower service that mounts in any axum `Router`
//! or is served by [`server::serve`]; [`Client`], on reqwest; and [`lean`], a client on hyper alone. They move bytes. rpc-core
//! does everything that is JSON-RPC.
//!
//! ```no_run
//! # #[cfg(all(feature = "client", feature = "server"))]
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use rpc_core::Dispatcher;
//!
//! // It serves any `Service`: what `#[rpc]` generates, or functions by name.
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
//! Both make the same calls, are set up by the same [`Builder`], trust the same certificates and fail with the same errors.
//! Changing an import replaces one with the other.
//!
//! [`Client`] is for servers on the internet. It has what reqwest has: proxies (including the system's), compressed replies
//! (`gzip`), optional redirects, cookies and international host names. With
//! [`configure_http`](client::ClientBuilder::configure_http) and [`http_client`](client::ClientBuilder::http_client), an
//! application can set anything else on its `reqwest::Client`.
//!
//! [`lean::Client`] is for many small calls between your own services. Most of the work of a small call is the HTTP client's,
//! and this one needs a quarter of the allocations and at most three quarters of the time. It speaks HTTP/1.1 to the host that
//! the URL names, and has only the options of [`Builder`]. A program with `lean` and without `client` also builds some thirty
//! crates less.
//!
//! # Many small calls
//!
//! Either client can collect concurrent calls into one request. [`Builder::batching`] says when that pays, and what it costs.
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
//! `application/jsonrequest`, with parameters such as a charset. Some clients send no content type, which is accepted, unless
//! the request has an `Origin` or `Sec-Fetch-Site` header: then it comes from a browser, and a page may have forged it. The
//! answers are
//!
//! | status | when |
//! | --- | --- |
//! | 200 | the body is the reply, even if it is an error (unless [`error_statuses`] is on) |
//! | 200, empty | the message was a notification (or 202 or 204, by [`notification_status`]) |
//! | 403 | the request is for another host than [`allowed_hosts`] |
//! | 405 | the method is not POST |
//! | 408 | the body took longer than [`body_timeout`] |
//! | 413 | the body is larger than [`max_message`] |
//! | 415 | the content type is a different one, or the body is compressed |
//! | 503 | more than [`max_in_flight`] messages are being handled |
//!
//! With [`Endpoint::shorthand`](server::Endpoint::shorthand), the server answers `GET /add?a=2&b=40` and
//! `POST {"add": [2, 40]}` as well, for people with curl.
//!
//! # The log
//!
//! Clients and the server write the [message log](rpc_core::message_log) of rpc-core. It leaves out a contract's secrets and the
//! headers that identify. A URL is shown without user, password and query, and without parts of the path that are longer than
//! 16 characters, since these may be keys: `https://chain.example/v2/***`. The clients' `Debug` form shows it the same way.
//!
//! [`allowed_hosts`]: server::Endpoint::allowed_hosts
//! [`error_statuses`]: server::Endpoint::error_statuses
//! [`notification_status`]: server::Endpoint::notification_status
//! [`body_timeout`]: server::Endpoint::body_timeout
//! [`max_message`]: server::Endpoint::max_message
//! [`max_in_flight`]: server::Endpoint::max_in_flight

#[cfg(any(feature = "client", feature = "lean", feature = "server"))]
mod body;
#[cfg(any(feature = "client", feature = "lean"))]
pub mod client;
#[cfg(feature = "server")]
pub mod server;

#[cfg(feature = "client")]
pub use client::Client;
#[cfg(feature = "lean")]
pub use client::lean;
#[cfg(any(feature = "client", feature = "lean"))]
pub use client::{
    BuildError, Builder, Config, ConfigError, Connections, Ids, StatusError, refuses_batch,
};
#[cfg(feature = "client")]
pub use reqwest;
#[cfg(feature = "tls")]
pub use rustls;

//! The server: [`endpoint()`] makes a tower service, which mounts in an axum `Router`, or is served bare by [`serve()`].
//!
//! ```
//! use axum::Router;
//! use rpc_core::Dispatcher;
//! use rpc_http::server::endpoint;
//!
//! let service = Dispatcher::new().method("echo", |text: String| async move { text });
//! let app: Router = Router::new()
//!     .route_service("/rpc", endpoint(service).max_batch(20))
//!     .route("/health", axum::routing::get(|| async { "ok" }));
//! ```
//!
//! [`shorthand`] is for people with curl, and off unless an endpoint is told otherwise.
//!
//! What layers around the endpoint put into a request's extensions, methods find in their `Context`, beside the headers.

mod connection;
mod endpoint;
mod hosts;
mod request;
mod seldom;
mod serve;
pub mod shorthand;
#[cfg(feature = "tls")]
mod tls;

pub use endpoint::{Endpoint, EndpointFuture, NotificationStatus, endpoint};
pub use serve::{Peer, Serve, serve};
#[cfg(feature = "tls")]
pub use tls::{PeerCertificates, Tls, TlsError};

//! The server: [`endpoint()`] makes a tower service, which mounts in an axum `Router`, or is served by [`serve()`].
//!
//! ```
//! use axum::Router;
//! use rpc_core::Dispatcher;
//! use rpc_http::server::endpoint;
//!
//! let service = Dispatcher::new().method("echo", |text: String| async move { text });
//! let app: Router = Router::new()
//!     .route_service("/rpc", endpoint(service).max_message(64 * 1024))
//!     .route("/health", axum::routing::get(|| async { "ok" }));
//! ```
//!
//! With the feature `axum`, `Router::new().rpc("/rpc", service)` does the same (`RouterExt`), and methods find the router's state
//! in their `Context`.
//!
//! [`shorthand`] is for people with curl. It is off by default. So is the page for browsers, `Endpoint::explorer`, with the feature
//! of that name.
//!
//! In their `Context`, methods find the headers, and what layers around the endpoint put into a request's extensions.

mod accept;
mod ahead;
mod app;
mod body;
mod bounds;
mod caller;
mod calling;
mod connection;
mod defaults;
mod endpoint;
mod events;
#[cfg(feature = "explorer")]
mod explorer;
mod guard;
mod handler;
mod heartbeat;
mod hosts;
#[cfg(feature = "http2")]
mod http2;
mod notification;
#[cfg(feature = "http2")]
mod open_streams;
mod origins;
mod phase;
mod request;
#[cfg(feature = "axum")]
mod router;
mod serve;
pub mod shorthand;
pub mod status;
mod streaming;
mod unread;
#[cfg(feature = "ws")]
mod upgrade;

pub use body::{Body, BodyError};
pub use endpoint::{Endpoint, EndpointFuture, endpoint};
pub use notification::NotificationStatus;
#[cfg(feature = "axum")]
pub use router::{IntoEndpoint, RouterExt};
pub use rpc_tokio::server::{Listener, Peer, systemd};
#[cfg(feature = "tls")]
pub use rpc_tokio::server::{PeerCertificates, Tls, TlsError};
pub use serve::{App, Serve, serve};

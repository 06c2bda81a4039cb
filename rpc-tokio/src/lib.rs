//! What JSON-RPC transports on tokio share.
//!
//! This crate is a layer between [`rpc_core`] and the transports. It handles sockets, tasks and time, and knows nothing of
//! HTTP, ZeroMQ or JSON. Programs use a transport; this crate is for writing one.
//!
//! # Servers (feature `server`)
//!
//! [`server::Listener`] listens over TCP, on a Unix socket, or on sockets that [systemd](server::systemd) passes.
//! [`server::Connections`] accepts connections and stops gracefully, and [`server::Linger`] closes a connection without
//! losing the last reply.
//!
//! # Clients (feature `client`)
//!
//! [`client::Channel`] sends calls over one connection, and reconnects when it is lost. [`client::Link`] does the same where both
//! ends talk. [`client::PendingCalls`] matches
//! replies to calls, [`client::Backoff`] paces attempts to connect, and [`client::MaybeBatched`] adds batching to any
//! transport.
//!
//! # Both
//!
//! [`Tokio`] is the runtime for rpc-core, and [`Stream`] is a connection. [`Permits`], [`SharedPermits`] and [`ByteQuota`] bound
//! what is in flight. [`defaults`] has the numbers, and [`varied()`] spreads times.
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `client` | [`client`] |
//! | `server` | [`server`] |
//! | `tls` | TLS for servers and clients, by rustls |

#[cfg(all(feature = "tls", any(feature = "client", feature = "server")))]
mod certificates;
#[cfg(feature = "client")]
pub mod client;
pub mod defaults;
#[cfg(any(feature = "client", feature = "server"))]
mod permits;
mod runtime;
#[cfg(feature = "server")]
pub mod server;
#[cfg(any(feature = "client", feature = "server"))]
mod shares;
#[cfg(any(feature = "client", feature = "server"))]
mod stream;
#[cfg(any(feature = "client", feature = "server"))]
mod varied;

#[cfg(any(feature = "client", feature = "server"))]
pub use permits::{ByteQuota, Permit, Permits, Reservation};
pub use runtime::Tokio;
#[cfg(any(feature = "client", feature = "server"))]
pub use shares::{Share, SharePermit, SharedPermits};
#[cfg(any(feature = "client", feature = "server"))]
pub use stream::{ReadHalf, Stream, WriteHalf};
#[cfg(any(feature = "client", feature = "server"))]
pub use varied::varied;

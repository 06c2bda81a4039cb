//! The server: [`serve()`] serves what connects to a [`Listener`], and [`serve_stdio()`] serves the process that started this one.
//!
//! Each client chooses its framing, and is answered in the same. Who speaks HTTP is disconnected before anything runs, since any
//! web page can make a browser send HTTP to a port.

mod connection;
mod pipes;
mod serve;
mod settings;
mod stdio;

pub use rpc_tokio::server::{Listener, Peer, systemd};
#[cfg(feature = "tls")]
pub use rpc_tokio::server::{PeerCertificates, Tls, TlsError};
pub use serve::{Serve, serve};
pub use stdio::{ServeStdio, serve_stdio};

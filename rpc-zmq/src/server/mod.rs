//! The server: [`bind()`] makes a [`Listener`], and [`serve()`] serves what connects to it.
//!
//! It acts as a ROUTER socket, so that REQ and DEALER sockets can talk to it, even through proxies. Each message gets one
//! answer, in the same envelope. The answer to a notification has an empty body, since a REQ socket waits for an answer to
//! everything it sends. Answers go back on the connection that the message came from. No table of identities is needed, and no
//! client can get another's answers by claiming its identity.

mod bind;
mod calls;
mod connection;
mod inbox;
mod permits;
mod replies;
mod serve;
mod timeouts;

pub use bind::bind;
pub use rpc_tokio::server::{Listener, Peer, systemd};
pub use serve::{Serve, serve};

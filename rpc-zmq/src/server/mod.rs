//! The server: [`bind`] makes a [`Listener`], and [`serve()`] serves what connects to it.
//!
//! It acts as a ROUTER socket, so that REQ and DEALER sockets talk to it, through proxies as well. Each message is answered
//! with one message in the same envelope, which for a notification has an empty body: a REQ socket waits for an answer
//! to whatever it sends. There is no table of identities: a connection is answered on itself, so that none gets an answer
//! that is meant for another, whatever it says of itself.

mod bind;
mod calls;
mod connection;
mod inbox;
mod replies;
mod serve;

pub use bind::bind;
pub use rpc_tokio::server::{Listener, Peer};
pub use serve::{Serve, serve};

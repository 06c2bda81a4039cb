//! JSON-RPC 2.0 over ZeroMQ.
//!
//! A thin transport for [`rpc_core`]: [`serve()`] acts as a ROUTER socket, [`Client`] as a DEALER socket. REQ and DEALER
//! sockets of any language call the one, and the other calls their REP and ROUTER sockets: pyzmq and jsonrpcclient 3.x do
//! so in this project's tests. They move bytes; all that is JSON-RPC is in rpc-core.
//!
//! ```
//! # #[cfg(all(feature = "client", feature = "server"))]
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use rpc_core::Dispatcher;
//!
//! // Anything that is a `Service` is served: what `#[rpc]` generates, or functions by name.
//! let service = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
//! let listener = rpc_zmq::bind("tcp://127.0.0.1:*").await?;
//! let address = rpc_zmq::Address::of(&listener)?.to_string();
//! tokio::spawn(rpc_zmq::serve(listener, service).into_future());
//!
//! let client = rpc_zmq::Client::new(&address)?;
//! let sum: i64 = client.call("add", (1, 2)).await?;
//! assert_eq!(sum, 3);
//! # Ok(())
//! # }
//! # #[cfg(not(all(feature = "client", feature = "server")))] fn main() {}
//! ```
//!
//! # Features
//!
//! | feature | what it adds | default |
//! | --- | --- | --- |
//! | `client` | [`Client`] | yes |
//! | `server` | [`bind`] and [`serve()`] | yes |
//!
//! # The wire
//!
//! A message is one frame, behind an envelope that ends with an empty frame; the reply comes back behind the same envelope,
//! whatever is in it. REQ sockets make theirs by themselves. A DEALER may send several messages without waiting for replies:
//! these come in the order in which they are done. The envelope of this crate's client is a number of four bytes and the
//! empty frame, `[number, "", message]`, and by the number it knows whose reply it is: the JSON is read by rpc-core alone.
//! So a ROUTER written by hand has to send back all frames that stand before the message, as REP sockets, proxies and this
//! crate's server do.
//!
//! A notification is answered with an empty message, since a REQ socket can't send again before it has received something.
//!
//! There are no headers: those of a call stay here, and methods find none in their context. What they find is the
//! [`Peer`]. A call's timeout is the client's alone, and no message tells the server that a call was given up.
//!
//! # Security
//!
//! **There is none on the wire**: messages are neither encrypted nor signed, and who can connect can call. The one mechanism
//! is NULL. With a peer that wants CURVE or PLAIN the connection is closed during the handshake: the server's log has a
//! warning, and the client's error says so when a call's time is over. ZeroMQ's own sockets tell their monitor alone, as
//! `HANDSHAKE_FAILED_PROTOCOL`. Use `ipc://`, with the permissions of its file, a network that you trust, or a tunnel such
//! as WireGuard, SSH or stunnel.
//!
//! # What a peer can cost
//!
//! The server's limits have settings, and defaults that hold in production: see [`Serve`]. A message counts as all its
//! frames together, of which there may be 16: one for each proxy that it has come through, an empty one, and the body. What
//! has been announced costs nothing until it has come, and a server that has enough to do reads no more, so that its
//! clients wait. It holds at most [`max_in_flight`](Serve::max_in_flight) messages that are handled, with their replies;
//! and for each connection one message that has not been taken yet, and replies of at most
//! [`max_message`](Serve::max_message) bytes together that wait for its client. A reply for which there is no room among
//! these keeps its message's place until the client has taken it.
//!
//! The client never waits longer than its [`timeout`](Builder::timeout), whatever the server does, or without one.
//!
//! # What is not here
//!
//! Transports other than `tcp://` and `ipc://`; socket types other than those that make requests and answer them; ZMTP
//! before 3.0, which libzmq spoke before 4.0 (2013).

// What server and client share is there for both, also where there is one of them alone.
#![cfg_attr(not(all(feature = "client", feature = "server")), allow(dead_code))]

mod address;
#[cfg(feature = "client")]
pub mod client;
#[cfg(any(feature = "client", feature = "server"))]
mod defaults;
#[cfg(any(feature = "client", feature = "server"))]
mod envelope;
#[cfg(any(feature = "client", feature = "server"))]
mod handshake;
#[cfg(any(feature = "client", feature = "server"))]
mod heartbeat;
#[cfg(any(feature = "client", feature = "server"))]
mod reader;
#[cfg(feature = "server")]
pub mod server;
#[cfg(any(feature = "client", feature = "server"))]
mod zmtp;

pub use address::{Address, AddressError};
#[cfg(feature = "client")]
pub use client::{Builder, Client, Zmq, ZmqError};
#[cfg(feature = "server")]
pub use server::{Listener, Peer, Serve, bind, serve};

//! JSON-RPC 2.0 over ZeroMQ.
//!
//! A thin transport for [`rpc_core`]: [`serve()`] acts as a ROUTER socket, [`Client`] as a DEALER socket. REQ and DEALER
//! sockets of any language can call the server, and the client can call their REP and ROUTER sockets. This project's tests do
//! so with pyzmq and jsonrpcclient 3.x. This crate moves bytes; rpc-core does everything that is JSON-RPC.
//!
//! ```
//! # #[cfg(all(feature = "client", feature = "server"))]
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use rpc_core::Dispatcher;
//!
//! // It serves any `Service`: what `#[rpc]` generates, or functions by name.
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
//! A message is one frame, after an envelope that ends with an empty frame. The reply comes back after the same envelope,
//! unchanged. REQ sockets make the envelope themselves. A DEALER may send several messages without waiting for replies, which
//! come in the order in which the calls finish. The envelope of this crate's client is a number of four bytes and the empty
//! frame, `[number, "", message]`. The number tells which call a reply is for; only rpc-core reads the JSON. So a ROUTER written
//! by hand has to send back all frames before the message, as REP sockets, proxies and this crate's server do.
//!
//! A notification is answered with an empty message, since a REQ socket can't send again before it has received something.
//!
//! ZeroMQ has no headers: those of a call are not sent, and methods find none in their context. They do find the [`Peer`]. Only
//! the client knows a call's timeout, and no message tells the server that a call was given up.
//!
//! # Security
//!
//! **The wire has no security**: messages are neither encrypted nor signed, and everyone who can connect can call. The only
//! mechanism is NULL. If a peer wants CURVE or PLAIN, the connection is closed during the handshake. The server logs a warning,
//! and the client's error says so when a call's time is over. ZeroMQ's own sockets only tell their monitor, as
//! `HANDSHAKE_FAILED_PROTOCOL`. Use `ipc://` with the permissions of its file, a network that you trust, or a tunnel such as
//! WireGuard, SSH or stunnel.
//!
//! # What a peer can cost
//!
//! Each limit of the server has a setting, with a default for production: see [`Serve`]. The size of a message includes all its
//! frames. It may have 16: one for each proxy on its way, an empty one, and the body. A message that is announced takes no memory
//! until it comes. A busy server reads no more, so its clients wait. It holds at most
//! [`max_in_flight`](Serve::max_in_flight) messages that are being handled, with their replies. For each connection it also holds
//! one message that has not been started yet, and up to [`max_message`](Serve::max_message) bytes of replies that wait for the
//! client. A reply that exceeds these bytes keeps its message's permit until the client has taken it.
//!
//! The client never waits longer than its [`timeout`](Builder::timeout), whether or not a server answers.
//!
//! # What is not supported
//!
//! Transports other than `tcp://` and `ipc://`; socket types other than those for requests and replies; ZMTP before 3.0, which
//! libzmq spoke before 4.0 (2013).

// Code that server and client share is compiled for each, even without the other.
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

//! JSON-RPC 2.0 over ZeroMQ.
//!
//! A thin transport for [`rpc_core`]: [`serve()`] acts as a ROUTER socket, [`Client`] as a DEALER socket. REQ and DEALER
//! sockets of any ZeroMQ library can call the server. The client can call REP and ROUTER sockets of any library. This project's
//! tests do both with pyzmq and jsonrpcclient 3.x. This crate moves bytes, and rpc-core handles JSON-RPC.
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
//! A JSON-RPC message is one frame. Before it comes ZeroMQ's envelope, which normally ends with an empty frame; the server also
//! accepts a DEALER that leaves the empty frame out. The reply comes back after the same envelope, unchanged. REQ sockets make
//! the envelope themselves. A DEALER may send several messages without waiting. The replies come in the order in which the
//! calls finish. The envelope of this crate's client is a number of four bytes and the empty frame, `[number, "", message]`.
//! The number tells which call a reply belongs to, because this crate does not read the JSON. A handwritten ROUTER must
//! therefore return all frames that came before the message, as REP sockets, proxies and this crate's server do.
//!
//! A notification gets an empty message as its answer, since a REQ socket can't send again before it has received something.
//!
//! ZeroMQ has no headers. Headers set on a call are not sent, and methods see none. Methods can read the [`Peer`]. Only the
//! client knows a call's timeout, and the server is not told when the client gives up one call of many. Everything that has
//! reached the server runs to its end, even if the client closes its connection. Only calls that are [cancelled on
//! disconnect](rpc_core::Server::cancel_on_disconnect) are then dropped, whether or not they have begun.
//!
//! A client that closes its connection with replies unread resets it, and its system may then drop what it has not sent yet.
//! This crate's client reads its replies to the end before it closes.
//!
//! # Security
//!
//! **The wire has no security**: messages are neither encrypted nor signed, and everyone who can connect can call. Only
//! ZeroMQ's NULL mechanism is supported. If a peer requires CURVE or PLAIN, the handshake fails. The server logs a warning, and
//! the client reports the cause when the call times out. A libzmq socket reports it only as the monitor event
//! `HANDSHAKE_FAILED_PROTOCOL`. Use `ipc://` protected by file permissions, a network that you trust, or a tunnel such as
//! WireGuard, SSH or stunnel.
//!
//! # Limits
//!
//! Each limit of the server has a default for production, and a setting: see [`Serve`]. Only the number of frames has no
//! setting: a message has at most 16 frames, which are the envelope, with one for each proxy, and the body. The size of a
//! message includes all its frames. Memory is allocated as bytes arrive, not when a length is announced. A server at its limit
//! stops reading, so its clients wait. A connection gets no more places than are left for all other connections, so that a few
//! of them can't keep the others out. Memory is bounded by [`max_in_flight`](Serve::max_in_flight) messages with their
//! replies. Each connection adds one message that has not been started, and up to [`max_message`](Serve::max_message) bytes of
//! unsent replies. If a reply does not fit in that allowance, its message counts towards `max_in_flight` until the client has
//! received the reply.
//!
//! A call never waits longer than its own timeout, or the client's [`timeout`](Builder::timeout) if it has none.
//!
//! # Not supported
//!
//! Transports other than `tcp://` and `ipc://`; publish/subscribe, push/pull and other socket types; ZMTP before 3.0 (libzmq
//! before 4.0, from 2013).

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

//! JSON-RPC 2.0 over TCP, Unix sockets and stdio: both ends call each other, and methods return streams.
//!
//! A thin transport for [`rpc_core`]: [`serve()`] and [`serve_stdio()`] serve, [`Client`] calls a server over a socket, and
//! [`Child`] starts one as a process. This crate moves bytes, and rpc-core handles JSON-RPC.
//!
//! ```
//! # #[cfg(all(feature = "client", feature = "server"))]
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use rpc_core::Dispatcher;
//! use tokio::net::TcpListener;
//!
//! // It serves any `Service`: what `#[rpc]` generates, or functions by name.
//! let service = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! tokio::spawn(rpc_stream::serve(listener, service).into_future());
//!
//! let client = rpc_stream::Client::new(format!("tcp://{address}"))?;
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
//! | `child` | [`Child`] | yes |
//! | `server` | [`serve()`] and [`serve_stdio()`] | yes |
//! | `tls` | TLS for [`serve()`] and [`Client`] | |
//!
//! # The wire
//!
//! There are two [framings](Framing), and a server finds out which one its client uses:
//!
//! - **Lines.** Each message is a line, as in MCP. `\r\n`, empty lines and a byte order mark at the start are accepted. What this
//!   crate writes has no newline in a message, also if a value that was passed on as text has some. Try it with `nc`:
//!   `echo '{"jsonrpc":"2.0","method":"add","params":[1,2],"id":1}' | nc -N localhost 4000`.
//! - **Headers.** `Content-Length: 42` and an empty line come before each message, as in LSP. Other headers are ignored. A head is at
//!   most 4 KiB long.
//!
//! The first bytes decide: a name and a colon within 100 bytes begin a head, a word in capitals and a space are HTTP, and all else
//! is lines. **HTTP closes the connection before anything runs**, and so does TLS that is not expected, because any web page can
//! make a browser send a request to a port of its own machine.
//!
//! A server answers what is not JSON with error -32700, and closes the connection after eight such messages in a row. A client
//! passes over it.
//!
//! # Limits
//!
//! Each limit has a default for production, and a setting: see [`Serve`] and [`client::Builder`]. Memory is allocated as bytes
//! arrive, not when a length is announced. A call over [`DuplexLimits::max_calls`](rpc_core::DuplexLimits::max_calls) is refused,
//! so that reading goes on, which calls in the other direction rely on. Replies over 4 MiB that nobody reads keep the server from
//! reading on.
//!
//! A connection may be silent for as long as it likes. TCP's keep-alive notices a peer that is gone.
//!
//! # Security
//!
//! Everyone who can connect can call. On a Unix socket, the file's permissions decide who that is. Over TCP, a server with
//! [`tls`](Serve::tls) encrypts, and can ask for certificates. A client of `tls://host:port` trusts the authorities that the
//! system trusts, unless it is [told](client::Builder::tls) otherwise.

// Code that server and client share is compiled for each, even without the other.
#![cfg_attr(
    not(all(feature = "child", feature = "client", feature = "server")),
    allow(dead_code)
)]

#[cfg(any(feature = "client", feature = "server"))]
mod alive;
#[cfg(feature = "child")]
pub mod child;
#[cfg(feature = "client")]
pub mod client;
#[cfg(any(feature = "child", feature = "client", feature = "server"))]
mod defaults;
mod framing;
#[cfg(any(feature = "child", feature = "client", feature = "server"))]
mod inbox;
#[cfg(any(feature = "child", feature = "client", feature = "server"))]
mod outbox;
#[cfg(any(feature = "child", feature = "client", feature = "server"))]
mod run;
#[cfg(feature = "server")]
pub mod server;

#[cfg(feature = "child")]
pub use child::Child;
#[cfg(feature = "client")]
pub use client::{Address, AddressError, Builder, Client, Socket};
pub use framing::Framing;
#[cfg(feature = "server")]
pub use server::{Listener, Peer, Serve, ServeStdio, serve, serve_stdio};

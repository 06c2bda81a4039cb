//! The WebSocket client: calls, streams and calls of the server over one connection, which reconnects.
//!
//! ```no_run
//! use rpc_core::{CallError, rpc};
//! use futures_util::StreamExt;
//! use rpc_http::ws::Client;
//!
//! #[rpc(namespace = "prices")]
//! trait Prices {
//!     fn watch(&self, symbol: &str) -> impl rpc_core::Stream<Item = f64>;
//! }
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let prices = PricesClient::new(Client::new("wss://shop.example/rpc")?);
//! let mut watched = prices.watch("tea").await?;
//! while let Some(price) = watched.next().await {
//!     println!("{}", price?);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - It connects when the first call needs it. If that fails, the call fails.
//! - If the connection is lost, it connects again, with growing pauses. Calls whose message was not written yet wait for the new
//!   connection, unless a [`Policy`](rpc_core::Policy) has another server for them. Those that may have run fail, and so do
//!   streams: they end with an error, never as if they were complete.
//! - A silent server is asked for a sign of life after 30 s, and given up after another 30 s.
//! - Headers are sent once, with the request that opens the connection. Those of single calls are not sent.
//!
//! With [`service`](ClientBuilder::service), the server's methods can call this end.

mod builder;
mod connection;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use rpc_core::Transport;
use rpc_core::transport::{
    Connect, Destination, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use rpc_tokio::client::Link;

pub use self::builder::{ClientBuilder, Connecting};
use self::connection::Target;
pub use super::error::BuildError;

/// Calls over a WebSocket: an [`rpc_core::Client`] whose transport is [`Ws`].
pub type Client = rpc_core::Client<Ws>;

/// Sends all calls over one WebSocket, which reconnects. A clone shares it. It is closed when the last clone and the last of
/// its streams are dropped.
#[derive(Clone)]
pub struct Ws {
    link: Link<Target>,
}

impl Connect for Ws {
    type Builder = ClientBuilder;
    type Error = BuildError;

    fn connect(address: &str) -> Result<Client, BuildError> {
        ClientBuilder::default().build(address)
    }

    fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

impl fmt::Debug for Ws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ws")
            .field("url", &self.link.dial().shown_url())
            .finish_non_exhaustive()
    }
}

impl Transport for Ws {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        self.link.send(message).await
    }

    async fn open(&self, call: TransportRequest) -> Result<TransportStream, TransportFailure> {
        self.link.open(call).await
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.link.sleep(duration)
    }

    fn now(&self) -> Instant {
        self.link.now()
    }

    fn destination(&self) -> Option<Destination> {
        self.link.destination()
    }
}

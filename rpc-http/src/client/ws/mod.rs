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
//!   connection. Those that may have run fail, and so do streams: they end with an error, never as if they were complete.
//! - A silent server is asked for a sign of life after 30 s, and given up after another 30 s.
//! - Headers are sent once, with the request that opens the connection. Those of single calls are not sent.
//!
//! With [`service`](ClientBuilder::service), the server's methods can call this end.

mod builder;
mod connection;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use rpc_core::transport::{
    Connect, Destination, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use rpc_core::{Execution, Peer, Transport};

pub use self::builder::{ClientBuilder, Connecting};
use self::connection::Link;
pub use super::error::BuildError;

/// Calls over a WebSocket: an [`rpc_core::Client`] whose transport is [`Ws`].
pub type Client = rpc_core::Client<Ws>;

/// Sends all calls over one WebSocket, which reconnects. A clone shares it. It is closed when the last clone and the last of
/// its streams are dropped.
#[derive(Clone)]
pub struct Ws {
    link: Arc<Link>,
    timeout: Duration,
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
            .field("url", &self.link.shown_url())
            .finish_non_exhaustive()
    }
}

impl Transport for Ws {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        let timeout = message.timeout.unwrap_or(self.timeout);
        self.attempt(timeout, message, |peer, message| async move {
            peer.transport().send(message).await
        })
        .await
    }

    async fn open(&self, call: TransportRequest) -> Result<TransportStream, TransportFailure> {
        let timeout = call.timeout.unwrap_or(self.timeout);
        let opened = self.attempt(timeout, call, |peer, call| async move {
            peer.transport().open(call).await
        });
        let stream = opened.await?;
        // The connection stays open for its streams, even if there is no client any more.
        let link = Arc::clone(&self.link);
        Ok(TransportStream::new(stream.inspect(move |_| {
            let _kept = &link;
        })))
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::new(self.link.shown_url()))
    }
}

impl Ws {
    /// Sends a message, and sends it again over a new connection if it certainly was not written.
    async fn attempt<T, F>(
        &self,
        timeout: Duration,
        mut message: TransportRequest,
        send: impl Fn(rpc_core::Client<Peer>, TransportRequest) -> F,
    ) -> Result<T, TransportFailure>
    where
        F: Future<Output = Result<T, TransportFailure>>,
    {
        let started = tokio::time::Instant::now();
        loop {
            let left = timeout.saturating_sub(started.elapsed());
            let connecting = tokio::time::timeout(left, self.link.connected());
            let peer = match connecting.await {
                Ok(peer) => peer?,
                Err(_elapsed) => return Err(self.link.not_connected()),
            };
            message.timeout = Some(timeout.saturating_sub(started.elapsed()));
            match send(peer.clone(), message.clone()).await {
                Err(failure) if was_lost_unsent(&failure, &peer) => continue,
                sent => return sent,
            }
        }
    }
}

/// Whether a message was not written, since its connection was closed first.
fn was_lost_unsent(failure: &TransportFailure, peer: &rpc_core::Client<Peer>) -> bool {
    let is_unsent =
        matches!(failure, TransportFailure::Error(error) if error.execution() == Execution::NotRun);
    is_unsent && peer.transport().is_closed()
}

//! The client: calls, streams and calls of the server over one connection, which reconnects.
//!
//! ```no_run
//! use rpc_core::{CallError, rpc};
//! use rpc_stream::Client;
//!
//! #[rpc(namespace = "prices")]
//! trait Prices {
//!     async fn of(&self, symbol: &str) -> f64;
//! }
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let prices = PricesClient::new(Client::new("tcp://127.0.0.1:4000")?);
//! let price = prices.of("tea").await?;
//!
//! let prices = PricesClient::new(Client::builder().build("unix:/run/prices.sock")?);
//! # Ok(())
//! # }
//! ```

mod address;
mod builder;
mod target;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use rpc_core::Transport;
use rpc_core::transport::{
    Connect, Destination, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use rpc_tokio::client::Link;

pub use self::address::{Address, AddressError};
pub use self::builder::Builder;
use self::target::Target;
#[cfg(feature = "tls")]
pub use rpc_tokio::client::{Tls, TlsBuilder, TlsError};

/// Calls over a connection of TCP, of TLS or of a Unix socket: an [`rpc_core::Client`] whose transport is [`Socket`].
pub type Client = rpc_core::Client<Socket>;

/// Sends all calls over one connection, which reconnects. A clone shares it. It is closed when the last clone and the last of its
/// streams are dropped.
///
/// - It connects when the first call needs it. If that fails, the call fails.
/// - If the connection is lost, it connects again, with growing pauses. Calls whose message was not written yet wait for the new
///   connection, unless a [`Policy`](rpc_core::Policy) has another server for them. Those that may have run fail, and so do
///   streams: they end with an error, never as if they were complete.
/// - There are no headers, so a call's headers are not sent.
#[derive(Clone)]
pub struct Socket {
    link: Link<Target>,
}

impl Connect for Socket {
    type Builder = Builder;
    type Error = AddressError;

    fn connect(address: &str) -> Result<Client, AddressError> {
        Builder::default().build(address)
    }

    fn builder() -> Builder {
        Builder::default()
    }
}

impl Transport for Socket {
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

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket")
            .field("address", &format_args!("{}", self.link.dial().address))
            .finish_non_exhaustive()
    }
}

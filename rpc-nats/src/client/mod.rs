//! The client: calls the workers of a subject.
//!
//! ```no_run
//! use std::time::Duration;
//! use rpc_nats::{Client, async_nats};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! // By address.
//! let client = Client::new("nats://127.0.0.1:4222/shop")?;
//!
//! // Over a connection that is there already, with any kind of authentication and TLS.
//! let nats = async_nats::connect("127.0.0.1:4222").await?;
//! let client = rpc_nats::client(nats.clone(), "shop")?;
//!
//! let client = Client::builder()
//!     .timeout(Duration::from_millis(500))
//!     .build(nats, "shop")?;
//! # Ok(())
//! # }
//! ```

// From the bottom up: a module imports those above it here.
mod error;

mod pending;

mod address;
mod connection;

mod given_up;
mod reply;
mod source;

mod calls;

mod streams;

mod transport;

mod builder;

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, Instant};

use rpc_core::Transport;
use rpc_core::transport::{
    Connect, Destination, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use rpc_tokio::client::MaybeBatched;

use self::calls::Calls;
use crate::subject::InvalidSubject;

pub use self::address::AddressError;
pub use self::builder::Builder;
pub use self::error::NatsError;

/// Calls over NATS: an [`rpc_core::Client`] whose transport is [`Nats`].
pub type Client = rpc_core::Client<Nats>;

/// A client that calls the workers of a subject over a connection to NATS, with the defaults. [`Client::builder`] has the settings.
pub fn client(
    nats: async_nats::Client,
    subject: impl AsRef<str>,
) -> Result<Client, InvalidSubject> {
    Builder::default().build(nats, subject)
}

/// Sends each message to one worker of a service, chosen by NATS. A clone shares the connection and the limit on calls in flight.
///
/// - async-nats reconnects by itself. A call waits until there is a connection, but no longer than its own time. It is not handed
///   over before, so a call that was given up while there was no connection does not run later.
/// - If nobody serves the subject, a call fails at once: it did not run, and another attempt may succeed soon.
/// - A worker at its limit refuses a call at once, as `busy`: it did not run.
/// - If the connection is lost, calls that have been sent fail [a little later](Builder::loss_timeout), since they may have run.
///   No call is ever sent twice.
/// - A call whose worker dies gets no reply, and fails when its time is over: it may have run.
/// - A notification is done when it has run, unless it is [published](Builder::publish_notifications).
///
/// The source of a transport error is a [`NatsError`].
#[derive(Clone)]
pub struct Nats {
    messages: MaybeBatched<Calls>,
}

impl Connect for Nats {
    type Builder = Builder;
    type Error = AddressError;

    fn connect(address: &str) -> Result<Client, AddressError> {
        Builder::default().build_address(address)
    }

    fn builder() -> Builder {
        Builder::default()
    }
}

impl Transport for Nats {
    fn send(
        &self,
        message: TransportRequest,
    ) -> impl Future<Output = Result<TransportReply, TransportFailure>> + Send {
        self.messages.send(message)
    }

    fn open(
        &self,
        call: TransportRequest,
    ) -> impl Future<Output = Result<TransportStream, TransportFailure>> + Send {
        self.messages.open(call)
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.messages.sleep(duration)
    }

    fn now(&self) -> Instant {
        self.messages.now()
    }

    fn destination(&self) -> Option<Destination> {
        self.messages.destination()
    }
}

impl fmt::Debug for Nats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = self.messages.transport();
        f.debug_struct("Nats")
            .field("subject", &calls.subject())
            .field("settings", calls.settings())
            .finish_non_exhaustive()
    }
}

//! The client: a transport that acts as a DEALER socket, and reconnects by itself.
//!
//! ```no_run
//! use std::time::Duration;
//! use rpc_zmq::Client;
//!
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new("tcp://127.0.0.1:5555")?;
//!
//! let client = Client::builder()
//!     .timeout(Duration::from_millis(500))
//!     .max_reply(1024 * 1024)
//!     .build("ipc:///run/shop.sock")?;
//! # Ok(())
//! # }
//! ```

mod builder;
mod connection;
mod dealer;
mod error;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use rpc_core::Transport;
use rpc_core::transport::{
    Connect, Destination, TransportFailure, TransportReply, TransportRequest,
};
use rpc_tokio::client::{Channel, MaybeBatched};

use self::dealer::Dealer;
use crate::address::AddressError;

pub use self::builder::Builder;
pub use self::error::ZmqError;

/// Calls over ZeroMQ: an [`rpc_core::Client`] whose transport is a DEALER socket.
pub type Client = rpc_core::Client<Zmq>;

/// Sends all messages over one connection, on which any number of calls wait for their answers. A clone shares it.
///
/// - It connects when the first call needs it, and again when a call needs it after the connection was lost. Until there is a
///   connection, calls wait for one, but no longer than their own time. If a [`Policy`](rpc_core::Policy) has another server for
///   them, they don't wait.
/// - If the connection is lost, calls whose messages have gone out fail at once, since they may have run. Nothing is ever sent
///   twice.
/// - A call's time includes waiting for its turn, for the connection and for the answer. A notification is done when it has
///   been handed to the operating system.
/// - ZeroMQ's messages have no headers, so a call's headers are not sent.
///
/// The source of a transport error is a [`ZmqError`]. The connection belongs to the runtime of the call that made it. When that
/// runtime ends, calls of other runtimes that wait on it fail, and the next call connects again.
#[derive(Clone)]
pub struct Zmq {
    messages: MaybeBatched<Channel<Dealer>>,
}

impl Connect for Zmq {
    type Builder = Builder;
    type Error = AddressError;

    fn connect(address: &str) -> Result<Client, AddressError> {
        Builder::default().build(address)
    }

    fn builder() -> Builder {
        Builder::default()
    }
}

impl Transport for Zmq {
    fn send(
        &self,
        message: TransportRequest,
    ) -> impl Future<Output = Result<TransportReply, TransportFailure>> + Send {
        self.messages.send(message)
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

impl fmt::Debug for Zmq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let channel = self.messages.transport();
        f.debug_struct("Zmq")
            .field("address", &format_args!("{}", channel.protocol().address))
            .field("settings", channel.settings())
            .finish_non_exhaustive()
    }
}

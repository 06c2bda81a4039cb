//! The client: a transport that acts as a DEALER socket, and connects again by itself.
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

use rpc_core::{Connect, Transport, TransportFailure, TransportReply, TransportRequest};
use rpc_tokio::client::{Channel, MaybeBatched};

use self::dealer::Dealer;
use crate::address::AddressError;

pub use self::builder::Builder;
pub use self::error::ZmqError;

/// Calls over ZeroMQ: an [`rpc_core::Client`] whose transport is a DEALER socket.
pub type Client = rpc_core::Client<Zmq>;

/// Sends each message over one connection, on which any number of calls wait for their answers. A clone shares it.
///
/// - The connection is made when the first call needs it, and made anew when one does after it was lost. While there is
///   none, calls wait for one, within their time.
/// - A call whose message has gone out when the connection is lost fails at once, since it may have run: nothing is ever
///   sent twice.
/// - A call's time counts from its beginning: for a place among those in flight, for the connection, and for the answer. A
///   notification is done when it has been handed to the system.
/// - ZeroMQ's messages have no headers: those of a call are left out.
///
/// What went wrong is a [`ZmqError`], the source of the transport error. The connection belongs to the runtime of the call
/// that made it; where that runtime ends, calls of other runtimes that wait on it fail, and the next call makes another.
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

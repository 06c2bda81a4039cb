//! [`Builder`]: a client, step by step.

use std::fmt;
use std::time::Duration;

use rpc_core::Batching;
use rpc_core::ids::Counter;
use rpc_core::ids::IdSource;
use rpc_tokio::client::{Channel, ChannelSettings, MaybeBatched};

use super::dealer::Dealer;
use super::{Client, Zmq};
use crate::address::{Address, AddressError};
use crate::defaults;

/// Sets up a client.
#[must_use]
pub struct Builder {
    settings: ChannelSettings,
    max_reply: usize,
    heartbeat: Duration,
    batching: Option<Batching>,
    ids: Box<dyn IdSource>,
    tolerant: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            settings: ChannelSettings::default(),
            max_reply: defaults::MAX_REPLY,
            heartbeat: defaults::CLIENT_HEARTBEAT,
            batching: None,
            ids: Box::new(Counter::default()),
            tolerant: false,
        }
    }
}

impl Builder {
    /// How long a call may take, from waiting for its turn and a connection until the reply's last byte; default 30 s. A
    /// call's own timeout takes precedence.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// The largest reply, in bytes; default 16 MiB. A larger one is skipped without taking memory. Only its own call fails,
    /// with a transport error.
    pub fn max_reply(mut self, bytes: usize) -> Self {
        self.max_reply = bytes;
        self
    }

    /// How many calls may be in flight at the same time; default 256, and at least 1. This crate's server accepts as
    /// many from one connection. Any more wait for their turn.
    pub fn max_in_flight(mut self, calls: usize) -> Self {
        self.settings.max_in_flight = calls;
        self
    }

    /// How long one attempt to connect may take, the handshake included; default 5 s. If a call is waiting, another attempt
    /// follows.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// The longest pause between two attempts to connect; default 1 s. The first pause is about 50 ms, and each later one is
    /// twice as long. A random part is taken off, so that the clients of a server do not all come back at the same moment.
    /// Less than 10 ms counts as 10 ms.
    pub fn max_backoff(mut self, duration: Duration) -> Self {
        self.settings.max_backoff = duration;
        self
    }

    /// How long the server may be silent before it is sent a PING, and how long it then has to answer before the connection is
    /// given up; default 15 s. With zero, no PING is sent, as in ZeroMQ. Servers that speak ZMTP 3.0 (libzmq before 4.2) do
    /// not know PING. Over `tcp://`, TCP's keep-alive probes them after the same time, but not before a second.
    pub fn heartbeat(mut self, interval: Duration) -> Self {
        self.heartbeat = interval;
        self
    }

    /// Collects concurrent calls into one message, a batch; by default each call is a message of its own. See
    /// [`Batched`](rpc_core::transport::Batched) for what that needs and costs.
    pub fn batching(mut self, batching: Batching) -> Self {
        self.batching = Some(batching);
        self
    }

    /// Where ids come from; by default they count from 1. See [`rpc_core::ids`].
    pub fn ids(mut self, ids: impl IdSource) -> Self {
        self.ids = Box::new(ids);
        self
    }

    /// Forgives what is wrong with the replies of a server that does not keep to the specification; by default such a reply is an
    /// error. See [`rpc_core::Client::tolerant`] for what is forgiven.
    pub fn tolerant(mut self) -> Self {
        self.tolerant = true;
        self
    }

    /// A client of the server at this [address](Address). It connects when there is something to send.
    pub fn build(self, address: impl AsRef<str>) -> Result<Client, AddressError> {
        let address: Address = address.as_ref().parse()?;
        if address.is_for_servers() {
            return Err(AddressError::Tcp);
        }
        let dealer = Dealer {
            address,
            max_reply: self.max_reply,
            heartbeat: self.heartbeat,
            close_timeout: self.settings.timeout,
        };
        let timeout = self.settings.timeout;
        let channel = Channel::new(dealer, self.settings);
        let messages = MaybeBatched::new(channel, self.batching, timeout);
        let ids = self.ids;
        let client = Client::with_ids(Zmq { messages }, move || ids.next_id());
        Ok(match self.tolerant {
            true => client.tolerant(),
            false => client,
        })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("settings", &self.settings)
            .field("max_reply", &self.max_reply)
            .field("heartbeat", &self.heartbeat)
            .field("batching", &self.batching)
            .field("tolerant", &self.tolerant)
            .finish_non_exhaustive()
    }
}

//! [`Builder`]: a client, step by step.

use std::fmt;
use std::time::Duration;

use async_nats::ConnectOptions;
use rpc_core::Batching;
use rpc_core::ids::{Counter, IdSource};
use rpc_tokio::client::MaybeBatched;

use super::address::{Address, AddressError};
use super::calls::{Calls, Settings};
use super::source::{Source, usual_options};
use super::{Client, Nats};
use crate::defaults;
use crate::subject::{Base, InvalidSubject};

/// Sets up a client.
#[must_use]
pub struct Builder {
    settings: Settings,
    options: Option<ConnectOptions>,
    batching: Option<Batching>,
    ids: Box<dyn IdSource>,
    tolerant: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            settings: Settings {
                timeout: defaults::CALL_TIMEOUT,
                max_in_flight: defaults::MAX_IN_FLIGHT,
                max_reply: defaults::MAX_REPLY,
                loss_timeout: defaults::LOSS_TIMEOUT,
                publishes_notifications: false,
                cancels: true,
                heartbeat: defaults::BEAT,
            },
            options: None,
            batching: None,
            ids: Box::new(Counter::default()),
            tolerant: false,
        }
    }
}

impl Builder {
    /// How long a call may take, from waiting for its turn and a connection until the reply has come; default 30 s. A call's own
    /// timeout takes precedence. Workers are told how much is left of it.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// The largest reply, in bytes; default 16 MiB. NATS carries at most 1 MiB unless its servers are set up for more.
    pub fn max_reply(mut self, bytes: usize) -> Self {
        self.settings.max_reply = bytes;
        self
    }

    /// How many calls may be in flight at the same time; default 1,024, and at least 1. Any more wait for their turn.
    pub fn max_in_flight(mut self, calls: usize) -> Self {
        self.settings.max_in_flight = calls;
        self
    }

    /// How long the reply to a call may still come after the connection to NATS was lost; default 750 ms. The loss is noticed
    /// within 250 ms. A worker may have sent the reply while there was no connection, so the call fails after that time: it may
    /// have run.
    pub fn loss_timeout(mut self, timeout: Duration) -> Self {
        self.settings.loss_timeout = timeout;
        self
    }

    /// Publishes notifications without waiting until they have run; default off. A notification is then done when it has been
    /// handed to the connection, and nobody learns whether a worker was there.
    pub fn publish_notifications(mut self, on: bool) -> Self {
        self.settings.publishes_notifications = on;
        self
    }

    /// Tells the workers when a call is given up, by dropping it, before its time is over; default on. The worker that has the call
    /// stops it. All workers get the message, since a client does not know which of them it is. The client needs to publish to
    /// the subject of the service followed by `.$/cancelRequest`; if it may not, its calls run to their end.
    pub fn cancel(mut self, on: bool) -> Self {
        self.settings.cancels = on;
        self
    }

    /// How long the client's end of a stream says nothing at most; default 15 s, at least 100 ms and at most an hour. After that time it sends its worker
    /// an empty message, by which it also learns that the worker has gone. A worker counts a client as lost after three times
    /// that.
    pub fn heartbeat(mut self, period: Duration) -> Self {
        self.settings.heartbeat = period.clamp(defaults::SHORTEST_BEAT, defaults::LONGEST_BEAT);
        self
    }

    /// How a client that is made [by its address](Self::build_address) connects: authentication, certificates, pings. By default it is
    /// as async-nats has it, except that calls wait until a server can be reached at first, and that it looks every 15 s whether its
    /// server is still there.
    pub fn connect_options(mut self, options: ConnectOptions) -> Self {
        self.options = Some(options);
        self
    }

    /// Collects concurrent calls into one message, a batch; by default each call is a message of its own. A batch goes to the
    /// subject of the service, so permissions for the subjects of methods don't apply to it. See
    /// [`Batched`](rpc_core::transport::Batched) for what else that needs and costs.
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

    /// A client that calls the workers of a subject over a connection to NATS.
    pub fn build(
        self,
        nats: async_nats::Client,
        subject: impl AsRef<str>,
    ) -> Result<Client, InvalidSubject> {
        let base = Base::new(subject.as_ref())?;
        Ok(self.build_from(base, Source::given(nats)))
    }

    /// A client of a service by its address, such as `nats://127.0.0.1:4222/shop`. It connects when there is something to send,
    /// with its [options](Self::connect_options).
    pub fn build_address(self, address: impl AsRef<str>) -> Result<Client, AddressError> {
        let address: Address = address.as_ref().parse()?;
        let options = self.options.clone().unwrap_or_else(usual_options);
        let source = Source::servers(address.servers, options);
        Ok(self.build_from(address.base, source))
    }

    fn build_from(self, base: Base, source: Source) -> Client {
        let timeout = self.settings.timeout;
        let calls = Calls::new(base, source, self.settings);
        let messages = MaybeBatched::new(calls, self.batching, timeout);
        let ids = self.ids;
        let client = Client::with_ids(Nats { messages }, move || ids.next_id());
        match self.tolerant {
            true => client.tolerant(),
            false => client,
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("settings", &self.settings)
            .field("batching", &self.batching)
            .field("tolerant", &self.tolerant)
            .finish_non_exhaustive()
    }
}

//! [`Builder`]: a client, step by step.

use std::fmt;
use std::time::Duration;

use rpc_core::{DuplexLimits, IntoServer};
use rpc_tokio::Tokio;
#[cfg(feature = "tls")]
use rpc_tokio::client::Tls;
use rpc_tokio::client::{Link, LinkSettings};

use super::address::{Address, AddressError};
use super::target::Target;
use super::{Client, Socket};
use crate::defaults::{KEEP_ALIVE, MAX_REPLY};
use crate::run::Bounds;

/// Sets up a client.
#[must_use]
pub struct Builder {
    link: LinkSettings,
    bounds: Bounds,
    keep_alive: Duration,
    tolerant: bool,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            link: LinkSettings::default(),
            bounds: Bounds::new(MAX_REPLY),
            keep_alive: KEEP_ALIVE,
            tolerant: false,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

impl Builder {
    /// How long a call may take, from waiting for a connection until the reply's last byte, or until its stream is open; default
    /// 30 s. A call's own timeout takes precedence.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.link.timeout = timeout;
        self
    }

    /// The largest message of the server, in bytes; default 16 MiB. After a larger one, the connection is closed.
    pub fn max_reply(mut self, bytes: usize) -> Self {
        self.bounds.max_message = bytes;
        self
    }

    /// A service that the server may call over the connection: `#[rpc(peer)]` in its methods.
    pub fn service(mut self, service: impl IntoServer) -> Self {
        let server = service.into_server().or_runtime(Tokio);
        self.link.session = self.link.session.serve(server);
        self
    }

    /// What the connection may cost: calls, streams and their buffers.
    pub fn duplex_limits(mut self, limits: DuplexLimits) -> Self {
        self.link.session = self.link.session.limits(limits);
        self
    }

    /// How long one attempt to connect may take; default 5 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.link.connect_timeout = timeout;
        self
    }

    /// The longest pause between two attempts to connect; default 1 s. The first pause is about 50 ms, and each later one is
    /// twice as long. A random part is taken off, so that the clients of a server do not all come back at the same moment.
    pub fn max_backoff(mut self, duration: Duration) -> Self {
        self.link.max_backoff = duration;
        self
    }

    /// How long the server may read nothing of what it is sent; default 30 s. Then the connection counts as lost.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.bounds.write_timeout = timeout;
        self
    }

    /// How long the server may be silent before TCP asks whether it is there, and how long it then has to answer; default 30 s,
    /// at least 1 s. With zero, a server that has gone silently is noticed only when it is sent something.
    pub fn keep_alive(mut self, time: Duration) -> Self {
        self.keep_alive = time;
        self
    }

    /// Accepts replies that do not fully conform to the specification; by default such a reply is an
    /// error. See [`rpc_core::Client::tolerant`] for what is forgiven.
    pub fn tolerant(mut self) -> Self {
        self.tolerant = true;
        self
    }

    /// Whom to trust, and which certificate to show, at an address that begins with `tls`. By default, the client trusts the
    /// authorities that the system trusts, and shows no certificate.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// A client of the server at this [address](Address). It connects when there is something to send.
    pub fn build(self, address: impl AsRef<str>) -> Result<Client, AddressError> {
        let target = Target {
            address: address.as_ref().parse::<Address>()?,
            bounds: self.bounds,
            keep_alive: self.keep_alive,
            #[cfg(feature = "tls")]
            tls: tokio::sync::OnceCell::new_with(self.tls),
        };
        let link = Link::new(target, self.link);
        let client = Client::from_transport(Socket { link });
        Ok(match self.tolerant {
            true => client.tolerant(),
            false => client,
        })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("link", &self.link)
            .field("bounds", &self.bounds)
            .field("keep_alive", &self.keep_alive)
            .field("tolerant", &self.tolerant)
            .finish()
    }
}

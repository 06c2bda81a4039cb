//! [`Builder`]: a client, step by step.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};
use rpc_core::ids::Counter;
use rpc_core::ids::IdSource;
use rpc_core::{Batching, Client};

use super::authorization::{basic, sensitive};
use super::connections::Connections;
use super::error::BuildError;
use super::settings::Settings;

/// Sets up a client: `client::ClientBuilder` and `lean::ClientBuilder` are this, with different [`Connections`]. A function
/// over [`Connections`] sets up either.
///
/// [`build`](Self::build) reports what is wrong.
#[must_use]
pub struct Builder<C> {
    settings: Settings,
    ids: Box<dyn IdSource>,
    tolerant: bool,
    /// Or the first error.
    connections: Result<C, BuildError>,
}

impl<C: Connections> Default for Builder<C> {
    fn default() -> Self {
        Builder {
            settings: Settings::default(),
            ids: Box::new(Counter::default()),
            tolerant: false,
            connections: Ok(C::default()),
        }
    }
}

impl<C: Connections> Builder<C> {
    /// Sends a header with every message, in place of an earlier one of that name.
    ///
    /// Without a `user-agent` from here, a client says that it is `rpc-http/` and the version of this crate. Without an
    /// `accept-encoding`, it asks for what it can decode.
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<http::Error>>,
        V: TryInto<HeaderValue, Error: Into<http::Error>>,
    {
        match (
            name.try_into().map_err(Into::into),
            value.try_into().map_err(Into::into),
        ) {
            (Ok(name), Ok(value)) => {
                self.settings.headers.insert(name, value);
                self
            }
            (Err(error), _) | (_, Err(error)) => self.fail(BuildError::Header(error)),
        }
    }

    /// Sends headers with every message.
    pub fn headers(mut self, headers: HeaderMap) -> Self {
        self.settings.headers.extend(headers);
        self
    }

    /// Authenticates with a user name and a password (RFC 7617). A name with a colon in it is an error.
    pub fn basic_auth(self, user: &str, password: &str) -> Self {
        self.authorization(basic(user, password))
    }

    /// Authenticates with a bearer token (RFC 6750).
    pub fn bearer_auth(self, token: &str) -> Self {
        self.authorization(sensitive(format!("Bearer {token}")))
    }

    /// How long a call may take, from connecting to the reply's last byte; default 30 s. A call's own timeout takes
    /// precedence.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// Whether the server is told how long a call waits, in the header `rpc-timeout-ms`; default on. A server of this project then
    /// [drops the call](rpc_core::Server::deadlines) when that time is over, since nobody waits for it any more. Other servers
    /// ignore the header.
    pub fn tell_timeout(mut self, on: bool) -> Self {
        self.settings.tells_timeout = on;
        self
    }

    /// The largest reply, in bytes, after decompression; default 16 MiB. A larger one is a transport error.
    pub fn max_reply(mut self, bytes: usize) -> Self {
        self.settings.max_reply = bytes;
        self
    }

    /// Collects concurrent calls into one message, a batch; by default each call is a message of its own. Nothing else
    /// changes: each call has its own answer, error and timeout.
    ///
    /// ```no_run
    /// # #[cfg(feature = "client")]
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// use rpc_core::Batching;
    /// use rpc_http::Client;
    ///
    /// let client = Client::builder().batching(Batching::default()).build("https://shop.example/rpc")?;
    /// // One request over HTTP.
    /// let (one, two) = tokio::join!(
    ///     client.call::<_, i64>("add", (1, 2)),
    ///     client.call::<_, i64>("add", (3, 4)),
    /// );
    /// assert_eq!((one?, two?), (3, 7));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Batching pays off if many small calls are under way at the same time. Most of the cost of such a call, on both sides,
    /// is its HTTP request. If sixty calls share one request, that cost hardly matters, and they need only one connection. A
    /// call that finds no others is sent as a single call, one turn of the event loop later.
    ///
    /// The costs: the server answers a message only when its slowest call has finished, so send slow calls
    /// [alone](rpc_core::Call::unbatched). If a message is lost, all calls in it fail. Large results are read twice. The
    /// server has to understand batches. If it refuses one, the client sends single calls for a while. No call fails if the
    /// refusal says that nothing of the message has run. By default, [`refuses_batch`](crate::refuses_batch) recognises that;
    /// [`Batching::refusal`] sets another rule. [`Batched`](rpc_core::transport::Batched) says more about this, and which calls
    /// may share a message.
    pub fn batching(mut self, batching: Batching) -> Self {
        self.settings.batching = Some(batching);
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

    /// How long connecting may take, TLS included; by default as long as the call.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.connections(|it| it.connect_timeout(timeout))
    }

    /// Connects to this address instead of those that the URL's host has. The port is the URL's, and so are the `Host` header and the
    /// name in the server's certificate. If the URL names an address itself, that one is used. A proxy looks up the host by itself.
    ///
    /// [`resolve`](crate::resolve()) makes such a client for each address of a host.
    pub fn connect_to(self, address: IpAddr) -> Self {
        self.connections(|it| it.connect_to(address))
    }

    /// How long an idle connection is kept; default 50 s.
    ///
    /// Servers and load balancers close one after a minute or so. A request that is sent just then is lost, and it may not be
    /// safe to repeat it, so the client should close first.
    pub fn idle_timeout(self, timeout: Duration) -> Self {
        self.connections(|it| it.idle_timeout(timeout))
    }

    /// How many idle connections are kept; by default all. Any more are closed after their call.
    pub fn max_idle(self, connections: usize) -> Self {
        self.connections(|it| it.max_idle(connections))
    }

    /// How long a connection is used; default 300 s. It varies by up to a tenth. A call in progress is not cut off: its
    /// connection ends after the reply.
    ///
    /// A load balancer, or a name with several addresses, decides for each connection which server gets it. So connections
    /// that never end stay with the first servers, and servers that are added later get nothing to do.
    ///
    /// reqwest has no such setting, so its client uses what HTTP/1.1 has: once a reply has come on a connection that is too old,
    /// the next request says `connection: close`. With many calls at once that may end a younger connection first. reqwest's
    /// connections of HTTP/2 are not ended, and those of the lean client are.
    pub fn max_age(self, age: Duration) -> Self {
        self.connections(|it| it.max_age(age))
    }

    /// Speaks HTTP/2 only, and does not ask whether the server does: over `http`, by prior knowledge (h2c), and over `https`,
    /// by offering nothing else (ALPN). See [HTTP/2](crate#http2).
    ///
    /// Without it, the client on reqwest speaks HTTP/2 over `https` if the server does, and the lean client speaks HTTP/1.1.
    #[cfg(feature = "http2")]
    pub fn http2_prior_knowledge(self) -> Self {
        self.connections(|it| it.http2_prior_knowledge())
    }

    /// Trusts the authorities in a PEM text, in addition to those that the system trusts. A text without certificates
    /// is an error.
    #[cfg(feature = "tls")]
    pub fn root_certificates(self, pem: &[u8]) -> Self {
        self.connections(|it| it.root_certificates(pem))
    }

    /// Trusts only the authorities in a PEM text. A text without certificates is an error.
    #[cfg(feature = "tls")]
    pub fn only_root_certificates(self, pem: &[u8]) -> Self {
        self.connections(|it| it.only_root_certificates(pem))
    }

    /// Authenticates with a client certificate (mTLS). The PEM text has the certificate chain and the private key.
    #[cfg(feature = "tls")]
    pub fn identity(self, pem: &[u8]) -> Self {
        self.connections(|it| it.identity(pem))
    }

    /// A client of the server at this URL.
    pub fn build(self, url: impl AsRef<str>) -> Result<Client<C::Transport>, BuildError> {
        let transport = self.connections?.build(url.as_ref(), self.settings)?;
        let client = Client::with_ids(transport, self.ids);
        Ok(match self.tolerant {
            true => client.tolerant(),
            false => client,
        })
    }

    pub(crate) fn connections(mut self, set: impl FnOnce(C) -> Result<C, BuildError>) -> Self {
        self.connections = self.connections.and_then(set);
        self
    }

    fn authorization(mut self, value: Result<HeaderValue, BuildError>) -> Self {
        match value {
            Ok(value) => {
                self.settings.headers.insert(AUTHORIZATION, value);
                self
            }
            Err(error) => self.fail(error),
        }
    }

    pub(super) fn fail(self, error: BuildError) -> Self {
        self.connections(|_| Err(error))
    }
}

impl<C> fmt::Debug for Builder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("settings", &self.settings)
            .field("tolerant", &self.tolerant)
            .finish_non_exhaustive()
    }
}

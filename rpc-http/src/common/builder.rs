//! [`Builder`]: a client, step by step.

use std::fmt;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};
use rpc_core::ids::Counter;
use rpc_core::{Batching, Client, IdSource, Transport};

use super::{BoxError, ConfigError, Settings};

/// Sets up a client, over whatever makes its connections: `client::ClientBuilder` and `lean::ClientBuilder` are this.
/// What is to be set up alike for both is a function over [`Connections`].
///
/// What can be wrong is reported by [`build`](Self::build).
#[must_use]
pub struct Builder<C> {
    settings: Settings,
    ids: Box<dyn IdSource>,
    /// Or what was the first to be wrong.
    connections: Result<C, BuildError>,
}

/// Where a [`Builder`]'s connections come from: reqwest, or a pool of hyper's. By this name a function sets up either
/// client.
///
/// It is sealed: the transports of this crate implement it, and no others can.
///
/// ```
/// # #[cfg(all(feature = "client", feature = "lean"))]
/// # fn run() -> Result<(), rpc_http::BuildError> {
/// use std::time::Duration;
/// use rpc_http::{BuildError, Builder, Connections};
///
/// /// What holds for all clients of the shop.
/// fn shop<C: Connections>(builder: Builder<C>) -> Result<rpc_core::Client<C::Transport>, BuildError> {
///     builder
///         .timeout(Duration::from_secs(5))
///         .header("x-shop", "north")
///         .build("http://shop.example/rpc")
/// }
///
/// let client: rpc_http::Client = shop(rpc_http::Client::builder())?;
/// let lean: rpc_http::lean::Client = shop(rpc_http::lean::Client::builder())?;
/// # Ok(())
/// # }
/// # #[cfg(all(feature = "client", feature = "lean"))]
/// # run().unwrap();
/// ```
pub trait Connections: Sealed + Default {
    /// What carries the calls.
    type Transport: Transport;

    /// How long connecting may take.
    #[doc(hidden)]
    fn connect_timeout(self, timeout: Duration) -> Result<Self, BuildError>;

    /// How long a connection is kept that nobody uses.
    #[doc(hidden)]
    fn idle_timeout(self, timeout: Duration) -> Result<Self, BuildError>;

    /// How many connections are kept that nobody uses.
    #[doc(hidden)]
    fn max_idle(self, connections: usize) -> Result<Self, BuildError>;

    /// Trusts the authorities in a PEM text, too.
    #[doc(hidden)]
    #[cfg(feature = "tls")]
    fn root_certificates(self, pem: &[u8]) -> Result<Self, BuildError>;

    /// Trusts the authorities in a PEM text, and no others.
    #[doc(hidden)]
    #[cfg(feature = "tls")]
    fn only_root_certificates(self, pem: &[u8]) -> Result<Self, BuildError>;

    /// Shows a certificate to servers that ask.
    #[doc(hidden)]
    #[cfg(feature = "tls")]
    fn identity(self, pem: &[u8]) -> Result<Self, BuildError>;

    /// A transport to the server at this URL.
    #[doc(hidden)]
    fn build(self, url: &str, settings: Settings) -> Result<Self::Transport, BuildError>;
}

/// Keeps [`Connections`] to this crate.
pub trait Sealed {}

/// Why there is no client.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// The address is no URL of HTTP or HTTPS. It is not shown, since it may have a secret in it.
    Url,
    /// A header's name or value is not allowed.
    Header(http::Error),
    /// A user's name has a colon in it, which divides it from the password in basic authentication (RFC 7617).
    UserWithColon,
    /// What is wrong with a configuration: see [`Builder::configure`].
    Config(ConfigError),
    /// A certificate or an identity can't be read, or the client can't be made of what was given.
    Http(BoxError),
    /// An option of the connections, where the `reqwest::Client` is given.
    #[cfg(feature = "client")]
    Given(&'static str),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::Url => f.write_str("the address is no URL of HTTP or HTTPS"),
            BuildError::Header(_) => f.write_str("a header's name or value is not allowed"),
            BuildError::UserWithColon => {
                f.write_str("basic authentication has no users with a colon in their names")
            }
            BuildError::Config(error) => error.fmt(f),
            BuildError::Http(_) => f.write_str("the HTTP client could not be set up"),
            #[cfg(feature = "client")]
            BuildError::Given(option) => {
                write!(
                    f,
                    "`{option}` belongs to the `reqwest::Client`, and that one is given"
                )
            }
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            BuildError::Header(error) => Some(error),
            BuildError::Http(error) => Some(&**error),
            // It is shown itself.
            BuildError::Config(error) => error.source(),
            BuildError::Url | BuildError::UserWithColon => None,
            #[cfg(feature = "client")]
            BuildError::Given(_) => None,
        }
    }
}

impl<C: Connections> Default for Builder<C> {
    fn default() -> Self {
        Builder {
            settings: Settings::default(),
            ids: Box::new(Counter::default()),
            connections: Ok(C::default()),
        }
    }
}

impl<C: Connections> Builder<C> {
    /// Sends a header with every message, instead of the one of that name before.
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

    /// Identifies by a user's name and password (RFC 7617). A name with a colon in it is an error.
    pub fn basic_auth(self, user: &str, password: &str) -> Self {
        self.authorization(basic(user, password))
    }

    /// Identifies by a token (RFC 6750).
    pub fn bearer_auth(self, token: &str) -> Self {
        self.authorization(sensitive(format!("Bearer {token}")))
    }

    /// How long a call may take, from connecting to the reply's last byte; default 30 s. A call's own timeout goes
    /// before it.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// The largest reply, in bytes, after decompression; default 16 MiB. A larger one is a transport error.
    pub fn max_reply(mut self, bytes: usize) -> Self {
        self.settings.max_reply = bytes;
        self
    }

    /// Gathers calls that are made at the same time into one message, a batch; by default each call is a message of its
    /// own. Nothing else changes: each call has its own answer, error and timeout.
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
    /// It pays where many small calls are under way at the same time. Most of what such a call costs, on both sides, is its
    /// HTTP request; shared by sixty calls it is hardly felt, and one connection does for all of them. A call without
    /// company goes out as it would have gone, a turn of the event loop later.
    ///
    /// What it costs: a message is answered when its slowest call is, so calls that take long should go
    /// [alone](rpc_core::Call::unbatched); a message that gets lost fails all calls in it; and large results are read twice.
    /// The server has to understand batches. One that refuses the first is sent single calls from then on, and no call
    /// fails for it: see [`Batched`](rpc_core::Batched), also for which calls may share a message. Unless
    /// [`Batching::refusal`] says otherwise, a refusal is what [`refuses_batch`](crate::refuses_batch) recognises.
    pub fn batching(mut self, batching: Batching) -> Self {
        self.settings.batching = Some(batching);
        self
    }

    /// Where the ids come from; by default they count from 1. See [`rpc_core::ids`].
    pub fn ids(mut self, ids: impl IdSource) -> Self {
        self.ids = Box::new(ids);
        self
    }

    /// How long connecting may take, TLS included; by default no less than the call.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.connections(|it| it.connect_timeout(timeout))
    }

    /// How long a connection without a call is kept; default 50 s.
    ///
    /// Servers and load balancers close one after a minute or so. A request that meets such an end is lost, and can't
    /// be repeated without harm, so it is better that this side gives up first.
    pub fn idle_timeout(self, timeout: Duration) -> Self {
        self.connections(|it| it.idle_timeout(timeout))
    }

    /// How many connections without a call are kept; by default as many as there are. The others are closed after
    /// their call.
    pub fn max_idle(self, connections: usize) -> Self {
        self.connections(|it| it.max_idle(connections))
    }

    /// Trusts the authorities in a PEM text, beside those that the system trusts. A text without any is an error.
    #[cfg(feature = "tls")]
    pub fn root_certificates(self, pem: &[u8]) -> Self {
        self.connections(|it| it.root_certificates(pem))
    }

    /// Trusts the authorities in a PEM text, and no others. A text without any is an error.
    #[cfg(feature = "tls")]
    pub fn only_root_certificates(self, pem: &[u8]) -> Self {
        self.connections(|it| it.only_root_certificates(pem))
    }

    /// Identifies by a certificate (mTLS): a PEM text with the certificate chain and the private key.
    #[cfg(feature = "tls")]
    pub fn identity(self, pem: &[u8]) -> Self {
        self.connections(|it| it.identity(pem))
    }

    /// A client of the server at this URL.
    pub fn build(self, url: &str) -> Result<Client<C::Transport>, BuildError> {
        let Builder { settings, ids, .. } = self;
        let transport = self.connections?.build(url, settings)?;
        Ok(Client::with_ids(transport, ids))
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
            .finish_non_exhaustive()
    }
}

/// What was found in a PEM text, unless that is nothing: a key or an empty file is no text of authorities.
#[cfg(feature = "tls")]
pub(crate) fn some_certificates<C>(found: Vec<C>) -> Result<Vec<C>, BuildError> {
    if found.is_empty() {
        let why = "there is no certificate in the PEM text";
        return Err(BuildError::Http(why.into()));
    }
    Ok(found)
}

/// What identifies by a user's name and password.
pub(crate) fn basic(user: &str, password: &str) -> Result<HeaderValue, BuildError> {
    if user.contains(':') {
        return Err(BuildError::UserWithColon);
    }
    let credentials = BASE64_STANDARD.encode(format!("{user}:{password}"));
    sensitive(format!("Basic {credentials}"))
}

/// A header that is not shown in logs.
pub(super) fn sensitive(value: String) -> Result<HeaderValue, BuildError> {
    let mut value =
        HeaderValue::try_from(value).map_err(|error| BuildError::Header(error.into()))?;
    value.set_sensitive(true);
    Ok(value)
}

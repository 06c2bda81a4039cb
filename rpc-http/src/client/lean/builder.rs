//! [`ClientBuilder`]: a lean client, step by step.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use http::header::{self, AUTHORIZATION, HOST};
use http::uri::Scheme;
use http::{HeaderMap, HeaderValue, Uri};

use super::super::builder::Builder;
use super::super::connections::{Connections, Sealed};
use super::super::defaults::{IDLE_TIMEOUT, MAX_AGE};
use super::super::error::BuildError;
use super::super::settings::{IDENTITY_ONLY, Settings, USER_AGENT};
use super::address::Address;
#[cfg(feature = "http2")]
use super::carrier::Carrier;
use super::connector::Connector;
#[cfg(feature = "http2")]
use super::http2;
use super::pool::{Keeping, Pool};
#[cfg(feature = "http2")]
use super::shared::Shared;
#[cfg(all(feature = "http2", feature = "tls"))]
use super::tls::HTTP2;
#[cfg(feature = "tls")]
use super::tls::{HTTP1, over, unusable};
use super::{Exchange, Lean};
use rpc_tokio::client::MaybeBatched;

/// Sets up a [`Client`](super::Client). [`build`](Builder::build) reports what is wrong.
pub type ClientBuilder = Builder<Connecting>;

/// How connections are made, and how long they are kept.
pub struct Connecting {
    connect_timeout: Option<Duration>,
    connect_to: Option<IpAddr>,
    idle_timeout: Duration,
    max_idle: usize,
    max_age: Duration,
    unix_socket: Option<PathBuf>,
    #[cfg(feature = "http2")]
    is_http2: bool,
    #[cfg(feature = "tls")]
    tls: rpc_tokio::client::TlsBuilder,
}

impl Default for Connecting {
    fn default() -> Self {
        Connecting {
            connect_timeout: None,
            connect_to: None,
            idle_timeout: IDLE_TIMEOUT,
            max_idle: usize::MAX,
            max_age: MAX_AGE,
            unix_socket: None,
            #[cfg(feature = "http2")]
            is_http2: false,
            #[cfg(feature = "tls")]
            tls: rpc_tokio::client::TlsBuilder::default(),
        }
    }
}

impl ClientBuilder {
    /// Makes all connections to the Unix socket at this path, instead of to the URL's host.
    ///
    /// The server still sees the URL: its host in the `Host` header, and its path in the request. The URL has to be an `http`
    /// URL. On a system without Unix sockets, calls fail.
    ///
    /// ```no_run
    /// use rpc_http::lean::Client;
    ///
    /// # fn run() -> Result<(), rpc_http::BuildError> {
    /// let client = Client::builder().unix_socket("/run/shop.sock").build("http://localhost/rpc")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The client on reqwest has an option of the same name:
    /// `Client::builder().configure_http(|http| http.unix_socket("/run/shop.sock"))`.
    pub fn unix_socket(self, path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        self.connections(|connecting| {
            Ok(Connecting {
                unix_socket: Some(path),
                ..connecting
            })
        })
    }
}

impl Sealed for Connecting {}

impl Connections for Connecting {
    type Transport = Lean;

    fn connect_timeout(mut self, timeout: Duration) -> Result<Self, BuildError> {
        self.connect_timeout = Some(timeout);
        Ok(self)
    }

    fn connect_to(mut self, address: IpAddr) -> Result<Self, BuildError> {
        self.connect_to = Some(address);
        Ok(self)
    }

    fn idle_timeout(mut self, timeout: Duration) -> Result<Self, BuildError> {
        self.idle_timeout = timeout;
        Ok(self)
    }

    fn max_idle(mut self, connections: usize) -> Result<Self, BuildError> {
        self.max_idle = connections;
        Ok(self)
    }

    fn max_age(mut self, age: Duration) -> Result<Self, BuildError> {
        self.max_age = age;
        Ok(self)
    }

    #[cfg(feature = "http2")]
    fn http2_prior_knowledge(mut self) -> Result<Self, BuildError> {
        self.is_http2 = true;
        Ok(self)
    }

    #[cfg(feature = "tls")]
    fn root_certificates(self, pem: &[u8]) -> Result<Self, BuildError> {
        let tls = self.tls.root_certificates(pem).map_err(unusable)?;
        Ok(Connecting { tls, ..self })
    }

    #[cfg(feature = "tls")]
    fn only_root_certificates(self, pem: &[u8]) -> Result<Self, BuildError> {
        let tls = self.tls.only_root_certificates(pem).map_err(unusable)?;
        Ok(Connecting { tls, ..self })
    }

    #[cfg(feature = "tls")]
    fn identity(self, pem: &[u8]) -> Result<Self, BuildError> {
        let tls = self.tls.identity(pem).map_err(unusable)?;
        Ok(Connecting { tls, ..self })
    }

    fn build(self, url: &str, settings: Settings) -> Result<Lean, BuildError> {
        let address = Address::parse(url)?;
        if self.unix_socket.is_some() && address.uri.scheme() == Some(&Scheme::HTTPS) {
            return Err(BuildError::HttpsOverUnixSocket);
        }
        let http = Connector::http(self.connect_to);
        #[cfg(feature = "tls")]
        let protocol = HTTP1;
        #[cfg(all(feature = "http2", feature = "tls"))]
        let protocol = if self.is_http2 { HTTP2 } else { protocol };
        #[cfg(feature = "tls")]
        let http = over(self.tls, http, address.uri.scheme(), protocol)?;
        let connector = Connector::new(http, self.unix_socket, self.connect_timeout);
        let server = address.server.clone();
        let keeping = Keeping {
            idle_timeout: self.idle_timeout,
            max_idle: self.max_idle,
            max_age: self.max_age,
        };
        let (batching, timeout) = (settings.batching_with_refusal(), settings.timeout);
        let settings = settings.after(headers(&address));
        #[cfg(feature = "http2")]
        if self.is_http2 {
            let shared = Shared::new(connector, server, keeping);
            let exchange = http2::Exchange::new(shared, address.uri, settings)?;
            let messages = MaybeBatched::new(Carrier::Http2(exchange), batching, timeout);
            return Ok(Lean { messages });
        }
        let exchange = Exchange {
            pool: Pool::new(connector, server, keeping),
            settings,
            target: target(&address.uri),
            uri: address.uri,
        };
        #[cfg(feature = "http2")]
        let exchange = Carrier::Http1(exchange);
        let messages = MaybeBatched::new(exchange, batching, timeout);
        Ok(Lean { messages })
    }
}

/// The path and the query alone.
fn target(uri: &Uri) -> Uri {
    uri.path_and_query()
        .map_or_else(Uri::default, |path| Uri::from(path.clone()))
}

/// The headers from the address, and those that say what this client is and understands.
fn headers(address: &Address) -> HeaderMap {
    let host = (HOST, address.host.clone());
    let user_agent = (header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    let authorization = address.authorization.clone();
    HeaderMap::from_iter(
        [host, user_agent, IDENTITY_ONLY]
            .into_iter()
            .chain(authorization.map(|it| (AUTHORIZATION, it))),
    )
}

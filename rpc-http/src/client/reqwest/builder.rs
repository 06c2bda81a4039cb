//! [`ClientBuilder`]: a client on reqwest, step by step.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Uri, header};
use hyper_util::client::proxy::matcher::Matcher;

use super::super::builder::Builder;
#[cfg(feature = "tls")]
use super::super::certificates::some_certificates;
use super::super::connections::{Connections, Sealed};
#[cfg(feature = "http2")]
use super::super::defaults::{
    HTTP2_CONNECTION_WINDOW, HTTP2_PING_INTERVAL, HTTP2_PING_TIMEOUT, HTTP2_STREAM_WINDOW,
};
use super::super::defaults::{IDLE_TIMEOUT, MAX_AGE};
use super::super::error::BuildError;
#[cfg(not(feature = "gzip"))]
use super::super::settings::IDENTITY_ONLY;
use super::super::settings::{Settings, USER_AGENT};
use super::ages::Ages;
use super::{Exchange, Http};
use rpc_tokio::client::MaybeBatched;

/// Sets up a [`Client`](super::Client). [`build`](Builder::build) reports what is wrong.
pub type ClientBuilder = Builder<Pool>;

/// Where the `reqwest::Client` comes from, and with it the connections.
pub struct Pool {
    base: Base,
    connect_to: Option<IpAddr>,
    max_age: Duration,
    proxy: KnownProxy,
    speaks_http2: bool,
}

enum Base {
    /// It is made here.
    Own(Box<reqwest::ClientBuilder>),
    /// It is made here, with options that are not known.
    Configured(Box<reqwest::ClientBuilder>),
    Given(reqwest::Client),
}

/// The proxy, for errors.
enum KnownProxy {
    /// The one that the environment names, if it does.
    OfEnvironment,
    This(Uri),
}

impl Default for Pool {
    fn default() -> Self {
        // Here rather than in `build`: an application's own `reqwest::Client` is often made after this, and needs it too.
        #[cfg(feature = "tls")]
        install_provider();
        let own = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .default_headers(own_headers());
        #[cfg(feature = "http2")]
        let own = own
            .http2_initial_stream_window_size(HTTP2_STREAM_WINDOW)
            .http2_initial_connection_window_size(HTTP2_CONNECTION_WINDOW)
            .http2_keep_alive_interval(HTTP2_PING_INTERVAL)
            .http2_keep_alive_timeout(HTTP2_PING_TIMEOUT);
        Pool {
            base: Base::Own(Box::new(own)),
            connect_to: None,
            max_age: MAX_AGE,
            proxy: KnownProxy::OfEnvironment,
            speaks_http2: false,
        }
    }
}

/// The headers of a client that is made here, which an application can change by reqwest's own options.
fn own_headers() -> HeaderMap {
    HeaderMap::from_iter([
        (header::USER_AGENT, HeaderValue::from_static(USER_AGENT)),
        // Without a word, a server may choose any encoding (RFC 9110, section 12.5.3). With the feature, reqwest says which it
        // understands.
        #[cfg(not(feature = "gzip"))]
        IDENTITY_ONLY,
    ])
}

/// reqwest takes the process's provider of cryptography. An application that has installed one keeps it.
#[cfg(feature = "tls")]
fn install_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // If another thread was quicker, its provider does as well.
        let _there_is_one = rustls::crypto::ring::default_provider().install_default();
    }
}

impl ClientBuilder {
    /// Uses the application's own `reqwest::Client`, with its connections, certificates, proxies and `User-Agent`, if it has one.
    ///
    /// That client decides whether redirects are followed. By default reqwest follows them, and turns a POST into a GET, which
    /// is no longer a call. `redirect::Policy::none()` is the better choice.
    ///
    /// With the feature `tls`, reqwest uses the process's cryptography provider, so install one before you build such a
    /// client. [`Client::builder`](rpc_core::Client::builder) installs ring if there is none yet.
    pub fn http_client(self, client: reqwest::Client) -> Self {
        self.connections(|pool| {
            Ok(Pool {
                base: Base::Given(client),
                ..pool
            })
        })
    }

    /// Any other option of reqwest's.
    ///
    /// This crate can't see which options are set. So errors of such a client do not name a proxy that is set this way (see
    /// [`proxy`](Self::proxy)). A timeout while the client connects is reported as a timeout while it waits for the reply,
    /// unless there is a [connect timeout](Builder::connect_timeout). The same goes for an [`http_client`](Self::http_client).
    ///
    /// ```
    /// # fn run() -> Result<(), rpc_http::BuildError> {
    /// use rpc_http::Client;
    ///
    /// // Over a Unix socket. The server reads the URL's host and path.
    /// # #[cfg(unix)]
    /// let client = Client::builder()
    ///     .configure_http(|http| http.unix_socket("/run/shop.sock"))
    ///     .build("http://localhost/rpc")?;
    /// // To an address that no name server knows.
    /// let client = Client::builder()
    ///     .configure_http(|http| http.resolve("shop.test", ([127, 0, 0, 1], 0).into()))
    ///     .build("http://shop.test:8080/rpc")?;
    /// # Ok(())
    /// # }
    /// # run().unwrap();
    /// ```
    pub fn configure_http(
        self,
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Self {
        self.connections(|pool| {
            let pool = pool.configure("configure_http", |http| Ok(configure(http)))?;
            Ok(Pool {
                base: match pool.base {
                    Base::Own(http) => Base::Configured(http),
                    other => other,
                },
                ..pool
            })
        })
    }

    /// Sends everything through this proxy, instead of the one that the environment names (`HTTPS_PROXY` and so on). Its URL may
    /// contain a user and a password. Errors name the proxy.
    pub fn proxy(self, url: &str) -> Self {
        self.connections(|pool| {
            let proxy = reqwest::Proxy::all(url).map_err(unusable)?;
            let uri: Uri = url.parse().map_err(|_not_shown| BuildError::Url)?;
            let pool = pool.configure("proxy", |http| Ok(http.no_proxy().proxy(proxy)))?;
            Ok(Pool {
                proxy: KnownProxy::This(uri),
                ..pool
            })
        })
    }
}

impl Pool {
    fn configure(
        mut self,
        option: &'static str,
        configure: impl FnOnce(reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, BuildError>,
    ) -> Result<Self, BuildError> {
        self.base = match self.base {
            Base::Own(http) => Base::Own(Box::new(configure(*http)?)),
            Base::Configured(http) => Base::Configured(Box::new(configure(*http)?)),
            Base::Given(_) => return Err(BuildError::Given(option)),
        };
        Ok(self)
    }

    /// The proxy that messages to this URL go through, as far as is known.
    fn proxy_to(&self, url: &reqwest::Url) -> Option<String> {
        let uri = match (&self.proxy, &self.base) {
            (KnownProxy::This(uri), _) => uri.clone(),
            // As reqwest does.
            (KnownProxy::OfEnvironment, Base::Own(_)) => {
                let destination: Uri = url.as_str().parse().ok()?;
                Matcher::from_system()
                    .intercept(&destination)?
                    .uri()
                    .clone()
            }
            (KnownProxy::OfEnvironment, Base::Configured(_) | Base::Given(_)) => return None,
        };
        let authority = uri.authority()?.as_str();
        let host = authority
            .rsplit_once('@')
            .map_or(authority, |(_user, host)| host);
        Some(format!("{}://{host}", uri.scheme_str().unwrap_or("http")))
    }
}

impl Sealed for Pool {}

impl Connections for Pool {
    type Transport = Http;

    fn connect_timeout(self, timeout: Duration) -> Result<Self, BuildError> {
        self.configure("connect_timeout", |http| Ok(http.connect_timeout(timeout)))
    }

    fn connect_to(self, address: IpAddr) -> Result<Self, BuildError> {
        // The host to which it belongs is not known yet. But whether there will be options is.
        let pool = self.configure("connect_to", Ok)?;
        Ok(Pool {
            connect_to: Some(address),
            ..pool
        })
    }

    fn idle_timeout(self, timeout: Duration) -> Result<Self, BuildError> {
        self.configure("idle_timeout", |http| Ok(http.pool_idle_timeout(timeout)))
    }

    fn max_idle(self, connections: usize) -> Result<Self, BuildError> {
        self.configure("max_idle", |http| {
            Ok(http.pool_max_idle_per_host(connections))
        })
    }

    fn max_age(mut self, age: Duration) -> Result<Self, BuildError> {
        self.max_age = age;
        Ok(self)
    }

    #[cfg(feature = "http2")]
    fn http2_prior_knowledge(self) -> Result<Self, BuildError> {
        let pool = self.configure("http2_prior_knowledge", |http| {
            Ok(http.http2_prior_knowledge())
        })?;
        Ok(Pool {
            speaks_http2: true,
            ..pool
        })
    }

    #[cfg(feature = "tls")]
    fn root_certificates(self, pem: &[u8]) -> Result<Self, BuildError> {
        self.configure("root_certificates", |http| {
            Ok(http.tls_certs_merge(certificates(pem)?))
        })
    }

    #[cfg(feature = "tls")]
    fn only_root_certificates(self, pem: &[u8]) -> Result<Self, BuildError> {
        self.configure("only_root_certificates", |http| {
            Ok(http.tls_certs_only(certificates(pem)?))
        })
    }

    #[cfg(feature = "tls")]
    fn identity(self, pem: &[u8]) -> Result<Self, BuildError> {
        self.configure("identity", |http| {
            let identity = reqwest::Identity::from_pem(pem).map_err(unusable)?;
            Ok(http.identity(identity))
        })
    }

    fn build(mut self, url: &str, settings: Settings) -> Result<Http, BuildError> {
        let url = match reqwest::Url::parse(url) {
            Ok(parsed) if matches!(parsed.scheme(), "http" | "https") && parsed.has_host() => {
                parsed
            }
            _ => return Err(BuildError::Url),
        };
        if let (Some(address), Some(host)) = (self.connect_to, url.host_str()) {
            // Without a port, the URL's is used.
            let address = SocketAddr::new(address, 0);
            self = self.configure("connect_to", |http| Ok(http.resolve(host, address)))?;
        }
        let proxy = self.proxy_to(&url);
        // With other options reqwest may have to send a body again, as for redirects, and can't if it is tracked.
        let is_own = matches!(self.base, Base::Own(_));
        let (client, timeout) = match self.base {
            // A timeout that the client knows need not be set on each request.
            Base::Own(http) | Base::Configured(http) => {
                (http.timeout(settings.timeout).build(), None)
            }
            Base::Given(client) => (Ok(client), Some(settings.timeout)),
        };
        let client = client.map_err(unusable)?;
        let (url, mut headers) = address(&client, url)?;
        if is_own {
            // reqwest would add them to each request, whose headers would have to grow.
            headers.extend(own_headers());
        }
        let (batching, batched_timeout) = (settings.batching_with_refusal(), settings.timeout);
        let exchange = Exchange {
            client,
            url,
            settings: settings.after(headers),
            timeout,
            // Over HTTP/2, a request that waits for its turn may be sent after it has been given up.
            tracks_body: is_own && !self.speaks_http2,
            proxy: proxy.map(Arc::from),
            ages: Arc::new(Ages::new(self.max_age)),
        };
        let messages = MaybeBatched::new(exchange, batching, batched_timeout);
        Ok(Http { messages })
    }
}

#[cfg(feature = "tls")]
fn certificates(pem: &[u8]) -> Result<Vec<reqwest::Certificate>, BuildError> {
    let found = reqwest::Certificate::from_pem_bundle(pem).map_err(unusable)?;
    some_certificates(found)
}

/// The URL without user and password, and the header with them instead.
fn address(
    client: &reqwest::Client,
    url: reqwest::Url,
) -> Result<(reqwest::Url, HeaderMap), BuildError> {
    // reqwest does not check this. Percent-encoded, since a plain colon ends the name.
    if url.username().to_ascii_lowercase().contains("%3a") {
        return Err(BuildError::UserWithColon);
    }
    let request = client.post(url).build().map_err(unusable)?;
    Ok((request.url().clone(), request.headers().clone()))
}

fn unusable(error: reqwest::Error) -> BuildError {
    BuildError::Http(error.without_url().into()) // it may have a secret in it
}

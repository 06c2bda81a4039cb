//! [`ClientBuilder`]: a client on reqwest, step by step.

use std::time::Duration;

use http::HeaderMap;

use super::super::builder::Builder;
#[cfg(feature = "tls")]
use super::super::certificates::some_certificates;
use super::super::connections::{Connections, Sealed};
use super::super::defaults::IDLE_TIMEOUT;
use super::super::error::BuildError;
use super::super::settings::Settings;
use super::{Exchange, Http};
use rpc_tokio::client::MaybeBatched;

/// Sets up a [`Client`](super::Client). [`build`](Builder::build) reports what is wrong.
pub type ClientBuilder = Builder<Pool>;

/// Where the `reqwest::Client` comes from, and with it the connections.
pub struct Pool(Base);

enum Base {
    /// It is made here.
    Own(Box<reqwest::ClientBuilder>),
    Given(reqwest::Client),
}

impl Default for Pool {
    fn default() -> Self {
        // Here rather than in `build`: an application's own `reqwest::Client` is often made after this, and needs it too.
        #[cfg(feature = "tls")]
        install_provider();
        let own = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .pool_idle_timeout(IDLE_TIMEOUT);
        Pool(Base::Own(Box::new(own)))
    }
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
    /// Uses the application's own `reqwest::Client`, with its connections, certificates and proxies.
    ///
    /// It follows redirects as it is set up to. reqwest does so by default, and turns a POST into a GET on the way, which is not a
    /// call any more. `redirect::Policy::none()` is the better choice.
    ///
    /// With the feature `tls`, reqwest takes the process's provider of cryptography, so one has to be installed before such a client
    /// is built. [`Client::builder`](rpc_core::Client::builder) installs ring if there is none yet.
    pub fn http_client(self, client: reqwest::Client) -> Self {
        self.connections(|_| Ok(Pool(Base::Given(client))))
    }

    /// Any other option of reqwest's.
    pub fn configure_http(
        self,
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Self {
        self.connections(|pool| pool.configure("configure_http", |http| Ok(configure(http))))
    }
}

impl Pool {
    fn configure(
        self,
        option: &'static str,
        configure: impl FnOnce(reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, BuildError>,
    ) -> Result<Self, BuildError> {
        let Base::Own(http) = self.0 else {
            return Err(BuildError::Given(option));
        };
        let http = configure(*http)?;
        Ok(Pool(Base::Own(Box::new(http))))
    }
}

impl Sealed for Pool {}

impl Connections for Pool {
    type Transport = Http;

    fn connect_timeout(self, timeout: Duration) -> Result<Self, BuildError> {
        self.configure("connect_timeout", |http| Ok(http.connect_timeout(timeout)))
    }

    fn idle_timeout(self, timeout: Duration) -> Result<Self, BuildError> {
        self.configure("idle_timeout", |http| Ok(http.pool_idle_timeout(timeout)))
    }

    fn max_idle(self, connections: usize) -> Result<Self, BuildError> {
        self.configure("max_idle", |http| {
            Ok(http.pool_max_idle_per_host(connections))
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

    fn build(self, url: &str, settings: Settings) -> Result<Http, BuildError> {
        let url = match reqwest::Url::parse(url) {
            Ok(parsed) if matches!(parsed.scheme(), "http" | "https") && parsed.has_host() => {
                parsed
            }
            _ => return Err(BuildError::Url),
        };
        let (client, timeout) = match self.0 {
            // A timeout that the client knows need not be set on each request.
            Base::Own(http) => (http.timeout(settings.timeout).build(), None),
            Base::Given(client) => (Ok(client), Some(settings.timeout)),
        };
        let client = client.map_err(unusable)?;
        let (url, headers) = address(&client, url)?;
        let (batching, batched_timeout) = (settings.batching_with_refusal(), settings.timeout);
        let exchange = Exchange {
            client,
            url,
            settings: settings.after(headers),
            timeout,
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

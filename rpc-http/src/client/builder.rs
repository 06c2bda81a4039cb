//! [`ClientBuilder`]: a client, step by step.

use std::fmt;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};
use rpc_core::IdSource;
use rpc_core::ids::Counter;

use super::{Client, Http, default_headers};

/// Sets up a [`Client`]. What can be wrong is reported by [`build`](Self::build).
#[must_use]
pub struct ClientBuilder {
    http: Base,
    headers: HeaderMap,
    timeout: Duration,
    max_reply: usize,
    ids: Box<dyn IdSource>,
    failure: Option<BuildError>,
}

/// Where the `reqwest::Client` comes from.
enum Base {
    /// It is made here.
    Own(Box<reqwest::ClientBuilder>),
    Given(reqwest::Client),
}

/// Why there is no client.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// The address is no URL of HTTP or HTTPS. It is not shown, since it may have a secret in it.
    Url,
    /// A header's name or value is not allowed.
    Header(http::Error),
    /// A certificate or an identity can't be read, or the client can't be made of what was given.
    Http(reqwest::Error),
    /// An option of the connections, where the `reqwest::Client` is given.
    Given(&'static str),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::Url => f.write_str("the address is no URL of HTTP or HTTPS"),
            BuildError::Header(_) => f.write_str("a header's name or value is not allowed"),
            BuildError::Http(_) => f.write_str("the HTTP client could not be set up"),
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
            BuildError::Http(error) => Some(error),
            BuildError::Url | BuildError::Given(_) => None,
        }
    }
}

impl Default for ClientBuilder {
    fn default() -> Self {
        // Here, and not in `build`: a `reqwest::Client` that is given is often made after this, and needs it, too.
        #[cfg(feature = "tls")]
        install_provider();
        ClientBuilder {
            http: Base::Own(Box::new(own_client())),
            headers: default_headers(),
            timeout: Duration::from_secs(30),
            max_reply: 16 * 1024 * 1024,
            ids: Box::new(Counter::default()),
            failure: None,
        }
    }
}

fn own_client() -> reqwest::ClientBuilder {
    // Servers and load balancers close a connection after a minute or so without a request. A request that meets such an
    // end is lost, and can't be repeated without harm, so this side gives up first.
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .pool_idle_timeout(Duration::from_secs(50))
}

/// reqwest takes the process's provider of cryptography. An application that has chosen one keeps it.
#[cfg(feature = "tls")]
fn install_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may have been quicker: then there is one, too.
        let _there_is_one = rustls::crypto::ring::default_provider().install_default();
    }
}

impl ClientBuilder {
    /// Uses a `reqwest::Client` of the application's own, with its connections, certificates and proxies.
    ///
    /// It follows redirects as it was told to. reqwest does so by default, and makes a GET of a POST on the way, which is
    /// no call any more: `redirect::Policy::none()` is the better choice.
    ///
    /// With the feature `tls`, reqwest takes the process's provider of cryptography, so that one has to be installed
    /// before such a client is built. [`Client::builder`](rpc_core::Client::builder) installs ring where there is none.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Base::Given(client);
        self
    }

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
                self.headers.insert(name, value);
            }
            (Err(error), _) | (_, Err(error)) => self.fail(BuildError::Header(error)),
        }
        self
    }

    /// Sends headers with every message.
    pub fn headers(mut self, headers: HeaderMap) -> Self {
        self.headers.extend(headers);
        self
    }

    /// Identifies by a user's name and password (RFC 7617).
    pub fn basic_auth(self, user: &str, password: &str) -> Self {
        let credentials = BASE64_STANDARD.encode(format!("{user}:{password}"));
        self.authorization(format!("Basic {credentials}"))
    }

    /// Identifies by a token (RFC 6750).
    pub fn bearer_auth(self, token: &str) -> Self {
        self.authorization(format!("Bearer {token}"))
    }

    /// How long a call may take, from connecting to the reply's last byte; default 30 s. A call's own timeout goes
    /// before it.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The largest reply, in bytes, after decompression; default 16 MiB. A larger one is a transport error.
    pub fn max_reply(mut self, bytes: usize) -> Self {
        self.max_reply = bytes;
        self
    }

    /// Where the ids come from; by default they count from 1. See [`rpc_core::ids`].
    pub fn ids(mut self, ids: impl IdSource) -> Self {
        self.ids = Box::new(ids);
        self
    }

    /// How long connecting may take; by default no less than the call.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.configure("connect_timeout", |http| Ok(http.connect_timeout(timeout)))
    }

    /// Trusts the authorities in a PEM text, beside those that the system trusts.
    #[cfg(feature = "tls")]
    pub fn root_certificates(self, pem: &[u8]) -> Self {
        self.configure("root_certificates", |http| {
            Ok(http.tls_certs_merge(reqwest::Certificate::from_pem_bundle(pem)?))
        })
    }

    /// Trusts the authorities in a PEM text, and no others.
    #[cfg(feature = "tls")]
    pub fn only_root_certificates(self, pem: &[u8]) -> Self {
        self.configure("only_root_certificates", |http| {
            Ok(http.tls_certs_only(reqwest::Certificate::from_pem_bundle(pem)?))
        })
    }

    /// Identifies by a certificate (mTLS): a PEM text with the certificate chain and the private key.
    #[cfg(feature = "tls")]
    pub fn identity(self, pem: &[u8]) -> Self {
        self.configure("identity", |http| {
            Ok(http.identity(reqwest::Identity::from_pem(pem)?))
        })
    }

    /// Any other option of reqwest's.
    pub fn configure_http(
        self,
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Self {
        self.configure("configure_http", |http| Ok(configure(http)))
    }

    /// A client of the server at this URL.
    pub fn build(self, url: &str) -> Result<Client, BuildError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let url = match reqwest::Url::parse(url) {
            Ok(parsed) if matches!(parsed.scheme(), "http" | "https") && parsed.has_host() => {
                parsed
            }
            _ => return Err(BuildError::Url),
        };
        let client = match self.http {
            Base::Own(builder) => builder.build().map_err(BuildError::Http)?,
            Base::Given(client) => client,
        };
        let Self {
            headers,
            timeout,
            max_reply,
            ids,
            ..
        } = self;
        let transport = Http {
            client,
            url,
            headers,
            timeout,
            max_reply,
        };
        Ok(Client::with_ids(transport, move || ids.next_id()))
    }

    fn configure(
        mut self,
        option: &'static str,
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::Result<reqwest::ClientBuilder>,
    ) -> Self {
        let http = std::mem::replace(&mut self.http, Base::Own(Box::default()));
        match http {
            Base::Own(builder) => match configure(*builder) {
                Ok(builder) => self.http = Base::Own(Box::new(builder)),
                Err(error) => self.fail(BuildError::Http(error)),
            },
            given => {
                self.http = given;
                self.fail(BuildError::Given(option));
            }
        }
        self
    }

    fn authorization(mut self, value: String) -> Self {
        match HeaderValue::try_from(value) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.headers.insert(AUTHORIZATION, value);
            }
            Err(error) => self.fail(BuildError::Header(error.into())),
        }
        self
    }

    fn fail(&mut self, error: BuildError) {
        self.failure.get_or_insert(error);
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("headers", &self.headers)
            .field("timeout", &self.timeout)
            .field("max_reply", &self.max_reply)
            .finish_non_exhaustive()
    }
}

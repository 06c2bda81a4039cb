//! [`ClientBuilder`]: a lean client, step by step.

use std::time::Duration;

use http::HeaderMap;
use http::header::{AUTHORIZATION, HOST};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::address::Address;
use super::connector::Connector;
use super::{Exchange, Lean};
use crate::common::{BuildError, Builder, Connections, IDLE_TIMEOUT, MaybeBatched, Settings};

/// Sets up a [`Client`](super::Client). What can be wrong is reported by [`build`](Builder::build).
pub type ClientBuilder = Builder<Pool>;

/// How connections are made, and how long they are kept.
pub struct Pool {
    connect_timeout: Option<Duration>,
    idle_timeout: Duration,
    max_idle: usize,
    #[cfg(feature = "tls")]
    tls: super::tls::Tls,
}

impl Default for Pool {
    fn default() -> Self {
        Pool {
            connect_timeout: None,
            idle_timeout: IDLE_TIMEOUT,
            max_idle: usize::MAX,
            #[cfg(feature = "tls")]
            tls: super::tls::Tls::default(),
        }
    }
}

impl Connections for Pool {
    type Transport = Lean;

    fn connect_timeout(mut self, timeout: Duration) -> Result<Self, BuildError> {
        self.connect_timeout = Some(timeout);
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

    #[cfg(feature = "tls")]
    fn root_certificates(mut self, pem: &[u8]) -> Result<Self, BuildError> {
        self.tls.trust(pem)?;
        Ok(self)
    }

    #[cfg(feature = "tls")]
    fn only_root_certificates(mut self, pem: &[u8]) -> Result<Self, BuildError> {
        self.tls.trust_only(pem)?;
        Ok(self)
    }

    #[cfg(feature = "tls")]
    fn identity(mut self, pem: &[u8]) -> Result<Self, BuildError> {
        self.tls.identify(pem)?;
        Ok(self)
    }

    fn build(self, url: &str, settings: Settings) -> Result<Lean, BuildError> {
        let address = Address::parse(url)?;
        let http = Connector::http();
        #[cfg(feature = "tls")]
        let http = self.tls.over(http, address.uri.scheme())?;
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(self.idle_timeout)
            .pool_max_idle_per_host(self.max_idle)
            // It would be written anew for each request.
            .set_host(false)
            // hyper gives a request back only where the connection had ended before any of it was written.
            .retry_canceled_requests(true)
            .build(Connector::new(http, self.connect_timeout));
        let batching = settings.batching.clone();
        let exchange = Exchange {
            client,
            settings: settings.after(headers(&address)),
            uri: address.uri,
        };
        Ok(Lean {
            messages: MaybeBatched::new(exchange, batching),
        })
    }
}

/// What the address says.
fn headers(address: &Address) -> HeaderMap {
    let host = (HOST, address.host.clone());
    let authorization = address.authorization.clone();
    HeaderMap::from_iter(
        [host]
            .into_iter()
            .chain(authorization.map(|it| (AUTHORIZATION, it))),
    )
}

//! [`ClientBuilder`]: a WebSocket client, step by step.

use std::net::IpAddr;
use std::time::Duration;

use http::header::{self, AUTHORIZATION};
use http::{HeaderMap, HeaderValue};
use rpc_core::{DuplexLimits, IntoServer};
use rpc_tokio::Tokio;
use rpc_tokio::client::{Link, LinkSettings};

use super::super::builder::Builder;
use super::super::connections::{Connections, Sealed};
use super::super::error::BuildError;
use super::super::lean::address::Address;
use super::super::lean::connector::Connector;
#[cfg(feature = "tls")]
use super::super::lean::tls::{HTTP1, over, unusable};
use super::super::settings::{Settings, USER_AGENT};
use super::Ws;
use super::connection::Target;
use crate::websocket::{Bounds, PING_INTERVAL};

/// Sets up a [`Client`](super::Client). [`build`](Builder::build) takes a `ws` or `wss` URL, and reports what is wrong.
pub type ClientBuilder = Builder<Connecting>;

/// How the connection is made, and what goes over it.
pub struct Connecting {
    link: LinkSettings,
    connect_to: Option<IpAddr>,
    ping_interval: Option<Duration>,
    #[cfg(feature = "tls")]
    tls: rpc_tokio::client::TlsBuilder,
}

impl Default for Connecting {
    fn default() -> Self {
        Connecting {
            link: LinkSettings::default(),
            connect_to: None,
            ping_interval: Some(PING_INTERVAL),
            #[cfg(feature = "tls")]
            tls: rpc_tokio::client::TlsBuilder::default(),
        }
    }
}

impl ClientBuilder {
    /// A service that the server may call over the connection: `#[rpc(peer)]` in its methods.
    pub fn service(self, service: impl IntoServer) -> Self {
        let server = service.into_server().or_runtime(Tokio);
        self.connections(|mut connecting| {
            connecting.link.session = connecting.link.session.serve(server);
            Ok(connecting)
        })
    }

    /// What the connection may cost: calls, streams and their buffers.
    pub fn duplex_limits(self, limits: DuplexLimits) -> Self {
        self.connections(|mut connecting| {
            connecting.link.session = connecting.link.session.limits(limits);
            Ok(connecting)
        })
    }

    /// After how long without a sign of the server it is asked for one; default 30 s. If it gives none within the same time, the
    /// connection counts as lost. With `None`, a server that has gone silently is never noticed.
    pub fn ping_interval(self, interval: impl Into<Option<Duration>>) -> Self {
        let ping_interval = interval.into();
        self.connections(|connecting| {
            Ok(Connecting {
                ping_interval,
                ..connecting
            })
        })
    }

    /// Accepts any certificate of the server. **An attacker in between can then read and change everything.**
    #[cfg(feature = "tls")]
    pub fn danger_accept_any_certificate(self) -> Self {
        self.connections(|connecting| {
            let tls = connecting.tls.danger_accept_any_certificate();
            Ok(Connecting { tls, ..connecting })
        })
    }

    /// The longest pause between two attempts to connect; default 1 s.
    pub fn max_backoff(self, max_backoff: Duration) -> Self {
        self.connections(|mut connecting| {
            connecting.link.max_backoff = max_backoff;
            Ok(connecting)
        })
    }
}

impl Sealed for Connecting {}

impl Connections for Connecting {
    type Transport = Ws;

    fn connect_timeout(mut self, timeout: Duration) -> Result<Self, BuildError> {
        self.link.connect_timeout = timeout;
        Ok(self)
    }

    fn connect_to(mut self, address: IpAddr) -> Result<Self, BuildError> {
        self.connect_to = Some(address);
        Ok(self)
    }

    fn idle_timeout(self, _: Duration) -> Result<Self, BuildError> {
        Err(BuildError::NotForWebSockets("idle_timeout"))
    }

    fn max_idle(self, _: usize) -> Result<Self, BuildError> {
        Err(BuildError::NotForWebSockets("max_idle"))
    }

    fn max_age(self, _: Duration) -> Result<Self, BuildError> {
        Err(BuildError::NotForWebSockets("max_age"))
    }

    #[cfg(feature = "http2")]
    fn http2_prior_knowledge(self) -> Result<Self, BuildError> {
        Err(BuildError::NotForWebSockets("http2_prior_knowledge"))
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

    fn build(self, url: &str, settings: Settings) -> Result<Ws, BuildError> {
        if settings.batching.is_some() {
            return Err(BuildError::NotForWebSockets("batching"));
        }
        let address = Address::parse(&over_http(url).ok_or(BuildError::WebSocketUrl)?);
        let address = address.map_err(|_not_shown| BuildError::WebSocketUrl)?;
        let wire = Connector::http(self.connect_to);
        #[cfg(feature = "tls")]
        let wire = over(self.tls, wire, address.uri.scheme(), HTTP1)?;
        let target = Target {
            connector: Connector::new(wire, None, None),
            headers: headers(&address, &settings),
            address,
            bounds: Bounds {
                ping_interval: self.ping_interval,
                ..Bounds::new(settings.max_reply)
            },
        };
        let link = LinkSettings {
            timeout: settings.timeout,
            ..self.link
        };
        Ok(Ws {
            link: Link::new(target, link),
        })
    }
}

/// The HTTP URL on which the connection begins.
fn over_http(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    match scheme.to_ascii_lowercase().as_str() {
        "ws" => Some(format!("http://{rest}")),
        "wss" => Some(format!("https://{rest}")),
        _ => None,
    }
}

/// The headers of the request that opens the connection, other than those of the handshake.
fn headers(address: &Address, settings: &Settings) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    if let Some(authorization) = &address.authorization {
        headers.insert(AUTHORIZATION, authorization.clone());
    }
    headers.extend(settings.headers.clone());
    // These are about bodies, which a handshake does not have.
    headers.remove(header::CONTENT_TYPE);
    headers.remove(header::ACCEPT);
    headers
}

//! [`Connector`]: opens connections within a time limit.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use rpc_core::Excerpt;
use rpc_tokio::Stream;
use tower_service::Service;

use super::super::error::BoxError;
use super::resolver::Resolver;

pub(in crate::client) type Tcp = HttpConnector<Resolver>;

/// TCP, or TLS over it for HTTPS.
#[cfg(feature = "tls")]
pub(in crate::client) type Wire = hyper_rustls::HttpsConnector<Tcp>;
#[cfg(not(feature = "tls"))]
pub(in crate::client) type Wire = Tcp;

/// How many characters of a path an error shows. The path of a Unix socket is never longer than about a hundred bytes.
const SHOWN_PATH: usize = 120;

/// Opens connections.
#[derive(Clone)]
pub(in crate::client) struct Connector {
    wire: Wire,
    /// Where all connections go, in place of the URL's host.
    unix_socket: Option<PathBuf>,
    timeout: Option<Duration>,
}

impl Connector {
    pub(in crate::client) fn new(
        wire: Wire,
        unix_socket: Option<PathBuf>,
        timeout: Option<Duration>,
    ) -> Self {
        Connector {
            wire,
            unix_socket,
            timeout,
        }
    }

    /// The Unix socket that all connections go to, if one is set.
    pub(in crate::client) fn unix_socket(&self) -> Option<&Path> {
        self.unix_socket.as_deref()
    }

    /// A connection to the server that a URL names.
    pub(in crate::client) async fn connect(
        &self,
        server: Uri,
    ) -> Result<<Wire as Service<Uri>>::Response, BoxError> {
        // It is always ready to be called.
        let connecting = self.wire.clone().call(server);
        let connected = self.within_timeout(connecting).await??;
        Ok(connected)
    }

    /// A connection to a Unix socket.
    pub(in crate::client) async fn connect_unix(
        &self,
        path: &Path,
    ) -> Result<TokioIo<Stream>, BoxError> {
        let connected = self.within_timeout(Stream::connect_unix(path)).await?;
        let stream = connected.map_err(|error| {
            let path = Excerpt::new(path.display(), SHOWN_PATH);
            let why = format!("the Unix socket `{path}`: {error}");
            io::Error::new(error.kind(), why)
        })?;
        Ok(TokioIo::new(stream))
    }

    async fn within_timeout<F: Future>(&self, connecting: F) -> io::Result<F::Output> {
        match self.timeout {
            None => Ok(connecting.await),
            Some(timeout) => Ok(tokio::time::timeout(timeout, connecting).await?),
        }
    }

    /// TCP with reqwest's settings: a peer that has gone silently is noticed after half a minute or so.
    /// `address`: where to connect to, whatever addresses the host has.
    pub(in crate::client) fn http(address: Option<IpAddr>) -> Tcp {
        const PROBE_AFTER: Duration = Duration::from_secs(15);
        let mut http = HttpConnector::new_with_resolver(Resolver::new(address));
        http.set_nodelay(true);
        http.set_keepalive(Some(PROBE_AFTER));
        http.set_keepalive_interval(Some(PROBE_AFTER));
        http.set_keepalive_retries(Some(3));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        http.set_tcp_user_timeout(Some(Duration::from_secs(30)));
        http
    }
}

//! [`Connector`]: opens connections within a time limit.

use std::io;
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use tower_service::Service;

use super::super::error::BoxError;

/// TCP, or TLS over it for HTTPS.
#[cfg(feature = "tls")]
pub(super) type Wire = hyper_rustls::HttpsConnector<HttpConnector>;
#[cfg(not(feature = "tls"))]
pub(super) type Wire = HttpConnector;

/// Opens connections.
pub(super) struct Connector {
    wire: Wire,
    timeout: Option<Duration>,
}

impl Connector {
    pub(super) fn new(wire: Wire, timeout: Option<Duration>) -> Self {
        Connector { wire, timeout }
    }

    /// A connection to the server that a URL names.
    pub(super) async fn connect(
        &self,
        server: Uri,
    ) -> Result<<Wire as Service<Uri>>::Response, BoxError> {
        // It is always ready to be called.
        let connecting = self.wire.clone().call(server);
        let connected = match self.timeout {
            None => connecting.await?,
            Some(timeout) => tokio::time::timeout(timeout, connecting)
                .await
                .map_err(io::Error::from)??,
        };
        Ok(connected)
    }

    /// TCP with reqwest's settings: a peer that has gone silently is noticed after half a minute or so.
    pub(super) fn http() -> HttpConnector {
        const PROBE_AFTER: Duration = Duration::from_secs(15);
        let mut http = HttpConnector::new();
        http.set_nodelay(true);
        http.set_keepalive(Some(PROBE_AFTER));
        http.set_keepalive_interval(Some(PROBE_AFTER));
        http.set_keepalive_retries(Some(3));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        http.set_tcp_user_timeout(Some(Duration::from_secs(30)));
        http
    }
}

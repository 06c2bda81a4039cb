//! [`Connector`]: opens connections, within a time.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use tower_service::Service;

use crate::common::BoxError;

/// TCP, and TLS over it where the URL asks for it.
#[cfg(feature = "tls")]
pub(super) type Wire = hyper_rustls::HttpsConnector<HttpConnector>;
#[cfg(not(feature = "tls"))]
pub(super) type Wire = HttpConnector;

/// Opens connections. The pool clones it with each request, so that this has to cost little.
#[derive(Clone)]
pub(super) struct Connector {
    shared: Arc<Shared>,
}

struct Shared {
    wire: Wire,
    timeout: Option<Duration>,
}

impl Connector {
    pub(super) fn new(wire: Wire, timeout: Option<Duration>) -> Self {
        Connector {
            shared: Arc::new(Shared { wire, timeout }),
        }
    }

    /// TCP, set up as reqwest sets it up: a peer that has gone without a word is noticed after half a minute or so.
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

impl Service<Uri> for Connector {
    type Response = <Wire as Service<Uri>>::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(())) // as the wire is, always
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = self.shared.wire.clone().call(uri);
        let timeout = self.shared.timeout;
        Box::pin(async move {
            let connected = match timeout {
                None => connecting.await?,
                Some(timeout) => tokio::time::timeout(timeout, connecting)
                    .await
                    .map_err(io::Error::from)??,
            };
            Ok(connected)
        })
    }
}

//! [`Connection`]: one client, from its first byte to its end.

use std::sync::Arc;
use std::time::Duration;

use http::Extensions;
use rpc_core::Excerpt;
use rpc_tokio::Stream;
#[cfg(feature = "tls")]
use rpc_tokio::defaults::HANDSHAKE_TIMEOUT;
#[cfg(feature = "tls")]
use rpc_tokio::server::Tls;
use rpc_tokio::server::{Peer, Stopping, linger};
use tokio::io::{AsyncRead, AsyncWrite};

use super::settings::Settings;
use crate::alive::watch;
use crate::defaults::CLOSE;
use crate::outbox::shut_down;
use crate::run::{Ended, Role, run};

/// All that a connection needs.
pub(super) struct Connection {
    pub(super) settings: Arc<Settings>,
    pub(super) keep_alive: Duration,
    pub(super) peer: Peer,
    pub(super) stopping: Stopping,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Tls>,
}

impl Connection {
    pub(super) async fn serve(self, stream: Stream) {
        let write_timeout = self.settings.bounds.write_timeout;
        if let Err(error) = watch(&stream, self.keep_alive, write_timeout) {
            let error = Excerpt::for_log(error);
            return tracing::debug!(peer = %self.peer, %error, "no connection");
        }
        #[cfg(feature = "tls")]
        if let Some(tls) = self.tls.clone() {
            // Boxed, so that a connection without TLS takes no room for it.
            return Box::pin(self.exchange_over(tls, stream)).await;
        }
        self.exchange(stream, Extensions::new()).await;
    }

    #[cfg(feature = "tls")]
    async fn exchange_over(self, tls: Tls, stream: Stream) {
        let peer = self.peer;
        match tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await {
            Ok(Ok((stream, certificates))) => {
                let mut extensions = Extensions::new();
                extensions.insert(certificates);
                self.exchange(stream, extensions).await;
            }
            Ok(Err(error)) => {
                let error = Excerpt::for_log(error);
                tracing::debug!(%peer, %error, "a TLS handshake failed");
            }
            Err(_elapsed) => tracing::debug!(%peer, "a TLS handshake took too long"),
        }
    }

    async fn exchange<I>(self, mut stream: I, extensions: Extensions)
    where
        I: AsyncRead + AsyncWrite + Unpin,
    {
        let session = self.settings.session(Some(self.peer), extensions);
        let stop = self.stopping.begun();
        let bounds = self.settings.bounds;
        let ended = run(&mut stream, session, bounds, Role::Server, stop).await;
        let shown = Excerpt::for_log(&ended);
        tracing::debug!(peer = %self.peer, ended = %shown, "a connection has ended");
        if !matches!(ended, Ended::Failed(_) | Ended::Unread) {
            shut_down(&mut stream, CLOSE).await;
            linger(&mut stream).await;
        }
    }
}

//! [`Keeper`]: the task that keeps the connection of a link.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use rpc_core::transport::TransportFailure;
use rpc_core::{Client, Excerpt, Peer, TransportError};
use tokio::sync::watch;

use super::backoff::Backoff;
use super::dial::{Dial, LinkSettings};

/// The state of a connection.
#[derive(Clone)]
pub(super) enum State {
    /// The first attempt is under way.
    Beginning,
    Connected(Client<Peer>),
    /// The first attempt has failed.
    Failed(NotConnected),
    /// The connection was lost, and so far it could not be made again.
    Lost(Option<NotConnected>),
}

/// Why there is no connection.
#[derive(Debug, Clone)]
pub(super) struct NotConnected(Arc<dyn Error + Send + Sync>);

impl NotConnected {
    /// What calls fail with.
    pub(super) fn into_failure(self) -> TransportFailure {
        TransportError::new("could not connect to the server", self)
            .not_run()
            .into()
    }
}

impl fmt::Display for NotConnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for NotConnected {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// The task that keeps a connection.
pub(super) struct Keeper<D> {
    pub(super) dial: Arc<D>,
    pub(super) settings: LinkSettings,
    /// Closed when there is no client any more.
    pub(super) state: watch::Sender<State>,
}

impl<D: Dial> Keeper<D> {
    pub(super) async fn keep(self) {
        let mut backoff = Backoff::new(self.settings.max_backoff);
        let mut was_connected = false;
        while !self.state.is_closed() {
            match self.connect().await {
                Ok(connection) => {
                    was_connected = true;
                    backoff.reset();
                    self.run(connection).await;
                    self.state.send_replace(State::Lost(None));
                }
                Err(error) => {
                    self.log(&error, "could not connect");
                    if !was_connected {
                        self.state.send_replace(State::Failed(error));
                        return;
                    }
                    self.state.send_replace(State::Lost(Some(error)));
                }
            }
            tokio::select! {
                () = tokio::time::sleep(backoff.next_pause()) => {}
                () = self.state.closed() => {}
            }
        }
    }

    async fn connect(&self) -> Result<D::Connection, NotConnected> {
        let limit = self.settings.connect_timeout;
        let connecting = tokio::time::timeout(limit, self.dial.connect());
        let connected = tokio::select! {
            connected = connecting => connected
                .unwrap_or_else(|_elapsed| Err("the server did not answer in time".into())),
            () = self.state.closed() => Err("no client is left".into()),
        };
        connected.map_err(|error| NotConnected(error.into()))
    }

    async fn run(&self, connection: D::Connection) {
        let session = self.settings.session.clone();
        let session = session.endpoint(&self.dial.destination()).build();
        self.state.send_replace(State::Connected(session.peer()));
        let running = self.dial.run(connection, session, self.state.closed());
        if let Err(error) = running.await {
            self.log(&error, "the connection was lost");
        }
    }

    fn log(&self, error: &dyn fmt::Display, what: &'static str) {
        let error = Excerpt::for_log(error);
        tracing::debug!(address = self.dial.destination(), %error, "{what}");
    }
}

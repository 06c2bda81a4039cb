//! [`Link`]: the connection of a client, and the task that keeps it.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, Uri};
use hyper_util::rt::TokioIo;
use rpc_core::session::{Session, SessionBuilder};
use rpc_core::transport::TransportFailure;
use rpc_core::{Client, Excerpt, Peer, TimeoutError, TransportError};
use rpc_tokio::client::Backoff;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio_websockets::{ClientBuilder, WebSocketStream};

use super::super::error::BoxError;
use super::super::lean::address::Address;
use super::super::lean::connector::Connector;
use super::super::log::shown_url;
use crate::websocket::{Bounds, Ended, Role, run};

/// Where a client connects to, and how.
pub(super) struct Target {
    pub(super) connector: Connector,
    /// For the connection and the handshake together.
    pub(super) connect_timeout: Duration,
    pub(super) max_backoff: Duration,
    pub(super) headers: HeaderMap,
    pub(super) address: Address,
    pub(super) bounds: Bounds,
    pub(super) session: SessionBuilder,
}

/// The connection of a client. A task keeps it as long as the link lives.
pub(super) struct Link {
    target: Arc<Target>,
    /// `None` until the first call.
    state: Mutex<Option<watch::Receiver<State>>>,
}

#[derive(Clone)]
enum State {
    /// The first attempt is under way.
    Beginning,
    Connected(Client<Peer>),
    /// The first attempt has failed.
    Failed(Arc<BoxError>),
    /// The connection was lost, and so far it could not be made again.
    Lost(Option<Arc<BoxError>>),
}

/// Why there is no connection.
#[derive(Debug, Clone)]
struct NotConnected(Arc<BoxError>);

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

impl Link {
    pub(super) fn new(target: Target) -> Self {
        Link {
            target: Arc::new(target),
            state: Mutex::new(None),
        }
    }

    pub(super) fn shown_url(&self) -> String {
        self.target.shown_url()
    }

    fn lock(&self) -> MutexGuard<'_, Option<watch::Receiver<State>>> {
        // Nothing under the lock panics half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The other end, as soon as there is a connection. Fails if the first attempt to connect does.
    pub(super) async fn connected(&self) -> Result<Client<Peer>, TransportFailure> {
        let mut state = self.state();
        loop {
            match &*state.borrow_and_update() {
                State::Connected(peer) if !peer.transport().is_closed() => return Ok(peer.clone()),
                State::Failed(error) => return Err(could_not_connect(error)),
                State::Connected(_) | State::Beginning | State::Lost(_) => {}
            }
            // The task is gone if its runtime is, and a later call starts another.
            if state.changed().await.is_err() {
                let error = TransportError::message("the runtime of the connection has ended");
                return Err(error.not_run().into());
            }
        }
    }

    /// Why there is no connection, for a call whose time is over.
    pub(super) fn not_connected(&self) -> TransportFailure {
        let state = self.lock().as_ref().map(|state| state.borrow().clone());
        match state {
            Some(State::Failed(error) | State::Lost(Some(error))) => could_not_connect(&error),
            _ => TimeoutError::Connect.into(),
        }
    }

    /// The state of the connection. The first call starts the task that keeps it, and so does one that finds it gone.
    fn state(&self) -> watch::Receiver<State> {
        let mut state = self.lock();
        if let Some(state) = &*state
            && state.has_changed().is_ok()
        {
            return state.clone();
        }
        let (sender, receiver) = watch::channel(State::Beginning);
        let keeper = Keeper {
            target: Arc::clone(&self.target),
            state: sender,
        };
        tokio::spawn(keeper.keep());
        *state = Some(receiver.clone());
        receiver
    }
}

fn could_not_connect(error: &Arc<BoxError>) -> TransportFailure {
    let error = NotConnected(Arc::clone(error));
    TransportError::new("could not connect to the server", error)
        .not_run()
        .into()
}

/// The task that keeps a connection.
struct Keeper {
    target: Arc<Target>,
    /// Closed when there is no client any more.
    state: watch::Sender<State>,
}

impl Keeper {
    async fn keep(self) {
        let mut backoff = Backoff::new(self.target.max_backoff);
        let mut was_connected = false;
        while !self.state.is_closed() {
            match self.target.connect().await {
                Ok(socket) => {
                    was_connected = true;
                    backoff.reset();
                    self.run(socket).await;
                    self.state.send_replace(State::Lost(None));
                }
                Err(error) => {
                    let error = Arc::new(error);
                    let shown = Excerpt::for_log(&*error);
                    tracing::debug!(address = self.target.shown_url(), error = %shown, "could not connect");
                    if !was_connected {
                        self.state.send_replace(State::Failed(error));
                        return;
                    }
                    self.state.send_replace(State::Lost(Some(error)));
                }
            }
            tokio::time::sleep(backoff.next_pause()).await;
        }
    }

    async fn run<I: AsyncRead + AsyncWrite + Unpin>(&self, socket: WebSocketStream<I>) {
        let session: Session = self.target.session.clone().build();
        self.state.send_replace(State::Connected(session.peer()));
        let ended = run(
            socket,
            session,
            self.target.bounds,
            Role::Client,
            self.state.closed(),
        )
        .await;
        if !matches!(ended, Ended::Stopped) {
            let shown = Excerpt::for_log(&ended);
            tracing::debug!(address = self.target.shown_url(), error = %shown, "the connection was lost");
        }
    }
}

impl Target {
    fn shown_url(&self) -> String {
        let uri = &self.address.uri;
        let scheme = match uri.scheme_str() {
            Some("https") => "wss",
            _ => "ws",
        };
        let authority = uri.authority().map_or("", |it| it.as_str());
        shown_url(&format!("{scheme}://{authority}"), uri.path())
    }

    async fn connect(
        &self,
    ) -> Result<WebSocketStream<impl AsyncRead + AsyncWrite + Unpin + use<>>, BoxError> {
        match tokio::time::timeout(self.connect_timeout, self.shake_hands()).await {
            Ok(connected) => connected,
            Err(_elapsed) => Err("the server did not answer in time".into()),
        }
    }

    async fn shake_hands(
        &self,
    ) -> Result<WebSocketStream<impl AsyncRead + AsyncWrite + Unpin + use<>>, BoxError> {
        let io = self.connector.connect(self.address.server.clone()).await?;
        let uri: Uri = self.address.uri.clone();
        let mut handshake = ClientBuilder::from_uri(uri).limits(self.bounds.limits());
        for (name, value) in &self.headers {
            handshake = handshake.add_header(name.clone(), value.clone())?;
        }
        let (socket, _response) = handshake.connect_on(TokioIo::new(io)).await?;
        Ok(socket)
    }
}

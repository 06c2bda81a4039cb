//! [`Link`]: one connection over which both ends talk, which reconnects.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rpc_core::transport::{
    Destination, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use rpc_core::{Client, Execution, Peer, TimeoutError, Transport, TransportError};
use tokio::sync::watch;
use tokio::time::Instant;

use super::dial::{Dial, LinkSettings};
use super::keeper::{Keeper, State};
use super::timeout::{asleep, now};
use crate::permits::Permits;

/// One connection over which both ends talk, which reconnects. A clone shares it. It is closed when the last clone and the last
/// of its streams are dropped.
///
/// It connects when the first call needs it. If that fails, the call fails. If the connection is lost, it connects again, with
/// growing pauses. As many calls are in flight as the session's limits allow, and the others wait. Calls whose message was not written
/// yet wait for the new connection, unless they are to [fail fast](TransportRequest::fails_fast). Those that may have run fail, and so
/// do streams.
pub struct Link<D>(Arc<Shared<D>>);

struct Shared<D> {
    dial: Arc<D>,
    settings: LinkSettings,
    /// Bounds the calls in flight. The others wait for their turn.
    permits: Permits,
    /// What the task that keeps the connection says about it. `None` until the first call.
    state: Mutex<Option<watch::Receiver<State>>>,
}

impl<D: Dial> Link<D> {
    /// A link without a connection.
    pub fn new(dial: D, settings: LinkSettings) -> Self {
        let max_calls = settings.session.duplex_limits().max_calls;
        Link(Arc::new(Shared {
            dial: Arc::new(dial),
            permits: Permits::new(max_calls),
            settings,
            state: Mutex::new(None),
        }))
    }

    /// How it connects.
    pub fn dial(&self) -> &D {
        &self.0.dial
    }

    /// Sends a message, and sends it again over a new connection if it certainly was not written.
    async fn attempt<T, F>(
        &self,
        mut message: TransportRequest,
        send: impl Fn(Client<Peer>, TransportRequest) -> F,
    ) -> Result<T, TransportFailure>
    where
        F: Future<Output = Result<T, TransportFailure>>,
    {
        let timeout = message.timeout_or(self.0.settings.timeout);
        let started = Instant::now();
        let left = || timeout.saturating_sub(started.elapsed());
        let loss = match message.fails_fast {
            true => Loss::Fails,
            false => Loss::Waits,
        };
        loop {
            let peer = self.0.connected_within(left(), loss).await?;
            message.timeout = Some(left());
            match send(peer.clone(), message.clone()).await {
                Err(failure) if loss == Loss::Waits && was_lost_unsent(&failure, &peer) => {}
                sent => return sent,
            }
        }
    }
}

impl<D: Dial> Transport for Link<D> {
    async fn send(
        &self,
        mut message: TransportRequest,
    ) -> Result<TransportReply, TransportFailure> {
        let timeout = message.timeout_or(self.0.settings.timeout);
        let started = Instant::now();
        let acquiring = tokio::time::timeout(timeout, self.0.permits.acquire());
        let Ok(_permit) = acquiring.await else {
            return Err(TimeoutError::Turn.into());
        };
        message.timeout = Some(timeout.saturating_sub(started.elapsed()));
        self.attempt(message, |peer, message| async move {
            peer.transport().send(message).await
        })
        .await
    }

    async fn open(&self, call: TransportRequest) -> Result<TransportStream, TransportFailure> {
        let opened = self.attempt(call, |peer, call| async move {
            peer.transport().open(call).await
        });
        let stream = opened.await?;
        // The connection stays open for its streams, even if there is no client any more.
        Ok(stream.keep(self.clone()))
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        asleep(duration)
    }

    fn now(&self) -> std::time::Instant {
        now()
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::new(self.0.dial.destination()))
    }
}

/// What becomes of a call that needs a connection that was lost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loss {
    /// It waits for the next one.
    Waits,
    /// It fails, since its caller has another server.
    Fails,
}

fn lost() -> TransportFailure {
    let error = TransportError::message("the connection was lost, and is not back yet");
    error.not_run().into()
}

/// Whether a message was not written, since its connection was closed first.
fn was_lost_unsent(failure: &TransportFailure, peer: &Client<Peer>) -> bool {
    let is_unsent =
        matches!(failure, TransportFailure::Error(error) if error.execution() == Execution::NotRun);
    is_unsent && peer.transport().is_closed()
}

impl<D: Dial> Shared<D> {
    fn lock(&self) -> MutexGuard<'_, Option<watch::Receiver<State>>> {
        // Nothing under the lock panics half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn connected_within(
        &self,
        limit: Duration,
        loss: Loss,
    ) -> Result<Client<Peer>, TransportFailure> {
        match tokio::time::timeout(limit, self.connected(loss)).await {
            Ok(connected) => connected,
            Err(_elapsed) => Err(self.not_connected()),
        }
    }

    /// The other end, as soon as there is a connection. Fails if the first attempt to connect does.
    async fn connected(&self, loss: Loss) -> Result<Client<Peer>, TransportFailure> {
        let mut state = self.state();
        loop {
            match &*state.borrow_and_update() {
                State::Connected(peer) if !peer.transport().is_closed() => return Ok(peer.clone()),
                State::Failed(error) => return Err(error.clone().into_failure()),
                State::Lost(Some(error)) if loss == Loss::Fails => {
                    return Err(error.clone().into_failure());
                }
                State::Connected(_) | State::Lost(None) if loss == Loss::Fails => {
                    return Err(lost());
                }
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
    fn not_connected(&self) -> TransportFailure {
        let state = self.lock().as_ref().map(|state| state.borrow().clone());
        match state {
            Some(State::Failed(error) | State::Lost(Some(error))) => error.into_failure(),
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
            dial: Arc::clone(&self.dial),
            settings: self.settings.clone(),
            state: sender,
        };
        tokio::spawn(keeper.keep());
        *state = Some(receiver.clone());
        receiver
    }
}

impl<D> Clone for Link<D> {
    fn clone(&self) -> Self {
        Link(Arc::clone(&self.0))
    }
}

impl<D: Dial> fmt::Debug for Link<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("destination", &self.0.dial.destination())
            .field("settings", &self.0.settings)
            .finish_non_exhaustive()
    }
}

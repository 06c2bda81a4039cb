//! [`Shared`]: what a channel's calls and its driver share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rpc_core::transport::TransportFailure;
use rpc_core::{TimeoutError, TransportError};
use tokio::sync::Notify;

use super::pending::PendingCalls;
use super::protocol::{ChannelError, Protocol};
use crate::defaults::{CALL_TIMEOUT, CONNECT_TIMEOUT, MAX_BACKOFF, MAX_IN_FLIGHT_PER_CONNECTION};

/// What holds for every call of a [`Channel`](super::Channel).
#[derive(Debug, Clone)]
pub struct ChannelSettings {
    /// How long a call without its own timeout may take, including the wait for its turn and for a connection. Default
    /// [`CALL_TIMEOUT`].
    pub timeout: Duration,
    /// How many calls may be in flight at the same time, at least 1. Any more wait for their turn. Default
    /// [`MAX_IN_FLIGHT_PER_CONNECTION`].
    pub max_in_flight: usize,
    /// How long one attempt to connect may take. Default [`CONNECT_TIMEOUT`].
    pub connect_timeout: Duration,
    /// The longest pause between two attempts to connect. Default [`MAX_BACKOFF`].
    pub max_backoff: Duration,
}

impl Default for ChannelSettings {
    fn default() -> Self {
        ChannelSettings {
            timeout: CALL_TIMEOUT,
            max_in_flight: MAX_IN_FLIGHT_PER_CONNECTION,
            connect_timeout: CONNECT_TIMEOUT,
            max_backoff: MAX_BACKOFF,
        }
    }
}

/// What calls and the driver share. The driver ends when there are no more channels, so it must not keep one.
pub(super) struct Shared<P: Protocol> {
    pub(super) protocol: P,
    pub(super) settings: ChannelSettings,
    pub(super) pending: PendingCalls<P::Key>,
    /// Why there is no connection when there should be one.
    failure: Mutex<Option<Arc<P::Error>>>,
    pub(super) is_connected: AtomicBool,
    /// Whether it waits before it connects again.
    is_pausing: AtomicBool,
    /// Told when that begins.
    pause_begins: Notify,
}

impl<P: Protocol> Shared<P> {
    pub(super) fn new(protocol: P, settings: ChannelSettings) -> Self {
        Shared {
            protocol,
            settings,
            pending: PendingCalls::default(),
            failure: Mutex::new(None),
            is_connected: AtomicBool::new(false),
            is_pausing: AtomicBool::new(false),
            pause_begins: Notify::new(),
        }
    }

    /// Why a call has no reply in its time. `entered`: its key, if its turn has come.
    pub(super) fn overdue(&self, entered: Option<&P::Key>) -> TransportFailure {
        let Some(key) = entered else {
            return TimeoutError::Turn.into();
        };
        // If it was not sent, it is not sent any more.
        if !self.pending.withdraw(key) {
            return TimeoutError::Reply.into();
        }
        match self.failure().clone() {
            None if self.is_connected.load(Ordering::Relaxed) => TimeoutError::Turn.into(),
            None => TimeoutError::Connect.into(),
            Some(cause) => could_not_connect(cause),
        }
    }

    /// Waits before it connects again.
    pub(super) async fn pause(&self, pause: Duration) {
        self.is_pausing.store(true, Ordering::SeqCst);
        self.pause_begins.notify_waiters();
        tokio::time::sleep(pause).await;
        self.is_pausing.store(false, Ordering::SeqCst);
    }

    /// Completes as soon as there is no connection and none is made, unless the call with this key may have been sent by then. The
    /// call is not sent any more. Its caller would rather try another server than wait.
    pub(super) async fn fails_fast(&self, key: &P::Key) -> TransportFailure {
        loop {
            let pause_begins = self.pause_begins.notified();
            if self.is_pausing.load(Ordering::SeqCst) && self.pending.withdraw(key) {
                return match self.failure().clone() {
                    Some(cause) => could_not_connect(cause),
                    None => lost(),
                };
            }
            pause_begins.await;
        }
    }

    pub(super) fn failure(&self) -> MutexGuard<'_, Option<Arc<P::Error>>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lost() -> TransportFailure {
    let error = TransportError::message("the connection was lost, and is not back yet");
    error.not_run().into()
}

fn could_not_connect<E: std::error::Error + From<ChannelError<E>> + Send + Sync + 'static>(
    cause: Arc<E>,
) -> TransportFailure {
    let cause = E::from(ChannelError::NotConnected(cause));
    let error = TransportError::new("could not connect", cause);
    error.not_run().into()
}

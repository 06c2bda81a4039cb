//! [`Origin`]: what a message has from its connection and its server.

use std::any::{Any, TypeId};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use rpc_core::transport::Attachment;

use super::jobs::client_gone;
use super::{Peer, Values};

/// What a message has from its connection and its server: the [`Peer`] and the server's [`Values`], which methods find in their
/// context, the time that its client waits, and a permit, which is held until everything that the message asks for is done.
///
/// It also tells the calls that want to know when the client [has gone](super::ConnectionJobs::client_has_gone).
///
/// ```
/// use rpc_core::RequestMetadata;
/// use rpc_tokio::server::{Origin, Peer, Values};
/// # use rpc_tokio::Permit;
///
/// fn metadata(peer: Peer, permit: Permit) -> RequestMetadata {
///     let origin = Origin::new(permit).peer(peer).values(Values::default());
///     RequestMetadata::attached(Default::default(), Default::default(), origin)
/// }
/// ```
pub struct Origin<P> {
    peer: Option<Peer>,
    values: Values,
    deadline: Option<Instant>,
    permit: P,
}

impl<P> Origin<P> {
    /// An origin with a permit, without a peer and values.
    #[inline]
    pub fn new(permit: P) -> Self {
        Origin {
            peer: None,
            values: Values::default(),
            deadline: None,
            permit,
        }
    }

    /// The permit.
    #[inline]
    pub fn permit(&self) -> &P {
        &self.permit
    }

    /// Sets the peer that sent the message. If it is not set, the peer may still be among the message's extensions.
    #[must_use]
    #[inline]
    pub fn peer(mut self, peer: impl Into<Option<Peer>>) -> Self {
        self.peer = peer.into();
        self
    }

    /// Sets the values that the server gives to all its methods.
    #[must_use]
    #[inline]
    pub fn values(mut self, values: Values) -> Self {
        self.values = values;
        self
    }

    /// Sets how long the client still waits, now that its message has come, if it [says so](rpc_core::transport::read_timeout).
    #[must_use]
    #[inline]
    pub fn waits(mut self, timeout: Option<Duration>) -> Self {
        // Only now: reading the clock costs more than all the rest.
        let deadline = |timeout| tokio::time::Instant::now().checked_add(timeout);
        let deadline = timeout.and_then(deadline);
        self.deadline = deadline.map(tokio::time::Instant::into_std);
        self
    }

    /// Sets until when the client waits. Unlike [`waits`](Self::waits), this does not look at the clock.
    #[must_use]
    #[inline]
    pub fn until(mut self, deadline: Option<Instant>) -> Self {
        self.deadline = deadline;
        self
    }
}

impl<P: Send + Sync + 'static> Attachment for Origin<P> {
    fn value(&self, of: TypeId) -> Option<&(dyn Any + Send + Sync)> {
        match &self.peer {
            Some(peer) if of == TypeId::of::<Peer>() => Some(peer),
            _ => self.values.get(of),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    fn client_gone(&self) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        Some(client_gone())
    }
}

impl<P> fmt::Debug for Origin<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Origin")
            .field("peer", &self.peer)
            .field("values", &self.values)
            .finish_non_exhaustive()
    }
}

//! Tells an endpoint who calls it, without the request's extensions, which cost three allocations per request.
//!
//! [`serve`](super::serve()) takes any tower service, and tells it the [`Peer`] in the only way that they all know: as an
//! extension. An [`Endpoint`](super::Endpoint) is told while it is called.

use std::any::TypeId;
use std::cell::Cell;
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use rpc_tokio::server::Peer;

/// The types of endpoints. `serve` can't see in a type parameter whether it is one.
static ENDPOINTS: LazyLock<Mutex<HashSet<TypeId>>> = LazyLock::new(Mutex::default);

thread_local! {
    /// The peer for which an endpoint is being called on this thread.
    static PEER: Cell<Option<Peer>> = const { Cell::new(None) };
}

/// Notes that a type is an endpoint.
pub(super) fn note_endpoint<A: 'static>() {
    endpoints().insert(TypeId::of::<A>());
}

/// Whether a type is an endpoint, and not a service around one.
pub(super) fn is_endpoint<A: 'static>() -> bool {
    endpoints().contains(&TypeId::of::<A>())
}

fn endpoints() -> MutexGuard<'static, HashSet<TypeId>> {
    // Nothing under the lock panics half-way.
    ENDPOINTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Calls an endpoint for a peer.
#[inline]
pub(super) fn call_for<T>(peer: Peer, call: impl FnOnce() -> T) -> T {
    PEER.set(Some(peer));
    call()
}

/// Takes the peer for which the endpoint is called. `None` if the caller is not `serve`.
#[inline]
pub(super) fn take_peer() -> Option<Peer> {
    PEER.take()
}

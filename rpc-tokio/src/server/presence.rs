//! [`Presence`]: whether a connection's client is still there, for the calls that want to know.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Whether a connection's client is still there.
#[derive(Debug, Default)]
pub(super) struct Presence {
    is_gone: AtomicBool,
    /// Whether a call has ever asked.
    is_awaited: AtomicBool,
    told: Notify,
}

impl Presence {
    pub(super) fn gone() -> Self {
        let presence = Presence::default();
        presence.has_gone();
        presence
    }

    pub(super) fn has_gone(&self) {
        self.is_gone.store(true, Ordering::SeqCst);
        self.tell();
    }

    /// Wakes those who wait, so that they look again.
    pub(super) fn tell(&self) {
        self.told.notify_waiters();
    }

    pub(super) fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::SeqCst)
    }

    #[inline]
    pub(super) fn is_awaited(&self) -> bool {
        self.is_awaited.load(Ordering::Relaxed)
    }

    pub(super) async fn until_gone(&self) {
        self.is_awaited.store(true, Ordering::Relaxed);
        loop {
            let mut told = std::pin::pin!(self.told.notified());
            // From here on a notification is not missed.
            told.as_mut().enable();
            if self.is_gone() {
                return;
            }
            told.await;
        }
    }
}

//! [`Stopping`]: tells a connection when to come to an end.

use std::future::pending;

use tokio::sync::watch;

use crate::defaults::STOP_GRACE;

/// Tells a connection when to come to an end.
#[derive(Debug, Clone)]
pub struct Stopping(watch::Receiver<()>);

impl Stopping {
    pub(super) fn new(signal: watch::Receiver<()>) -> Self {
        Stopping(signal)
    }

    /// Whether the signal to stop has come.
    pub fn has_begun(&self) -> bool {
        // The value is never marked as seen, so that it stays a change.
        self.0.has_changed().unwrap_or(true)
    }

    /// Waits for the signal to stop.
    pub async fn begun(mut self) {
        if self.0.changed().await.is_err() {
            // The connection is being broken off.
            pending().await
        }
    }

    /// Waits until [`STOP_GRACE`] after the signal to stop. Until then, requests are still accepted, since one may be
    /// on its way already.
    pub async fn grace_is_over(self) {
        self.begun().await;
        tokio::time::sleep(STOP_GRACE).await;
    }

    /// Whether everything is broken off: the deadline is over, or the server's future was dropped.
    pub(super) fn is_broken_off(&self) -> bool {
        self.0.has_changed().is_err()
    }

    pub(super) async fn broken_off(mut self) {
        while self.0.changed().await.is_ok() {}
    }
}

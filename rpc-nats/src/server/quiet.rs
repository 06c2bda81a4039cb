//! [`Quiet`]: lets nothing be published for a moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Lets nothing be published for a moment. A clone shares the state.
#[derive(Debug, Clone, Default)]
pub(super) struct Quiet(Arc<State>);

#[derive(Debug, Default)]
struct State {
    is_quiet: AtomicBool,
    is_over: Notify,
}

/// Until this is dropped, nothing is published.
#[derive(Debug)]
pub(super) struct Silence(Quiet);

impl Quiet {
    pub(super) fn begin(&self) -> Silence {
        self.0.is_quiet.store(true, Ordering::SeqCst);
        Silence(self.clone())
    }

    /// Waits while nothing may be published.
    pub(super) async fn until_over(&self) {
        while self.0.is_quiet.load(Ordering::SeqCst) {
            let mut over = std::pin::pin!(self.0.is_over.notified());
            // From here on a notification is not missed.
            over.as_mut().enable();
            if self.0.is_quiet.load(Ordering::SeqCst) {
                over.await;
            }
        }
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        let Silence(Quiet(state)) = self;
        state.is_quiet.store(false, Ordering::SeqCst);
        state.is_over.notify_waiters();
    }
}

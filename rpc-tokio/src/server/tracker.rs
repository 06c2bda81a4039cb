//! [`Tracker`]: counts what is still running, and waits until nothing is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Counts what is still running, and waits until nothing is. A clone shares the count.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tracker(Arc<Count>);

#[derive(Debug, Default)]
struct Count {
    running: AtomicUsize,
    none_left: Notify,
}

/// Counts until it is dropped.
#[derive(Debug)]
pub(crate) struct Tracked(Arc<Count>);

impl Tracker {
    pub(crate) fn track(&self) -> Tracked {
        self.0.running.fetch_add(1, Ordering::SeqCst);
        Tracked(Arc::clone(&self.0))
    }

    pub(crate) fn running(&self) -> usize {
        self.0.running.load(Ordering::SeqCst)
    }

    pub(crate) async fn until_none(&self) {
        loop {
            let mut none_left = std::pin::pin!(self.0.none_left.notified());
            // From here on a notification is not missed.
            none_left.as_mut().enable();
            if self.running() == 0 {
                return;
            }
            none_left.await;
        }
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        if self.0.running.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.none_left.notify_waiters();
        }
    }
}

//! [`OpenStreams`]: how many requests a connection of HTTP/2 has under way.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant};

use futures_util::task::AtomicWaker;

/// How many requests a connection of HTTP/2 has under way. The task of the connection is woken when the last of them ends, so
/// that it sees when it has become idle.
#[derive(Debug, Default)]
pub(super) struct OpenStreams {
    open: AtomicUsize,
    /// When the last of them ended.
    ended: Mutex<Option<Instant>>,
    connection: AtomicWaker,
}

impl OpenStreams {
    pub(super) fn is_any_open(&self) -> bool {
        self.open.load(Ordering::Acquire) > 0
    }

    /// Whether none is open, and none was so long ago.
    pub(super) fn are_idle_for(&self, time: Duration) -> bool {
        !self.is_any_open() && self.ended().is_none_or(|ended| ended.elapsed() >= time)
    }

    /// Wakes this task when the last stream ends.
    pub(super) fn wake(&self, connection: &Waker) {
        self.connection.register(connection);
    }

    pub(super) fn open(&self) {
        self.open.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn close(&self) {
        if self.open.fetch_sub(1, Ordering::AcqRel) == 1 {
            *self.ended() = Some(Instant::now());
            self.connection.wake();
        }
    }

    fn ended(&self) -> MutexGuard<'_, Option<Instant>> {
        // Nothing under the lock panics half-way.
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

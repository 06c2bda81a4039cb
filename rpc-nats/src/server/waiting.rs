//! [`Waiting`]: the replies that wait to be sent again, and how many there may be.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::defaults::{KEPT_BYTES, KEPT_REPLIES};

/// The replies that wait to be sent again. A clone shares the count.
#[derive(Debug, Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<Count>>);

#[derive(Debug, Default)]
struct Count {
    replies: usize,
    bytes: usize,
}

/// A reply that waits, until this is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    waiting: Waiting,
    bytes: usize,
}

impl Waiting {
    /// Lets a reply of this size wait; `None` if too many wait already.
    pub(super) fn enter(&self, bytes: usize) -> Option<Turn> {
        let mut count = self.lock();
        if count.replies >= KEPT_REPLIES || count.bytes + bytes > KEPT_BYTES {
            return None;
        }
        count.replies += 1;
        count.bytes += bytes;
        Some(Turn {
            waiting: self.clone(),
            bytes,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().replies == 0
    }

    fn lock(&self) -> MutexGuard<'_, Count> {
        // Nothing under the lock panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut count = self.waiting.lock();
        count.replies -= 1;
        count.bytes -= self.bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_wait_than_are_kept() {
        let waiting = Waiting::default();
        let turns: Vec<_> = (0..KEPT_REPLIES).map(|_| waiting.enter(1)).collect();
        assert!(turns.iter().all(Option::is_some));
        assert!(waiting.enter(1).is_none());
        drop(turns);
        assert!(waiting.is_empty());

        let large = waiting.enter(KEPT_BYTES - 1);
        let small = waiting.enter(1);
        assert!(large.is_some() && small.is_some());
        assert!(waiting.enter(1).is_none());
        drop(small);
        assert!(waiting.enter(1).is_some());
    }
}

//! [`Pause`]: the time in which a server that refuses batches gets none.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::limits::BATCHING_MAX_PAUSE;

/// Whether the server is sent batches, and when it is sent one again.
#[derive(Debug)]
pub(super) struct Pause {
    /// [`NONE`], [`ON`] or [`OVER`]. Changed only under the lock, and read without it for each call.
    state: AtomicU8,
    first: Duration,
    next: Mutex<Next>,
}

/// No batch has been refused, or one has been answered since.
const NONE: u8 = 0;
/// Calls are sent alone.
const ON: u8 = 1;
/// Batches are sent again, and none has been answered yet.
const OVER: u8 = 2;

#[derive(Debug)]
struct Next {
    /// When the pause ends. `None`: never.
    end: Option<Instant>,
    length: Duration,
}

/// A pause that begins.
pub(super) struct Begun {
    pub(super) length: Duration,
    /// Whether no batch has been refused before, since the last that was answered.
    pub(super) is_first: bool,
}

impl Pause {
    pub(super) fn new(first: Duration) -> Self {
        Pause {
            state: AtomicU8::new(NONE),
            first,
            next: Mutex::new(Next {
                end: None,
                length: first,
            }),
        }
    }

    /// Whether calls are sent alone. The clock is read only after a refusal.
    #[inline]
    pub(super) fn is_on(&self, now: impl FnOnce() -> Instant) -> bool {
        self.state.load(Ordering::Relaxed) == ON && !self.has_ended(now())
    }

    #[cold]
    fn has_ended(&self, now: Instant) -> bool {
        let next = self.lock();
        let has_ended = next.end.is_some_and(|end| end <= now);
        if has_ended {
            self.state.store(OVER, Ordering::Relaxed);
        }
        has_ended
    }

    /// Begins a pause. `None` if there is one already: several messages may be under way when the first is refused.
    pub(super) fn begin(&self, now: Instant) -> Option<Begun> {
        let mut next = self.lock();
        let is_first = match self.state.swap(ON, Ordering::Relaxed) {
            ON => return None,
            state => state == NONE,
        };
        let length = next.length;
        next.end = now.checked_add(length);
        next.length = length
            .saturating_mul(2)
            .min(BATCHING_MAX_PAUSE.max(self.first));
        Some(Begun { length, is_first })
    }

    /// A batch was answered. One that was sent before the pause ends no pause.
    #[inline]
    pub(super) fn reset(&self) {
        if self.state.load(Ordering::Relaxed) == OVER {
            self.forget();
        }
    }

    #[cold]
    fn forget(&self) {
        let mut next = self.lock();
        let was = self
            .state
            .compare_exchange(OVER, NONE, Ordering::Relaxed, Ordering::Relaxed);
        if was.is_ok() {
            next.length = self.first;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Next> {
        // Nothing panics under the lock.
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn each_refusal_in_a_row_doubles_the_pause_up_to_a_limit() {
        let pause = Pause::new(SECOND);
        let mut now = Instant::now();
        let mut lengths = Vec::new();
        for _ in 0..20 {
            assert!(!pause.is_on(|| now));
            let begun = pause.begin(now).expect("a pause");
            assert!(pause.begin(now).is_none());
            assert_eq!(begun.is_first, lengths.is_empty());
            lengths.push(begun.length);
            assert!(pause.is_on(|| now + begun.length - Duration::from_nanos(1)));
            now += begun.length;
        }
        let doubled = [1, 2, 4, 8].map(Duration::from_secs);
        assert_eq!(lengths[..4], doubled);
        assert_eq!(lengths[12..], [BATCHING_MAX_PAUSE; 8]);

        assert!(!pause.is_on(|| now));
        pause.reset();
        let begun = pause.begin(now).expect("a pause");
        assert!(begun.is_first);
        assert_eq!(begun.length, SECOND);
    }

    #[test]
    fn an_answer_from_before_the_pause_does_not_end_it() {
        let pause = Pause::new(SECOND);
        let now = Instant::now();
        pause.begin(now);
        pause.reset();
        assert!(pause.is_on(|| now));
    }

    #[test]
    fn a_pause_may_be_of_any_length() {
        let now = Instant::now();
        for (first, second) in [
            (Duration::ZERO, Duration::ZERO),
            (Duration::MAX, Duration::MAX),
            (2 * BATCHING_MAX_PAUSE, 2 * BATCHING_MAX_PAUSE),
        ] {
            let pause = Pause::new(first);
            assert_eq!(pause.begin(now).expect("a pause").length, first);
            assert_eq!(pause.is_on(|| now), !first.is_zero());
            pause.state.store(OVER, Ordering::Relaxed);
            assert_eq!(pause.begin(now).expect("a pause").length, second);
        }
    }
}

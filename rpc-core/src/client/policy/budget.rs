//! [`Budget`]: how many further attempts all calls of a client together may make.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// How many further attempts all calls of a client together may make. Each call adds a part of an attempt, and each second adds
/// some. What is not used is kept only up to a limit, so that an outage does not begin with a flood.
///
/// Clones share what they have.
#[derive(Clone)]
pub struct Budget {
    /// What each call adds, in thousandths of an attempt.
    by_call: u64,
    by_second: f64,
    /// `None`: any number.
    saved: Option<Arc<Saved>>,
}

struct Saved {
    /// In thousandths of an attempt. Most of the time there are as many as can be, so that a call only looks.
    by_calls: AtomicU64,
    by_time: Mutex<ByTime>,
}

struct ByTime {
    attempts: f64,
    /// When it was filled up last. `None` before the first attempt is taken.
    filled: Option<Instant>,
}

/// One attempt, in thousandths.
const ONE: u64 = 1000;

/// The most that calls can save up: a hundred attempts.
const MOST_BY_CALLS: u64 = 100 * ONE;

impl Budget {
    /// Adds this part of an attempt with each call, such as 0.2, and ten attempts a second.
    pub fn ratio(ratio: f64) -> Self {
        // A conversion from a float ends at the limits of the integer.
        let by_call = (ratio * ONE as f64).round() as u64;
        Budget::new(by_call, 10.0)
    }

    /// Limits only the attempts of each call.
    pub fn unlimited() -> Self {
        Budget {
            saved: None,
            ..Budget::default()
        }
    }

    fn new(by_call: u64, by_second: f64) -> Self {
        let by_time = ByTime {
            attempts: by_second,
            filled: None,
        };
        Budget {
            by_call,
            by_second,
            saved: Some(Arc::new(Saved {
                by_calls: AtomicU64::new(0),
                by_time: Mutex::new(by_time),
            })),
        }
    }

    /// Adds this many attempts a second; default 10. The result shares nothing with earlier clones.
    #[must_use]
    pub fn per_second(self, attempts: f64) -> Self {
        Budget::new(self.by_call, attempts.max(0.0))
    }

    /// A call is made.
    pub(super) fn call(&self) {
        let Some(saved) = &self.saved else {
            return;
        };
        let most = MOST_BY_CALLS.max(self.by_call);
        let more = |have: u64| (have < most).then(|| have.saturating_add(self.by_call).min(most));
        let order = Ordering::Relaxed;
        // If there are as many as can be, nothing is written.
        let _changed = saved.by_calls.fetch_update(order, order, more);
    }

    /// Takes a further attempt, if there is one.
    pub(super) fn take(&self, now: Instant) -> bool {
        let Some(saved) = &self.saved else {
            return true;
        };
        let order = Ordering::Relaxed;
        let less = |have: u64| have.checked_sub(ONE);
        self.take_by_time(&saved.by_time, now)
            || saved.by_calls.fetch_update(order, order, less).is_ok()
    }

    fn take_by_time(&self, by_time: &Mutex<ByTime>, now: Instant) -> bool {
        // Nothing under the lock panics.
        let mut by_time = by_time.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = by_time.filled.replace(now).unwrap_or(now);
        let elapsed = now.saturating_duration_since(filled).as_secs_f64();
        // No more than a second's worth.
        let most = self.by_second.max(1.0);
        by_time.attempts = (by_time.attempts + elapsed * self.by_second).min(most);
        let has_one = by_time.attempts >= 1.0;
        if has_one {
            by_time.attempts -= 1.0;
        }
        has_one
    }
}

impl Default for Budget {
    /// A fifth of the calls, and ten a second.
    fn default() -> Self {
        Budget::ratio(0.2)
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.saved.is_none() {
            return f.write_str("Budget::unlimited()");
        }
        f.debug_struct("Budget")
            .field("ratio", &(self.by_call as f64 / ONE as f64))
            .field("per_second", &self.by_second)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn taken(budget: &Budget, times: usize) -> usize {
        let now = Instant::now();
        (0..times).filter(|_| budget.take(now)).count()
    }

    #[test]
    fn a_fifth_of_the_calls_and_ten_a_second() {
        let budget = Budget::ratio(0.2).per_second(0.0);
        assert_eq!(taken(&budget, 1), 0);
        (0..50).for_each(|_| budget.call());
        assert_eq!(taken(&budget, 50), 10);
        (0..10_000).for_each(|_| budget.call());
        assert_eq!(taken(&budget, 10_000), 100);
        assert_eq!(taken(&Budget::ratio(0.0), 10), 10);
        assert_eq!(taken(&Budget::unlimited(), 10_000), 10_000);
    }

    #[test]
    fn less_than_one_a_second_adds_up() {
        let budget = Budget::ratio(0.0).per_second(0.5);
        let now = Instant::now();
        assert!(!budget.take(now));
        let later = now + Duration::from_secs(10);
        assert!(budget.take(later));
        assert!(!budget.take(later));
    }
}

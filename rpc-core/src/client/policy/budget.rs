//! [`Budget`]: how many further attempts all calls of a client together may make.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// How many further attempts all calls of a client together may make. Each call adds a part of an attempt, and each second adds
/// some. What is not used is kept only up to a limit, so that an outage does not begin with a flood.
///
/// Clones share what they have.
#[derive(Clone)]
pub struct Budget {
    ratio: f64,
    per_second: f64,
    saved: Arc<Mutex<Saved>>,
}

struct Saved {
    by_calls: f64,
    by_time: f64,
    filled: Instant,
}

/// So many attempts are kept at most that calls have added.
const MOST_BY_CALLS: f64 = 100.0;

impl Budget {
    /// Adds this part of an attempt with each call, such as 0.2, and ten attempts a second.
    pub fn ratio(ratio: f64) -> Self {
        Budget::new(ratio, 10.0)
    }

    /// No limit but that of each call.
    pub fn unlimited() -> Self {
        Budget::new(f64::INFINITY, f64::INFINITY)
    }

    fn new(ratio: f64, per_second: f64) -> Self {
        let saved = Saved {
            by_calls: 0.0,
            by_time: per_second,
            filled: Instant::now(),
        };
        Budget {
            ratio: ratio.max(0.0),
            per_second,
            saved: Arc::new(Mutex::new(saved)),
        }
    }

    /// Adds this many attempts a second; default 10.
    #[must_use]
    pub fn per_second(self, attempts: f64) -> Self {
        Budget::new(self.ratio, attempts.max(0.0))
    }

    /// A call is made.
    pub(super) fn call(&self) {
        self.change(|saved| {
            saved.by_calls = (saved.by_calls + self.ratio).min(MOST_BY_CALLS.max(self.ratio));
        });
    }

    /// Takes a further attempt, if there is one.
    pub(super) fn take(&self) -> bool {
        self.change(|saved| {
            let now = Instant::now();
            let added = now.saturating_duration_since(saved.filled).as_secs_f64() * self.per_second;
            saved.filled = now;
            // No more than a second's worth.
            saved.by_time = (saved.by_time + added).min(self.per_second);
            let from = match saved.by_time >= 1.0 {
                true => &mut saved.by_time,
                false => &mut saved.by_calls,
            };
            let has_one = *from >= 1.0;
            if has_one {
                *from -= 1.0;
            }
            has_one
        })
    }

    fn change<R>(&self, change: impl FnOnce(&mut Saved) -> R) -> R {
        // Nothing under the lock panics half-way.
        change(&mut self.saved.lock().unwrap_or_else(PoisonError::into_inner))
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
        f.debug_struct("Budget")
            .field("ratio", &self.ratio)
            .field("per_second", &self.per_second)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_of_the_calls_and_ten_a_second() {
        let budget = Budget::ratio(0.2).per_second(0.0);
        assert!(!budget.take());
        for _ in 0..50 {
            budget.call();
        }
        assert_eq!((0..50).filter(|_| budget.take()).count(), 10);
        for _ in 0..10_000 {
            budget.call();
        }
        assert_eq!((0..10_000).filter(|_| budget.take()).count(), 100);

        let budget = Budget::ratio(0.0);
        assert_eq!((0..10).filter(|_| budget.take()).count(), 10);
        let unlimited = Budget::unlimited();
        assert!((0..10_000).all(|_| unlimited.take()));
    }
}

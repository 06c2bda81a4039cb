//! [`Latencies`]: how long calls take, for sending a slow one a second time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How many recent calls are remembered.
const REMEMBERED: usize = 256;

/// How many calls have to be answered before a quantile means anything.
const ENOUGH: usize = 20;

/// After how many calls the quantile is found anew.
const RENEWED_AFTER: usize = 16;

/// How long the last calls have taken.
pub(super) struct Latencies {
    quantile: f64,
    recent: Mutex<Recent>,
    /// The quantile in microseconds. 0 before it is known.
    microseconds: AtomicU64,
}

#[derive(Default)]
struct Recent {
    microseconds: Vec<u64>,
    count: usize,
}

impl Latencies {
    pub(super) fn new(quantile: f64) -> Self {
        Latencies {
            quantile,
            recent: Mutex::default(),
            microseconds: AtomicU64::new(0),
        }
    }

    /// A call has taken this long to be answered.
    pub(super) fn note(&self, latency: Duration) {
        let latency = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let place = recent.count % REMEMBERED;
        match recent.microseconds.get_mut(place) {
            Some(oldest) => *oldest = latency,
            None => recent.microseconds.push(latency),
        }
        recent.count += 1;
        if recent.count < ENOUGH || !recent.count.is_multiple_of(RENEWED_AFTER) {
            return;
        }
        let mut sorted = recent.microseconds.clone();
        drop(recent);
        sorted.sort_unstable();
        let last = sorted.len() - 1;
        let index = (self.quantile * last as f64).ceil() as usize;
        let quantile = sorted[index.min(last)].max(1);
        self.microseconds.store(quantile, Ordering::Relaxed);
    }

    /// After how long a call is slow. `None` before that is known.
    pub(super) fn slow_after(&self) -> Option<Duration> {
        let microseconds = self.microseconds.load(Ordering::Relaxed);
        (microseconds > 0).then(|| Duration::from_micros(microseconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_follows_the_last_calls() {
        let latencies = Latencies::new(0.95);
        for milliseconds in 1..=16 {
            latencies.note(Duration::from_millis(milliseconds));
        }
        assert_eq!(latencies.slow_after(), None);
        for milliseconds in 17..=96 {
            latencies.note(Duration::from_millis(milliseconds));
        }
        let slow = latencies.slow_after().expect("enough calls");
        assert!((90..=93).contains(&slow.as_millis()), "{slow:?}");
        for _ in 0..REMEMBERED {
            latencies.note(Duration::from_millis(500));
        }
        assert_eq!(latencies.slow_after(), Some(Duration::from_millis(500)));
    }
}

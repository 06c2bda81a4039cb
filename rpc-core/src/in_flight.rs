//! [`InFlight`]: a limit on the calls or streams of all connections together.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A limit on how many calls may be in flight at the same time. A call beyond the limit is refused; it does not wait. A clone
/// shares the limit.
///
/// At least one: a bound of zero counts as one.
///
/// ```
/// use rpc_core::limits::InFlight;
///
/// let in_flight = InFlight::new(1);
/// let (first, second) = (in_flight.call(), in_flight.call());
/// assert!(first.begin() && !second.begin() && in_flight.is_full());
/// drop(first);
/// assert!(second.begin());
/// ```
#[derive(Debug, Clone)]
pub struct InFlight {
    calls: Arc<AtomicUsize>,
    most: usize,
}

/// A call that is in flight from the time that it [begins](Self::begin) until this is dropped.
#[derive(Debug)]
pub struct CallInFlight {
    in_flight: InFlight,
    has_begun: AtomicBool,
}

impl InFlight {
    /// Allows at most `most` calls, and at least one.
    pub fn new(most: usize) -> Self {
        InFlight {
            calls: Arc::default(),
            most: most.max(1),
        }
    }

    /// A call that has not begun yet. It does not count.
    #[inline]
    pub fn call(&self) -> CallInFlight {
        CallInFlight {
            in_flight: self.clone(),
            has_begun: AtomicBool::new(false),
        }
    }

    /// How many calls are allowed.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Whether no more calls may begin now.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.calls.load(Ordering::Relaxed) >= self.most
    }
}

impl CallInFlight {
    /// Counts the call. `false` if it may not begin now. It is called once.
    #[inline]
    pub fn begin(&self) -> bool {
        let InFlight { calls, most } = &self.in_flight;
        let one_more = |calls| (calls < *most).then_some(calls + 1);
        // What a call does is synchronised by other means.
        let counted = calls.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
        if counted.is_ok() {
            self.has_begun.store(true, Ordering::Relaxed);
        }
        counted.is_ok()
    }

    /// Counts a call that can't be refused any more. It is called once.
    pub(crate) fn begin_anyway(&self) {
        self.in_flight.calls.fetch_add(1, Ordering::Relaxed);
        self.has_begun.store(true, Ordering::Relaxed);
    }
}

impl Drop for CallInFlight {
    #[inline]
    fn drop(&mut self) {
        if *self.has_begun.get_mut() {
            self.in_flight.calls.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_calls_than_allowed_begin_at_once() {
        const MOST: usize = 3;
        let in_flight = InFlight::new(MOST);
        let most_seen = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..10_000 {
                        let call = in_flight.call();
                        call.begin();
                        let seen = in_flight.calls.load(Ordering::Relaxed);
                        most_seen.fetch_max(seen, Ordering::Relaxed);
                        drop(call);
                    }
                });
            }
        });
        assert!((1..=MOST).contains(&most_seen.into_inner()));
        assert_eq!(in_flight.calls.load(Ordering::Relaxed), 0);
        assert!(InFlight::new(0).call().begin());
    }
}

//! [`Permits`], [`InFlight`], [`ByteQuota`] and [`Reservation`]: bounds on what is in flight.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many calls may be in flight at the same time. A clone shares the bound.
///
/// At least one: a bound of zero counts as one, since nothing could ever be done otherwise.
///
/// ```
/// use rpc_tokio::Permits;
///
/// let permits = Permits::new(0);
/// let permit = permits.try_acquire().expect("the only one");
/// assert!(permits.try_acquire().is_none());
/// drop(permit);
/// assert!(permits.try_acquire().is_some());
/// ```
#[derive(Debug, Clone)]
pub struct Permits {
    semaphore: Arc<Semaphore>,
    most: usize,
}

/// Permission for one call or a number of bytes. Dropping it gives them back.
#[derive(Debug)]
pub struct Permit(OwnedSemaphorePermit);

impl Permits {
    /// Allows at most `most` calls, and at least one.
    pub fn new(most: usize) -> Self {
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        Permits {
            semaphore: Arc::new(Semaphore::new(most)),
            most,
        }
    }

    /// A permit, if there is one now.
    #[inline]
    pub fn try_acquire(&self) -> Option<Permit> {
        let permit = Arc::clone(&self.semaphore).try_acquire_owned();
        permit.ok().map(Permit)
    }

    /// A permit, as soon as there is one. Permits are given in the order in which they were asked for.
    pub async fn acquire(&self) -> Permit {
        let permit = Arc::clone(&self.semaphore).acquire_owned().await;
        Permit(permit.expect("this semaphore is never closed"))
    }

    /// Whether all permits are in use now.
    #[inline]
    pub fn are_all_in_use(&self) -> bool {
        self.semaphore.available_permits() == 0
    }

    /// How many permits are in use.
    pub fn in_use(&self) -> usize {
        self.most - self.semaphore.available_permits()
    }
}

/// How many calls may be in flight at the same time, where a call beyond that is refused and never waits. So this is only a
/// counter, which costs less than [`Permits`]. A clone shares the bound.
///
/// At least one: a bound of zero counts as one.
///
/// ```
/// use rpc_tokio::InFlight;
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
}

impl Drop for CallInFlight {
    #[inline]
    fn drop(&mut self) {
        if *self.has_begun.get_mut() {
            self.in_flight.calls.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// How many bytes may be kept at the same time. A clone shares the quota.
#[derive(Debug, Clone)]
pub struct ByteQuota(Arc<Semaphore>);

impl ByteQuota {
    /// Allows at most this many bytes.
    pub fn new(bytes: usize) -> Self {
        ByteQuota(Arc::new(Semaphore::new(bytes.min(Semaphore::MAX_PERMITS))))
    }

    /// Reserves this many bytes, if there is room now.
    pub fn try_reserve(&self, bytes: usize) -> Option<Permit> {
        let bytes = u32::try_from(bytes).ok()?;
        let permit = Arc::clone(&self.0).try_acquire_many_owned(bytes);
        permit.ok().map(Permit)
    }
}

/// Bytes of a [`ByteQuota`], reserved for something that grows. Dropping it gives them back.
#[derive(Debug)]
pub struct Reservation<'a> {
    quota: &'a ByteQuota,
    reserved: Option<Permit>,
    bytes: usize,
}

impl<'a> Reservation<'a> {
    /// Nothing yet.
    pub fn new(quota: &'a ByteQuota) -> Self {
        Reservation {
            quota,
            reserved: None,
            bytes: 0,
        }
    }

    /// Grows the reservation to this many bytes in all. `false` if there is no room for them now.
    pub fn grow_to(&mut self, bytes: usize) -> bool {
        let more = bytes.saturating_sub(self.bytes);
        if more == 0 {
            return true;
        }
        let Some(Permit(permit)) = self.quota.try_reserve(more) else {
            return false;
        };
        match &mut self.reserved {
            Some(Permit(reserved)) => reserved.merge(permit),
            None => self.reserved = Some(Permit(permit)),
        }
        self.bytes = bytes;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_permits_count_as_one() {
        let permits = Permits::new(0);
        let permit = permits.try_acquire();
        assert!(permit.is_some() && permits.try_acquire().is_none());
        assert_eq!(permits.in_use(), 1);
        drop(permit);
        assert_eq!(permits.in_use(), 0);
    }

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

    #[test]
    fn a_reservation_grows_and_is_given_back() {
        let quota = ByteQuota::new(100);
        let mut reservation = Reservation::new(&quota);
        assert!(reservation.grow_to(10) && reservation.grow_to(60) && reservation.grow_to(20));
        assert!(!reservation.grow_to(101));
        assert!(quota.try_reserve(41).is_none());
        let other = quota.try_reserve(40);
        assert!(other.is_some() && !reservation.grow_to(61));
        drop(reservation);
        assert!(quota.try_reserve(60).is_some());
    }

    #[test]
    fn a_quota_is_given_back() {
        let quota = ByteQuota::new(100);
        let most = quota.try_reserve(100);
        assert!(most.is_some() && quota.try_reserve(1).is_none());
        assert!(quota.try_reserve(0).is_some());
        drop(most);
        assert!(quota.try_reserve(60).is_some());
        assert!(quota.try_reserve(101).is_none() && quota.try_reserve(usize::MAX).is_none());
    }
}

//! [`Permits`], [`ByteQuota`] and [`Reservation`]: bounds on what is in flight.

use std::sync::Arc;

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

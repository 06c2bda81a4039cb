//! [`SharedPermits`]: permits that connections share, so that a few of them can't keep all.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Permits that connections share. A clone shares the bound.
///
/// A connection gets another permit only while it has fewer than are left for all others. So one connection gets at most half
/// of all permits, a second one at most half of the rest, and so on. Something is always left for the next one. The last
/// permit goes to a connection that has none.
///
/// ```
/// use rpc_tokio::{Share, SharedPermits};
///
/// let permits = SharedPermits::new(4);
/// let (greedy, modest) = (Share::of(&permits), Share::of(&permits));
/// let _two = (greedy.try_acquire().unwrap(), greedy.try_acquire().unwrap());
/// assert!(greedy.try_acquire().is_none());
/// assert!(modest.try_acquire().is_some());
/// ```
#[derive(Debug, Clone)]
pub struct SharedPermits(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    free: usize,
    /// Those that asked when they could not get one, in the order of asking.
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    share: Share,
    granted: oneshot::Sender<SharePermit>,
}

/// One connection's share of [`SharedPermits`].
#[derive(Debug, Clone)]
pub struct Share {
    permits: SharedPermits,
    /// Changed only under the lock of the permits.
    in_use: Arc<Mutex<usize>>,
}

/// Permission for one call. Dropping it gives it back.
#[derive(Debug)]
pub struct SharePermit(Share);

impl SharedPermits {
    /// Allows at most `most` permits, and at least one.
    pub fn new(most: usize) -> Self {
        SharedPermits(Arc::new(Mutex::new(State {
            free: most.max(1),
            waiting: VecDeque::new(),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing under the lock panics half-way.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Share {
    /// A share for one more connection.
    pub fn of(permits: &SharedPermits) -> Self {
        Share {
            permits: permits.clone(),
            in_use: Arc::default(),
        }
    }

    /// A permit, if this connection can have one now.
    pub fn try_acquire(&self) -> Option<SharePermit> {
        self.take_from(&mut self.permits.lock())
    }

    /// A permit, as soon as this connection can have one. Connections that can have one get it in the order in which
    /// they asked.
    pub async fn acquire(&self) -> SharePermit {
        let granted = {
            let mut state = self.permits.lock();
            if let Some(permit) = self.take_from(&mut state) {
                return permit;
            }
            let (grant, granted) = oneshot::channel();
            state.waiting.push_back(Waiting {
                share: self.clone(),
                granted: grant,
            });
            granted
        };
        granted.await.expect("whoever waits is granted a permit")
    }

    fn take_from(&self, state: &mut State) -> Option<SharePermit> {
        let mut in_use = lock(&self.in_use);
        if *in_use >= state.free {
            return None;
        }
        state.free -= 1;
        *in_use += 1;
        Some(SharePermit(self.clone()))
    }
}

impl Drop for SharePermit {
    fn drop(&mut self) {
        let SharePermit(share) = self;
        let mut state = share.permits.lock();
        state.free += 1;
        *lock(&share.in_use) -= 1;
        // Permits for those who have stopped waiting. They are given back without the lock, which that takes.
        let mut unwanted = Vec::new();
        let mut place = 0;
        while place < state.waiting.len() && state.free > 0 {
            if state.waiting[place].granted.is_closed() {
                state.waiting.remove(place);
                continue;
            }
            let next = state.waiting[place].share.clone();
            match next.take_from(&mut state) {
                Some(permit) => {
                    let waiting = state.waiting.remove(place);
                    let waiting = waiting.expect("the place is within the queue");
                    unwanted.extend(waiting.granted.send(permit).err());
                }
                None => place += 1,
            }
        }
        drop(state);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn take_all(share: &Share) -> Vec<SharePermit> {
        std::iter::from_fn(|| share.try_acquire()).collect()
    }

    #[test]
    fn each_connection_gets_half_of_what_is_left() {
        let permits = SharedPermits::new(16);
        let shares: Vec<_> = (0..6).map(|_| Share::of(&permits)).collect();
        let taken: Vec<_> = shares.iter().map(take_all).collect();
        let counts: Vec<_> = taken.iter().map(Vec::len).collect();
        assert_eq!(counts, [8, 4, 2, 1, 1, 0]);
        drop(taken);
        assert_eq!(take_all(&shares[5]).len(), 8);
        let one = SharedPermits::new(0);
        assert_eq!(take_all(&Share::of(&one)).len(), 1);
    }

    #[tokio::test]
    async fn who_waits_gets_what_is_given_back() {
        let permits = SharedPermits::new(2);
        let (greedy, modest, late) = (
            Share::of(&permits),
            Share::of(&permits),
            Share::of(&permits),
        );
        let mut taken = take_all(&greedy);
        let other = modest.acquire().await;
        let again = tokio::spawn({
            let greedy = greedy.clone();
            async move { greedy.acquire().await }
        });
        tokio::task::yield_now().await;
        // One that has stopped waiting is passed over.
        let impatient = tokio::time::timeout(Duration::from_millis(10), late.acquire());
        assert!(impatient.await.is_err());
        // It asked later, but the first has its share already.
        let next = tokio::spawn(async move { late.acquire().await });
        tokio::task::yield_now().await;
        drop(other);
        let next = next.await.expect("no panic");
        assert!(!again.is_finished());
        taken.clear();
        let again = again.await.expect("no panic");
        drop((next, again));
        assert_eq!(permits.lock().free, 2);
        assert!(permits.lock().waiting.is_empty());
    }
}

//! [`Publisher`]: the source of the items.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Task, Poll, Waker};

use super::lagged::Lagged;
use super::published::Published;
use super::subscription::{Latest, Subscription};

/// The source of items that many streams give out. See the [module](super) for an example.
///
/// A clone is the same source. When the last one is dropped, the streams end, once they have given out what is kept for them.
pub struct Publisher<T>(Arc<Source<T>>);

/// What all clones of a publisher are. The subscribers don't keep it alive.
struct Source<T>(Arc<Channel<T>>);

impl<T> Publisher<T> {
    /// A publisher that keeps this many items for subscribers that are slow; at least one.
    pub fn new(capacity: usize) -> Self {
        let channel = Channel {
            capacity: capacity.max(1),
            state: Mutex::default(),
        };
        Publisher(Arc::new(Source(Arc::new(channel))))
    }

    /// Gives an item to all streams. It never waits.
    ///
    /// If nobody is subscribed, the item is still the first that [`latest`](Self::latest) gives out.
    pub fn publish(&self, item: impl Into<Published<T>>) {
        self.channel().publish(item.into());
    }

    /// A stream of every item from now on. It gives [`Lagged`] if it is so slow that items are missing, and goes on with the
    /// oldest item that is kept.
    pub fn subscribe(&self) -> Subscription<T> {
        Subscription::new(Arc::clone(self.channel()))
    }

    /// A stream of the newest item, if there is one, and then of the newest one whenever it is read. It skips those for which
    /// it was too slow.
    pub fn latest(&self) -> Latest<T> {
        Latest::new(Arc::clone(self.channel()))
    }

    /// How many streams there are.
    pub fn subscribers(&self) -> usize {
        self.channel().lock().subscribers()
    }

    fn channel(&self) -> &Arc<Channel<T>> {
        &self.0.0
    }
}

impl<T> Clone for Publisher<T> {
    fn clone(&self) -> Self {
        Publisher(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Publisher<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher")
            .field("capacity", &self.channel().capacity)
            .field("subscribers", &self.subscribers())
            .finish_non_exhaustive()
    }
}

impl<T> Drop for Source<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.is_closed = true;
        let waiting = state.take_waiting();
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }
}

/// What a publisher and its subscribers share. Nothing of the user's is dropped or woken under its lock.
pub(super) struct Channel<T> {
    capacity: usize,
    state: Mutex<State<T>>,
}

pub(super) struct State<T> {
    /// The last items.
    kept: VecDeque<Published<T>>,
    /// How many items are kept no longer.
    gone: u64,
    is_closed: bool,
    /// A place for each subscriber, with its task if it waits.
    places: Vec<Option<Waker>>,
    free: Vec<usize>,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        State {
            kept: VecDeque::new(),
            gone: 0,
            is_closed: false,
            places: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<T> Channel<T> {
    pub(super) fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing under the lock panics half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, item: Published<T>) {
        let mut state = self.lock();
        let oldest = match state.kept.len() < self.capacity {
            true => None,
            false => state.kept.pop_front(),
        };
        state.gone += u64::from(oldest.is_some());
        state.kept.push_back(item);
        let waiting = state.take_waiting();
        drop(state);
        drop(oldest);
        waiting.into_iter().for_each(Waker::wake);
    }
}

impl<T> State<T> {
    /// How many items have been published.
    pub(super) fn published(&self) -> u64 {
        self.gone + self.kept.len() as u64
    }

    /// Whether any item is kept.
    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The item with this number, counted from 0. Waits for one that has not been published.
    pub(super) fn poll_item(
        &mut self,
        number: u64,
        place: usize,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Published<T>, Lagged>>> {
        if number < self.gone {
            let missed = self.gone - number;
            return Poll::Ready(Some(Err(Lagged { missed })));
        }
        let index = usize::try_from(number - self.gone).ok();
        match index.and_then(|index| self.kept.get(index)) {
            Some(item) => Poll::Ready(Some(Ok(item.clone()))),
            None if self.is_closed => Poll::Ready(None),
            None => {
                match &mut self.places[place] {
                    Some(known) => known.clone_from(task.waker()),
                    vacant => *vacant = Some(task.waker().clone()),
                }
                Poll::Pending
            }
        }
    }

    pub(super) fn enter(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            self.places.len() - 1
        })
    }

    /// Gives a place back. The waker is to be dropped without the lock.
    pub(super) fn leave(&mut self, place: usize) -> Option<Waker> {
        self.free.push(place);
        self.places[place].take()
    }

    fn subscribers(&self) -> usize {
        self.places.len() - self.free.len()
    }

    fn take_waiting(&mut self) -> Vec<Waker> {
        self.places.iter_mut().filter_map(Option::take).collect()
    }
}

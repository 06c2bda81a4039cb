//! [`Channel`]: the items between a publisher and its subscribers.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context as Task, Poll, Waker};

use super::lagged::Lagged;
use super::published::Published;

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
    pub(super) fn new(capacity: usize) -> Self {
        Channel {
            capacity: capacity.max(1),
            state: Mutex::default(),
        }
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing under the lock panics half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn publish(&self, item: Published<T>) {
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

    /// No more items come.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        let waiting = state.take_waiting();
        drop(state);
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

    /// The item with this number, counted from 0. Waits for one that has not been published. A waker that is replaced is put into
    /// `replaced`, to be dropped without the lock.
    pub(super) fn poll_item(
        &mut self,
        number: u64,
        place: usize,
        task: &Task<'_>,
        replaced: &mut Option<Waker>,
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
                let place = &mut self.places[place];
                if !place.as_ref().is_some_and(|it| it.will_wake(task.waker())) {
                    *replaced = place.replace(task.waker().clone());
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

    pub(super) fn subscribers(&self) -> usize {
        self.places.len() - self.free.len()
    }

    fn take_waiting(&mut self) -> Vec<Waker> {
        self.places.iter_mut().filter_map(Option::take).collect()
    }
}

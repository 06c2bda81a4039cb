//! [`Queue`]: accepted messages that wait for their turn.
//!
//! Messages are taken from NATS as they come, also while methods keep all threads busy, so that the time of each runs from then on.
//! As a rule the oldest is next. If more come than the worker can handle, that would be the one whose caller is about to give up,
//! and all work would be in vain. So once the oldest has waited for too long, the newest is next.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::defaults::{LONG_WAIT, WAIT};

/// Messages that wait for their turn. A task that takes them out is a *handler*.
#[derive(Debug)]
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    max_handlers: usize,
    /// Whether the last message that was taken out had waited for a while.
    is_behind: AtomicBool,
}

#[derive(Debug)]
struct State<T> {
    messages: VecDeque<(Age, T)>,
    handlers: usize,
}

/// When a message has come, and until when its caller waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Age {
    arrived: Instant,
    pub(super) deadline: Option<Instant>,
}

/// Takes messages out, until this is dropped.
#[derive(Debug)]
pub(super) struct Handler<'a, T> {
    queue: &'a Queue<T>,
    has_left: bool,
}

impl<T> Queue<T> {
    /// A queue with so many handlers at the same time.
    pub(super) fn new(max_handlers: usize) -> Self {
        let state = State {
            messages: VecDeque::new(),
            handlers: 0,
        };
        Queue {
            state: Mutex::new(state),
            max_handlers,
            is_behind: AtomicBool::new(false),
        }
    }

    /// Whether a message that comes now may have to wait for a while.
    pub(super) fn is_behind(&self) -> bool {
        self.is_behind.load(Ordering::Relaxed)
    }

    /// Adds a message. Whether another handler has to [enter](Self::enter).
    pub(super) fn push(&self, age: Age, message: T) -> bool {
        let mut state = self.lock();
        state.messages.push_back((age, message));
        let needs_another = state.handlers < self.max_handlers;
        state.handlers += usize::from(needs_another);
        needs_another
    }

    /// The handler that a message needed.
    pub(super) fn enter(&self) -> Handler<'_, T> {
        Handler {
            queue: self,
            has_left: false,
        }
    }

    /// Keeps the place of a handler, so that messages need one less.
    pub(super) fn reserve(&self) {
        self.lock().handlers += 1;
    }

    /// Gives the place back. Whether a handler has to [enter](Self::enter), since there are messages.
    pub(super) fn release(&self) -> bool {
        let mut state = self.lock();
        let needs_one = !state.messages.is_empty();
        state.handlers -= usize::from(!needs_one);
        needs_one
    }

    /// The next message, for who has [reserved](Self::reserve) a place.
    pub(super) fn next(&self, now: Instant) -> Option<T> {
        let next = self.lock().next(now);
        self.taken(next, now)
    }

    fn taken(&self, next: Option<(Age, T)>, now: Instant) -> Option<T> {
        let (age, message) = next?;
        self.is_behind
            .store(age.waited(now) >= WAIT, Ordering::Relaxed);
        Some(message)
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing under the lock panics half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Handler<'_, T> {
    /// The next message. If there is none, this has left the queue: the next message needs another handler.
    pub(super) fn next(&mut self, now: Instant) -> Option<T> {
        let mut state = self.queue.lock();
        let next = state.next(now);
        if next.is_none() && !self.has_left {
            state.handlers -= 1;
            self.has_left = true;
        }
        drop(state);
        self.queue.taken(next, now)
    }
}

impl<T> Drop for Handler<'_, T> {
    fn drop(&mut self) {
        if !self.has_left {
            self.queue.lock().handlers -= 1;
        }
    }
}

impl<T> State<T> {
    fn next(&mut self, now: Instant) -> Option<(Age, T)> {
        let (oldest, _) = self.messages.front()?;
        // One that is over takes no time.
        match oldest.is_over(now) || !oldest.has_waited_long(now) {
            true => self.messages.pop_front(),
            false => self.messages.pop_back(),
        }
    }
}

impl Age {
    /// That of a message which has come now, and whose caller waits for so long.
    pub(super) fn new(arrived: Instant, timeout: Option<Duration>) -> Self {
        let deadline = timeout.and_then(|timeout| arrived.checked_add(timeout));
        Age { arrived, deadline }
    }

    /// Whether the caller has given up by now.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= now)
    }

    fn waited(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.arrived)
    }

    fn has_waited_long(&self, now: Instant) -> bool {
        let waited = self.waited(now);
        let left = self.deadline.map(|it| it.saturating_duration_since(now));
        waited >= LONG_WAIT || left.is_some_and(|left| left <= waited)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// The order in which messages are taken out after this time, of which each came a millisecond after the one before.
    fn order(timeouts: &[Option<Duration>], after: Duration) -> Vec<usize> {
        let (queue, start) = (Queue::new(1), Instant::now());
        for (number, timeout) in timeouts.iter().enumerate() {
            let arrived = start + Duration::from_millis(number as u64);
            queue.push(Age::new(arrived, *timeout), number);
        }
        let mut handler = queue.enter();
        std::iter::from_fn(|| handler.next(start + after)).collect()
    }

    #[test]
    fn the_oldest_is_next_unless_it_has_waited_for_too_long() {
        let (soon, late) = (Duration::from_millis(5), LONG_WAIT);
        for timeout in [None, Some(SECOND)] {
            assert_eq!(order(&[timeout; 3], soon), [0, 1, 2]);
            assert_eq!(order(&[timeout; 3], late), [2, 1, 0]);
        }
        let short = Some(Duration::from_millis(8));
        assert_eq!(
            order(&[short; 3], soon),
            [2, 1, 0],
            "half of its time is over"
        );
    }

    #[test]
    fn what_is_over_is_taken_out_first() {
        let short = Some(Duration::from_millis(30));
        let timeouts = [short, short, Some(SECOND), Some(SECOND)];
        assert_eq!(order(&timeouts, LONG_WAIT * 2), [0, 1, 3, 2]);
    }

    #[test]
    fn who_has_a_place_leaves_none_behind() {
        let (queue, now) = (Queue::new(1), Instant::now());
        queue.reserve();
        assert!(!queue.push(Age::new(now, None), 1));
        assert_eq!((queue.next(now), queue.next(now)), (Some(1), None));
        assert!(!queue.is_behind());
        assert!(!queue.push(Age::new(now, None), 2));
        assert!(queue.release(), "there is one");
        assert_eq!(queue.enter().next(now + SECOND), Some(2));
        assert!(queue.is_behind());
        queue.reserve();
        assert!(!queue.release());
        assert!(queue.push(Age::new(now, None), 3));
    }

    #[test]
    fn there_are_no_more_handlers_than_allowed() {
        let (queue, now) = (Queue::new(2), Instant::now());
        let age = Age::new(now, None);
        assert_eq!([1, 2, 3].map(|it| queue.push(age, it)), [true, true, false]);
        let (mut one, other) = (queue.enter(), queue.enter());
        drop(other);
        assert!(queue.push(age, 4), "one has ended early");
        let mut other = queue.enter();
        let taken: Vec<_> = std::iter::from_fn(|| one.next(now)).collect();
        assert_eq!(taken, [1, 2, 3, 4]);
        assert!(one.next(now).is_none() && other.next(now).is_none());
        drop((one, other));
        assert_eq!([5, 6, 7].map(|it| queue.push(age, it)), [true, true, false]);
    }
}

//! [`Subscription`] and [`Latest`]: streams of what is published.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll};

use futures_util::Stream;

use super::channel::Channel;
use super::lagged::Lagged;
use super::published::Published;

/// Every item from the subscription on. See [`Publisher::subscribe`](super::Publisher::subscribe).
pub struct Subscription<T>(Reader<T>);

/// The newest item, whenever it is read. See [`Publisher::latest`](super::Publisher::latest).
pub struct Latest<T>(Reader<T>);

impl<T> Subscription<T> {
    pub(super) fn new(channel: Arc<Channel<T>>) -> Self {
        let mut reader = Reader::new(channel);
        reader.next = reader.channel.lock().published();
        Subscription(reader)
    }
}

impl<T> Latest<T> {
    pub(super) fn new(channel: Arc<Channel<T>>) -> Self {
        Latest(Reader::new(channel))
    }
}

impl<T> Stream for Subscription<T> {
    type Item = Result<Published<T>, Lagged>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        let Reader {
            channel,
            place,
            next,
        } = &mut self.0;
        let mut replaced = None;
        let polled = channel.lock().poll_item(*next, *place, task, &mut replaced);
        drop(replaced);
        if let Poll::Ready(Some(item)) = &polled {
            *next += item.as_ref().map_or_else(|lagged| lagged.missed, |_| 1);
        }
        polled
    }
}

impl<T> Stream for Latest<T> {
    type Item = Published<T>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        let Reader {
            channel,
            place,
            next,
        } = &mut self.0;
        let mut replaced = None;
        let mut state = channel.lock();
        if !state.is_empty() {
            *next = (*next).max(state.published() - 1);
        }
        let polled = state.poll_item(*next, *place, task, &mut replaced);
        drop(state);
        drop(replaced);
        let polled = polled.map(|item| item.and_then(Result::ok)); // the newest item is never gone
        *next += u64::from(matches!(polled, Poll::Ready(Some(_))));
        polled
    }
}

/// A subscriber's place with the publisher.
struct Reader<T> {
    channel: Arc<Channel<T>>,
    place: usize,
    /// The number of the item that it reads next.
    next: u64,
}

impl<T> Reader<T> {
    fn new(channel: Arc<Channel<T>>) -> Self {
        let place = channel.lock().enter();
        Reader {
            channel,
            place,
            next: 0,
        }
    }
}

impl<T> Drop for Reader<T> {
    fn drop(&mut self) {
        let waker = self.channel.lock().leave(self.place);
        drop(waker);
    }
}

impl<T> fmt::Debug for Subscription<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Latest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Latest").finish_non_exhaustive()
    }
}

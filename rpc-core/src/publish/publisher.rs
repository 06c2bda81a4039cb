//! [`Publisher`]: the source of the items.

use std::fmt;
use std::sync::Arc;

use super::channel::Channel;
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
        let channel = Channel::new(capacity);
        Publisher(Arc::new(Source(Arc::new(channel))))
    }

    /// Gives an item to all streams. It never waits.
    ///
    /// If nobody is subscribed, the item is still the first that [`latest`](Self::latest) gives out.
    pub fn publish(&self, item: impl Into<Published<T>>) {
        self.channel().publish(item.into());
    }

    /// A stream of every item from now on. If it is so slow that items are missing, it gives [`Lagged`](super::Lagged), and goes on
    /// with the oldest item that is kept.
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
            .field("capacity", &self.channel().capacity())
            .field("subscribers", &self.subscribers())
            .finish_non_exhaustive()
    }
}

impl<T> Drop for Source<T> {
    fn drop(&mut self) {
        self.0.close();
    }
}

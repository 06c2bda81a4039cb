//! [`Kept`]: the last replies, in case NATS returns one because nobody takes it, or one is lost with the connection.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_nats::{HeaderMap, HeaderValue, Subject};
use bytes::Bytes;

use crate::defaults::{KEPT_BYTES, KEPT_REPLIES};

/// The last replies, by number. NATS returns a reply at once or never, so they need not be many.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<Ring>);

#[derive(Debug, Default)]
struct Ring {
    /// The number of the first reply.
    first: u64,
    /// `None` for one that has been taken out.
    replies: VecDeque<Option<Published>>,
    bytes: usize,
}

/// A reply that has been published.
#[derive(Debug, Clone)]
pub(super) struct Published {
    pub(super) to: Subject,
    pub(super) body: Bytes,
    pub(super) headers: Option<HeaderMap>,
    /// How often it has been returned.
    pub(super) returned: u32,
    /// How many bytes it has, with its headers.
    pub(super) size: usize,
    at: Instant,
}

impl Published {
    /// A reply that is published for the first time.
    pub(super) fn new(to: &Subject, body: Bytes, headers: Option<HeaderMap>) -> Self {
        Published {
            // A copy, since a part of what was read would keep all of it.
            to: to.as_str().into(),
            size: body.len() + headers.as_ref().map_or(0, size),
            body,
            headers,
            returned: 0,
            at: Instant::now(),
        }
    }
}

impl Kept {
    /// Keeps a reply in place of older ones, and gives it a number.
    pub(super) fn keep(&self, reply: Published) -> u64 {
        let mut ring = self.lock();
        let number = ring.first + ring.replies.len() as u64;
        ring.bytes += reply.size;
        ring.replies.push_back(Some(reply));
        // The new one too, if it is too large.
        while ring.replies.len() > KEPT_REPLIES || ring.bytes > KEPT_BYTES {
            ring.forget_first();
        }
        number
    }

    /// Takes a reply out, if it is still kept.
    pub(super) fn take(&self, number: u64) -> Option<Published> {
        let mut ring = self.lock();
        let place = number.checked_sub(ring.first)?;
        let reply = ring.replies.get_mut(usize::try_from(place).ok()?)?.take()?;
        ring.bytes -= reply.size;
        Some(reply)
    }

    /// Takes out the replies that were published within this time.
    pub(super) fn take_since(&self, time: Duration) -> Vec<Published> {
        let mut ring = self.lock();
        ring.first += ring.replies.len() as u64;
        ring.bytes = 0;
        let replies = ring.replies.drain(..).flatten();
        replies.filter(|reply| reply.at.elapsed() <= time).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Ring> {
        // Nothing under the lock panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    fn forget_first(&mut self) {
        if let Some(reply) = self.replies.pop_front() {
            self.first += 1;
            self.bytes -= reply.map_or(0, |reply| reply.size);
        }
    }
}

/// How many bytes headers have.
fn size(headers: &HeaderMap) -> usize {
    let of_values =
        |values: &[HeaderValue]| values.iter().map(|it| it.as_str().len()).sum::<usize>();
    let sizes = headers.iter().map(|(name, values)| {
        let name: &str = name.as_ref();
        values.len() * name.len() + of_values(values)
    });
    sizes.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(length: usize) -> Published {
        Published::new(&"inbox".into(), vec![0; length].into(), None)
    }

    #[test]
    fn a_reply_is_taken_out_once() {
        let kept = Kept::default();
        let numbers = [1, 2, 3].map(|length| kept.keep(reply(length)));
        assert_eq!(numbers, [0, 1, 2]);
        assert_eq!(kept.take(1).map(|it| it.body.len()), Some(2));
        assert!(kept.take(1).is_none());
        assert!(kept.take(3).is_none());
        assert_eq!(kept.take(2).map(|it| it.body.len()), Some(3));
    }

    #[test]
    fn headers_count() {
        let kept = Kept::default();
        let first = kept.keep(reply(1));
        let mut headers = HeaderMap::new();
        headers.insert("x", "y".repeat(KEPT_BYTES - 2));
        let large = Published::new(&"inbox".into(), Bytes::from_static(b"a"), Some(headers));
        assert_eq!(large.size, KEPT_BYTES);
        let second = kept.keep(large);
        assert!(kept.take(first).is_none());
        assert!(kept.take(second).is_some());
    }

    #[test]
    fn what_is_old_is_not_taken_out() {
        let kept = Kept::default();
        let first = kept.keep(reply(1));
        let hour = Duration::from_secs(3600);
        assert_eq!(kept.take_since(hour).len(), 1);
        assert!(kept.take(first).is_none() && kept.take_since(hour).is_empty());
        let next = kept.keep(reply(1));
        assert_eq!(next, first + 1);
        let old = Published {
            at: Instant::now() - Duration::from_secs(2),
            ..reply(1)
        };
        kept.keep(old);
        assert_eq!(kept.take_since(Duration::from_secs(1)).len(), 1);
    }

    #[test]
    fn no_more_than_the_last_are_kept() {
        let kept = Kept::default();
        let numbers: Vec<u64> = (0..=KEPT_REPLIES).map(|_| kept.keep(reply(1))).collect();
        assert!(kept.take(numbers[0]).is_none());
        assert!(kept.take(numbers[1]).is_some());

        let large = kept.keep(reply(KEPT_BYTES));
        assert!(kept.take(numbers[2]).is_none());
        assert_eq!(kept.take(large).map(|it| it.body.len()), Some(KEPT_BYTES));

        let too_large = kept.keep(reply(KEPT_BYTES + 1));
        assert!(kept.take(too_large).is_none());
        let next = kept.keep(reply(1));
        assert!(next > too_large && kept.take(next).is_some());
    }
}

//! [`Room`]: how long a result may become.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;

use crate::error::ErrorObject;
use crate::json::finite;
use crate::limits::Limits;

/// How long a result may become. Every call moves it along, so it is small.
#[derive(Debug)]
pub(crate) enum Room {
    /// This many bytes.
    Single(usize),
    /// What one call may take, and no more than its batch has left.
    Entry(Share),
}

impl Room {
    /// No room, for a call whose result is not sent.
    pub(crate) const NONE: Self = Room::Single(0);

    /// Room for the result of a call that is not part of a batch.
    #[inline]
    pub(crate) fn single(limit: usize) -> Self {
        Room::Single(limit.max(1))
    }

    #[inline]
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Room::Single(0))
    }

    #[inline]
    pub(crate) fn is_in_batch(&self) -> bool {
        matches!(self, Room::Entry(_))
    }

    /// Serialises a result, as far as there is room.
    #[inline]
    pub(crate) fn write<T: Serialize>(
        &mut self,
        buffer: &mut Vec<u8>,
        value: &T,
    ) -> Result<(), Box<ErrorObject>> {
        let (limit, share) = match self {
            Room::Single(limit) => (*limit, None),
            Room::Entry(share) => (share.budget.limit_of_one, Some(share)),
        };
        let mut writer = Bounded {
            buffer: std::mem::take(buffer),
            limit,
            share,
            exceeded: None,
        };
        let written = finite::write(&mut writer, value);
        if writer.exceeded.is_none() && written.is_ok() && writer.buffer.len() <= limit {
            *buffer = writer.buffer;
            return Ok(());
        }
        Err(match (writer.exceeded, written) {
            (Some(exceeded), _) => exceeded,
            (None, Err(error)) => Box::new(unwritable(error)),
            (None, Ok(())) => Box::new(too_long(limit)),
        })
    }

    /// What the result has taken from its batch.
    #[inline]
    pub(crate) fn into_share(self) -> Option<Share> {
        match self {
            Room::Single(_) => None,
            Room::Entry(share) => Some(share),
        }
    }
}

/// What is left for the replies of a batch, in bytes. Its calls share it.
#[derive(Debug)]
pub(crate) struct Budget {
    left: AtomicUsize,
    limit: usize,
    /// How long one reply may be.
    limit_of_one: usize,
}

impl Budget {
    /// A budget for all replies of a batch. `given` bytes of it are already taken by the entries.
    pub(crate) fn new(limits: &Limits, given: usize) -> Arc<Self> {
        let limit = limits.max_batch_reply;
        Arc::new(Budget {
            left: AtomicUsize::new(limit.saturating_sub(given)),
            limit,
            limit_of_one: limits.max_reply,
        })
    }

    fn take(&self, bytes: usize) -> bool {
        let less = |left: usize| left.checked_sub(bytes);
        let taken = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        taken.is_ok()
    }

    fn give_back(&self, bytes: usize) {
        self.left.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// How long a reply in a batch may be without asking the budget, in bytes. The error for a longer one takes as much.
pub(crate) const FREE: usize = 256;

/// What a reply has taken from the budget of its batch. It is given back when the reply is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    budget: Arc<Budget>,
    taken: usize,
}

impl Share {
    pub(crate) fn new(budget: &Arc<Budget>) -> Self {
        Share {
            budget: Arc::clone(budget),
            taken: 0,
        }
    }

    #[inline]
    pub(crate) fn is_unused(&self) -> bool {
        self.taken == 0
    }

    /// Whether the reply may be this long.
    pub(crate) fn allow(&mut self, length: usize) -> bool {
        let more = length.saturating_sub(FREE + self.taken);
        let is_allowed = more == 0 || self.budget.take(more);
        if is_allowed {
            self.taken += more;
        }
        is_allowed
    }

    /// The reply goes into the message of its batch.
    pub(crate) fn keep(mut self) {
        self.taken = 0;
    }

    /// The error for a reply that does not fit.
    #[cold]
    pub(crate) fn exceeded(&self) -> ErrorObject {
        let limit = self.budget.limit;
        ErrorObject::reply_too_large(format_args!(
            "the method ran, but the reply to its batch would be longer than {limit} bytes"
        ))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.taken > 0 {
            self.budget.give_back(self.taken);
        }
    }
}

/// Writes into a buffer until there is no more room. Then the write fails, and with it the serialisation.
///
/// The limit is checked when the buffer has to grow, so it costs nothing while there is capacity. A buffer with more capacity
/// from the start may end up longer than the limit.
struct Bounded<'a> {
    /// Owned, since every write goes through one reference less.
    buffer: Vec<u8>,
    limit: usize,
    share: Option<&'a mut Share>,
    exceeded: Option<Box<ErrorObject>>,
}

impl Bounded<'_> {
    #[cold]
    fn grow(&mut self, bytes: &[u8]) -> io::Result<()> {
        let length = self.buffer.len().saturating_add(bytes.len());
        if length > self.limit {
            return self.stop(too_long(self.limit));
        }
        if let Some(share) = &mut self.share
            && !share.allow(length)
        {
            let exceeded = share.exceeded();
            return self.stop(exceeded);
        }
        let capacity = self.buffer.capacity().saturating_mul(2);
        let capacity = capacity.min(self.limit).max(length);
        self.buffer.reserve_exact(capacity - self.buffer.len());
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    fn stop(&mut self, error: ErrorObject) -> io::Result<()> {
        self.exceeded = Some(Box::new(error));
        Err(io::ErrorKind::Other.into())
    }
}

impl io::Write for Bounded<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    // Always, since serde_json writes each string in several pieces, and a call for each would show in large results.
    #[inline(always)]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() <= self.buffer.capacity() - self.buffer.len() {
            self.buffer.extend_from_slice(bytes);
            return Ok(());
        }
        self.grow(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The error for a reply that is longer than one may be.
#[cold]
pub(crate) fn too_long(limit: usize) -> ErrorObject {
    ErrorObject::reply_too_large(format_args!(
        "the method ran, but its reply would be longer than {limit} bytes"
    ))
}

#[cold]
fn unwritable(error: serde_json::Error) -> ErrorObject {
    ErrorObject::internal(format_args!("the result could not be serialised: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_grows_up_to_its_limit_and_no_further() {
        for (length, fits) in [(98, true), (99, false), (100_000, false)] {
            for capacity in [0, 10, 1000] {
                let mut buffer = Vec::with_capacity(capacity);
                let written = Room::Single(100).write(&mut buffer, &"x".repeat(length));
                assert_eq!(written.is_ok(), fits, "{length}");
                assert!(buffer.capacity() <= capacity.max(100));
            }
        }
    }

    #[test]
    fn what_is_dropped_is_given_back() {
        let limits = Limits {
            max_batch_reply: 1000,
            ..Limits::default()
        };
        let budget = Budget::new(&limits, 0);
        let mut first = Share::new(&budget);
        assert!(first.allow(1000 + FREE));
        let mut second = Share::new(&budget);
        assert!(second.allow(FREE) && !second.allow(FREE + 1));
        drop(first);
        assert!(second.allow(FREE + 600) && second.allow(FREE + 1000));
        second.keep();
        assert!(!Share::new(&budget).allow(FREE + 1));
    }
}

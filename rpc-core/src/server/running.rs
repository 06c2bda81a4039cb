//! [`Running`]: the calls of a batch that have begun and wait for something.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context as Task, Poll};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::service::panics::{self, Panic};
use crate::service::{Context, Outcome};

/// A place for one call at a time.
enum Place<'p, F> {
    /// In the batch itself. Most batches need no other place.
    Own(Pin<&'p mut Option<F>>),
    Boxed(Pin<Box<Option<F>>>),
}

impl<F> Place<'_, F> {
    #[inline]
    fn as_mut(&mut self) -> Pin<&mut Option<F>> {
        match self {
            Place::Own(place) => place.as_mut(),
            Place::Boxed(place) => place.as_mut(),
        }
    }

    /// Gives up the call, which drops the method's values. That may panic, and two panics at once in a batch would end the
    /// process.
    fn clear(&mut self) {
        panics::contain(|| self.as_mut().set(None));
    }

    /// Polls the call. When it is done, the place is empty.
    #[inline]
    fn poll(&mut self, task: &mut Task<'_>) -> Poll<F::Output>
    where
        F: Future,
    {
        let Some(call) = self.as_mut().as_pin_mut() else {
            return Poll::Pending; // never happens: a call keeps its place until it is done
        };
        let poll = call.poll(task);
        if poll.is_ready() {
            self.as_mut().set(None);
        }
        poll
    }
}

/// An entry of the batch: its position, and the context of its call.
pub(super) type Numbered<'c> = (usize, &'c Context);

/// The calls of a batch that have begun and wait for something.
pub(super) struct Running<'c, 'p, F> {
    /// How many calls may wait at once.
    concurrency: usize,
    /// Made when the first call waits, since most methods complete on the first poll.
    waiting: Option<FuturesUnordered<Waiting<'c, 'p, F>>>,
    /// The place of a call that is done, for the next call. A batch of calls that never wait needs only one.
    spare: Option<Place<'p, F>>,
}

impl<'c, 'p, F: Future<Output = Outcome>> Running<'c, 'p, F> {
    /// `place` is for one call at a time. Further calls that wait get boxes.
    pub(super) fn new(concurrency: usize, place: Pin<&'p mut Option<F>>) -> Self {
        Running {
            concurrency: concurrency.max(1),
            waiting: None,
            spare: Some(Place::Own(place)),
        }
    }

    /// Whether another call may begin.
    #[inline]
    pub(super) fn has_place(&self) -> bool {
        let waiting = self.waiting.as_ref();
        waiting.map_or(0, FuturesUnordered::len) < self.concurrency
    }

    /// Makes a call and begins it. `done` receives its outcome if it is ready at once.
    ///
    /// The call is made where it runs, and its outcome is used where it was written: moving either costs as much as a small
    /// method.
    #[inline]
    pub(super) fn begin(
        &mut self,
        task: &mut Task<'_>,
        entry: Numbered<'c>,
        make: impl FnOnce() -> F,
        done: impl FnOnce(&mut Outcome),
    ) -> Result<(), Panic> {
        let spare = self.spare.take();
        let mut place = spare.unwrap_or_else(|| Place::Boxed(Box::pin(None)));
        let is_done = panics::catch(|| {
            place.as_mut().set(Some(make()));
            let mut poll = place.poll(task);
            if let Poll::Ready(outcome) = &mut poll {
                done(outcome);
            }
            poll.is_ready()
        });
        match is_done {
            Ok(false) => {
                let waiting = self.waiting.get_or_insert_default();
                waiting.push(Waiting { entry, place });
                return Ok(());
            }
            Ok(true) => {}
            Err(_) => place.clear(),
        }
        self.spare = Some(place);
        is_done.map(drop)
    }

    /// Waits for any call, and returns its outcome. `None` if no call waits.
    pub(super) async fn next(&mut self) -> Option<(Numbered<'c>, Result<Outcome, Panic>)> {
        self.waiting.as_mut()?.next().await
    }
}

/// A call that waits.
struct Waiting<'c, 'p, F> {
    entry: Numbered<'c>,
    place: Place<'p, F>,
}

impl<'c, F: Future> Future for Waiting<'c, '_, F> {
    type Output = (Numbered<'c>, Result<F::Output, Panic>);

    fn poll(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Self::Output> {
        let entry = self.entry;
        match panics::catch(|| self.place.poll(task)) {
            Ok(poll) => poll.map(|output| (entry, Ok(output))),
            Err(panic) => Poll::Ready((entry, Err(panic))),
        }
    }
}

impl<F> Drop for Waiting<'_, '_, F> {
    fn drop(&mut self) {
        self.place.clear();
    }
}

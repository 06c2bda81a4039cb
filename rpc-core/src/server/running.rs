//! [`Running`]: the calls of a batch that have begun and wait for something.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::service::panics;

/// The calls of a batch that have begun and wait for something.
pub(super) struct Running<F> {
    waiting: FuturesUnordered<Numbered<F>>,
    /// The box of a call that is done. Most methods complete on the first poll. Such a call passes its box on to the next, so
    /// that a batch of them allocates only one.
    spare: Option<Pin<Box<Option<F>>>>,
}

impl<F: Future> Running<F> {
    pub(super) fn new() -> Self {
        Running {
            waiting: FuturesUnordered::new(),
            spare: None,
        }
    }

    /// How many calls wait.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Puts a call into a box, for [`begin`](Self::begin). An `async fn` that did both would move the call once more.
    #[inline]
    pub(super) fn place(&mut self, call: F) -> Pin<Box<Option<F>>> {
        match self.spare.take() {
            Some(mut place) => {
                place.set(Some(call));
                place
            }
            None => Box::pin(Some(call)),
        }
    }

    /// Begins a call. Returns its output if it is ready at once.
    #[inline]
    pub(super) async fn begin(
        &mut self,
        index: usize,
        mut place: Pin<Box<Option<F>>>,
    ) -> Poll<F::Output> {
        let poll = poll_fn(|task| Poll::Ready(poll_in(&mut place, task))).await;
        match poll.is_ready() {
            true => self.spare = Some(place),
            false => self.waiting.push(Numbered { index, place }),
        }
        poll
    }

    /// Waits for any call, and returns its number with its output. `None` if no call waits.
    pub(super) async fn next(&mut self) -> Option<(usize, F::Output)> {
        self.waiting.next().await
    }
}

/// A call that waits, and its number.
struct Numbered<F> {
    index: usize,
    place: Pin<Box<Option<F>>>,
}

impl<F: Future> Future for Numbered<F> {
    type Output = (usize, F::Output);

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let index = self.index;
        poll_in(&mut self.place, task).map(|output| (index, output))
    }
}

impl<F> Drop for Numbered<F> {
    /// Giving up a call drops the method's values, which may panic. Two panics at once in a batch would end the
    /// process.
    fn drop(&mut self) {
        panics::contain(|| self.place.set(None));
    }
}

/// Polls the call in a box. When it is done, the box is empty.
#[inline]
fn poll_in<F: Future>(place: &mut Pin<Box<Option<F>>>, task: &mut Context<'_>) -> Poll<F::Output> {
    let Some(call) = place.as_mut().as_pin_mut() else {
        return Poll::Pending; // never happens: a call keeps its box until it is done
    };
    let poll = call.poll(task);
    if poll.is_ready() {
        place.set(None);
    }
    poll
}

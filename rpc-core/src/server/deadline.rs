//! Calls with a deadline: late ones do not run, and those that take too long are dropped.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context as Task, Poll};
use std::time::Instant;

use pin_project_lite::pin_project;

use super::Server;
use crate::deadline::Deadlines;
use crate::error::{ErrorObject, code};
use crate::kind::ErrorKind;
use crate::runtime::{BoxFuture, DynRuntime};
use crate::service::{Caught, Context, Outcome, Refused, RequestMetadata, Service, panics};

impl<S: Service> Server<S> {
    /// Until when the calls of a message have to be done.
    #[inline]
    pub(super) fn deadline(&self, metadata: &RequestMetadata) -> Option<Instant> {
        let asked = metadata.deadline();
        match &self.deadlines {
            Some(deadlines) => self.limited(deadlines, asked),
            None => asked,
        }
    }

    #[cold]
    fn limited(&self, deadlines: &Deadlines, asked: Option<Instant>) -> Option<Instant> {
        let now = self
            .runtime
            .as_ref()
            .map_or_else(Instant::now, DynRuntime::now);
        deadlines.apply(asked, now)
    }
}

/// Whether the deadline of a call needs a timer at most. Otherwise the call is late already, or its method can't be dropped, and
/// wants to know that it is given up.
#[inline]
pub(super) fn is_timer_enough(cx: &Context) -> bool {
    let is_late = |deadline| !cx.is_notification() && deadline <= cx.now();
    let needs_more = |deadline| cx.is_blocking() || is_late(deadline);
    !cx.deadline().is_some_and(needs_more)
}

pin_project! {
    /// A call whose panics are caught, and the timer of its deadline if it has one.
    pub(super) struct Timed<'a, F> {
        #[pin]
        call: Option<F>,
        cx: &'a Context,
        timer: Option<BoxFuture<'a, ()>>,
    }
}

impl<'a, F> Timed<'a, F> {
    #[inline]
    pub(super) fn new(call: F, cx: &'a Context) -> Self {
        Timed {
            call: Some(call),
            cx,
            timer: None,
        }
    }
}

impl<F: Future<Output = Outcome>> Future for Timed<'_, F> {
    type Output = Caught;

    /// Polls the call first: most are done then, and need no timer.
    // One future for both purposes, since each of two would move what a call has come to.
    #[inline]
    fn poll(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Caught> {
        let this = self.project();
        let polled = panics::poll(this.call, task)?;
        if polled.is_pending() {
            return poll_deadline(this.cx, this.timer, task);
        }
        polled.map(Ok)
    }
}

/// Waits for a call that runs apart, until its deadline.
pub(super) async fn until(
    cx: &Context,
    mut call: Pin<&mut impl Future<Output = Caught>>,
) -> Caught {
    let can_be_late = cx.deadline().is_some() && !cx.is_notification();
    let _cancelled_on_drop = (can_be_late && cx.is_blocking()).then(|| cx.watch_cancelled());
    let mut timer = None;
    poll_fn(|task| match call.as_mut().poll(task) {
        // A stream that has been opened may take any time.
        Poll::Pending if cx.items_sent().is_none() => poll_deadline(cx, &mut timer, task),
        polled => polled,
    })
    .await
}

/// What a call comes to that waits, if its deadline has come. The timer is set when it waits for the first time.
#[cold]
fn poll_deadline<'a>(
    cx: &'a Context,
    timer: &mut Option<BoxFuture<'a, ()>>,
    task: &mut Task<'_>,
) -> Poll<Caught> {
    let (Some(deadline), Some(runtime), false) =
        (cx.deadline(), cx.runtime(), cx.is_notification())
    else {
        return Poll::Pending;
    };
    let left = || deadline.saturating_duration_since(cx.now());
    let timer = timer.get_or_insert_with(|| runtime.sleep(left()));
    timer.as_mut().poll(task).map(|()| Ok(exceeded(cx)))
}

/// Why a call that is late does not run. Notifications always run: nobody would learn that they did not.
pub(super) fn expired(cx: &Context) -> Option<Outcome> {
    let deadline = cx.deadline().filter(|_| !cx.is_notification())?;
    (deadline <= cx.now()).then(|| late(cx))
}

#[cold]
fn late(cx: &Context) -> Outcome {
    tracing::debug!(method = cx.method_name(), "the deadline has passed already");
    cx.insert(Refused::Expired);
    ErrorObject::new(code::EXPIRED, "the call's time was over before it began")
        .with_kind(ErrorKind::Timeout)
        .into()
}

#[cold]
fn exceeded(cx: &Context) -> Outcome {
    tracing::debug!(method = cx.method_name(), "dropped at its deadline");
    ErrorObject::new(
        code::DEADLINE_EXCEEDED,
        "the call took longer than its time",
    )
    .with_kind(ErrorKind::Timeout)
    .into()
}

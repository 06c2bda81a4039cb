//! Calls with a deadline: late ones do not run, and those that take too long are dropped.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Poll, ready};
use std::time::Instant;

use super::Server;
use crate::deadline::Deadlines;
use crate::error::{ErrorObject, code};
use crate::kind::ErrorKind;
use crate::runtime::DynRuntime;
use crate::service::{Context, Outcome, Refused, RequestMetadata, Service};

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

    /// Runs a call until its deadline.
    pub(super) async fn run_until<P>(
        &self,
        deadline: Instant,
        cx: &Context,
        call: impl Future<Output = Result<Outcome, P>>,
    ) -> Result<Outcome, P> {
        let Some(runtime) = self.runtime.as_ref().filter(|_| !cx.is_notification()) else {
            return call.await;
        };
        let _cancelled_on_drop = cx.is_blocking().then(|| cx.watch_cancelled());
        let mut call = pin!(call);
        // Most calls are done on the first poll, and need no timer.
        let mut timer = None;
        poll_fn(|task| {
            if let Poll::Ready(outcome) = call.as_mut().poll(task) {
                return Poll::Ready(outcome);
            }
            if cx.items_sent().is_some() {
                return Poll::Pending; // a stream that has been opened
            }
            let left = || deadline.saturating_duration_since(cx.now());
            let timer = timer.get_or_insert_with(|| runtime.sleep(left()));
            ready!(timer.as_mut().poll(task));
            Poll::Ready(Ok(exceeded(cx)))
        })
        .await
    }
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

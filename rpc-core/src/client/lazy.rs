//! [`Lazy`]: a message that can be changed until its first poll sends it.
//!
//! Calls, notifications, batches and raw messages are futures built on it. The first poll boxes the work, as `.await` on
//! a boxed future would, so that an unpolled call costs no box and can still enter a batch.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A draft `D` until the first poll, then the future that sends it and completes with `O`.
pub(super) enum Lazy<D, O> {
    Draft(D),
    Running(BoxFuture<O>),
    Completed,
}

/// The work that the first poll starts.
pub(super) type BoxFuture<O> = Pin<Box<dyn Future<Output = O> + Send>>;

/// The draft is gone: the first poll has taken it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AlreadyPolled;

impl<D, O> Lazy<D, O> {
    /// The draft, to be changed.
    ///
    /// # Panics
    ///
    /// After the first poll: the message is on its way, and the change would be lost.
    #[track_caller]
    pub(super) fn draft_mut(&mut self) -> &mut D {
        match self {
            Lazy::Draft(draft) => draft,
            Lazy::Running(_) | Lazy::Completed => polled_already(),
        }
    }

    /// The draft, to turn it into something else.
    ///
    /// # Panics
    ///
    /// After the first poll, like [`draft_mut`](Self::draft_mut).
    #[track_caller]
    pub(super) fn into_draft(self) -> D {
        match self.try_into_draft() {
            Ok(draft) => draft,
            Err(AlreadyPolled) => polled_already(),
        }
    }

    pub(super) fn try_into_draft(self) -> Result<D, AlreadyPolled> {
        match self {
            Lazy::Draft(draft) => Ok(draft),
            Lazy::Running(_) | Lazy::Completed => Err(AlreadyPolled),
        }
    }

    /// The draft, for `Debug`.
    pub(super) fn draft(&self) -> Option<&D> {
        match self {
            Lazy::Draft(draft) => Some(draft),
            Lazy::Running(_) | Lazy::Completed => None,
        }
    }

    /// Polls the work; the first poll starts it.
    ///
    /// # Panics
    ///
    /// After completion.
    #[inline]
    pub(super) fn poll(
        &mut self,
        task: &mut Context<'_>,
        start: impl FnOnce(D) -> BoxFuture<O>,
    ) -> Poll<O> {
        if let Lazy::Draft(_) = self
            && let Lazy::Draft(draft) = std::mem::replace(self, Lazy::Completed)
        {
            *self = Lazy::Running(start(draft));
        }
        let Lazy::Running(work) = self else {
            completed_already()
        };
        let output = ready!(work.as_mut().poll(task));
        *self = Lazy::Completed;
        Poll::Ready(output)
    }
}

#[cold]
#[track_caller]
fn polled_already() -> ! {
    panic!(
        "a call was changed after its first poll: options are set before it is polled or awaited"
    )
}

#[cold]
fn completed_already() -> ! {
    panic!("a call was polled after it had completed")
}

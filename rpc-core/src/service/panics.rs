//! Catches panics in application code and turns them into error objects. Nothing else catches panics.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as Task, Poll};

use futures_util::FutureExt;
use futures_util::future::CatchUnwind;

use crate::error::ErrorObject;

/// Dropping a panic's payload may panic with another payload. This many are dropped, and the rest is leaked.
const MAX_PAYLOADS: usize = 8;

/// The payload of a panic, as the standard library passes it on.
pub(crate) type Payload = Box<dyn Any + Send>;

/// The payload of a panic in application code.
pub(crate) struct Panic(Option<Payload>);

/// Runs application code. If it panics, its own call gets an error and no other call is affected.
#[inline]
pub(crate) fn catch<T>(run: impl FnOnce() -> T) -> Result<T, Panic> {
    begin(run).map_err(Panic::from)
}

/// Polls application code, like [`catch`]. Its error converts into a [`Panic`].
#[inline]
pub(crate) fn catch_async<F: Future>(run: F) -> CatchUnwind<AssertUnwindSafe<F>> {
    // Not an `async fn`, which would move the future once more.
    AssertUnwindSafe(run).catch_unwind()
}

/// Runs application code for a call. Its error converts into a [`Panic`].
#[inline]
pub(crate) fn begin<T>(run: impl FnOnce() -> T) -> Result<T, Payload> {
    catch_unwind(AssertUnwindSafe(run))
}

/// Polls application code once, and drops it as soon as it is done, since that may panic as well.
#[inline]
pub(crate) fn poll<F: Future>(
    mut run: Pin<&mut Option<F>>,
    task: &mut Task<'_>,
) -> Result<Poll<F::Output>, Payload> {
    begin(|| match run.as_mut().as_pin_mut() {
        Some(running) => {
            let polled = running.poll(task);
            if polled.is_ready() {
                run.set(None);
            }
            polled
        }
        None => Poll::Pending,
    })
}

/// Runs application code that no call waits for, such as dropping its values. A panic is logged.
#[inline]
pub(crate) fn contain(run: impl FnOnce()) {
    if let Err(panic) = catch(run) {
        panic.log_dropping();
    }
}

/// A value of the application, or none. If dropping it panics, nothing else is affected.
#[derive(Clone)]
pub(crate) struct Contained<T>(Option<T>);

impl<T> Contained<T> {
    pub(crate) const NONE: Self = Contained(None);

    pub(crate) const fn new(value: T) -> Self {
        Contained(Some(value))
    }

    #[inline]
    pub(crate) const fn get(&self) -> Option<&T> {
        self.0.as_ref()
    }

    /// Where to write the value.
    #[inline]
    pub(crate) fn place(&mut self) -> &mut Option<T> {
        &mut self.0
    }

    #[inline]
    pub(crate) fn take(&mut self) -> Option<T> {
        self.0.take()
    }

    #[cold]
    fn clear(&mut self) {
        contain(|| self.0 = None);
    }
}

impl<T> Default for Contained<T> {
    fn default() -> Self {
        Contained::NONE
    }
}

impl<T> Drop for Contained<T> {
    #[inline]
    fn drop(&mut self) {
        if self.0.is_some() {
            self.clear();
        }
    }
}

impl From<Payload> for Panic {
    fn from(payload: Payload) -> Self {
        Panic(Some(payload))
    }
}

impl Panic {
    /// The error -32603 for the caller, which logs the panic when the call ends. `event` says what panicked.
    #[cold]
    pub(crate) fn into_error(self, event: &'static str) -> ErrorObject {
        ErrorObject::failure(event, &self.message())
    }

    #[cold]
    fn log_dropping(&self) {
        let detail = self.message();
        tracing::error!(detail, "dropping a value panicked");
    }

    fn message(&self) -> &str {
        let payload = self.0.as_ref();
        let text = payload.and_then(|it| it.downcast_ref::<&str>()).copied();
        let string = || payload.and_then(|it| it.downcast_ref::<String>());
        text.or_else(|| string().map(String::as_str))
            .unwrap_or("no message")
    }
}

impl Drop for Panic {
    /// The payload is a value of the application, so dropping it may panic too.
    fn drop(&mut self) {
        let mut payload = self.0.take();
        for _ in 0..MAX_PAYLOADS {
            let Some(dropped) = payload.take() else {
                return;
            };
            payload = catch_unwind(AssertUnwindSafe(|| drop(dropped))).err();
        }
        std::mem::forget(payload);
    }
}

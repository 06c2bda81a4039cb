//! Catches panics in application code and turns them into error objects. Nothing else catches panics.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt;
use futures_util::future::CatchUnwind;

use crate::error::ErrorObject;

/// The payload of a panic in application code.
pub(crate) struct Panic(Box<dyn Any + Send>);

/// Runs application code. If it panics, its own call gets an error and no other call is affected.
#[inline]
pub(crate) fn catch<T>(run: impl FnOnce() -> T) -> Result<T, Panic> {
    catch_unwind(AssertUnwindSafe(run)).map_err(Panic)
}

/// Polls application code, like [`catch`]. Its error converts into a [`Panic`].
#[inline]
pub(crate) fn catch_async<F: Future>(run: F) -> CatchUnwind<AssertUnwindSafe<F>> {
    // Not an `async fn`, which would move the future once more.
    AssertUnwindSafe(run).catch_unwind()
}

impl From<Box<dyn Any + Send>> for Panic {
    fn from(payload: Box<dyn Any + Send>) -> Self {
        Panic(payload)
    }
}

impl Panic {
    /// The error -32603 for the caller, which logs the panic when the call ends. `event` says what panicked.
    #[cold]
    pub(crate) fn into_error(self, event: &'static str) -> ErrorObject {
        let text = self.0.downcast_ref::<&str>().copied();
        let text = text.or_else(|| self.0.downcast_ref::<String>().map(String::as_str));
        ErrorObject::failure(event, &text.unwrap_or("no message"))
    }
}

//! Panics of the application's code, caught and turned into error objects. Nothing else catches any.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt;
use futures_util::future::CatchUnwind;

use crate::error::ErrorObject;

/// What the application's code panicked with.
pub(crate) struct Panic(Box<dyn Any + Send>);

/// Runs the application's code. It costs its own call an error if it panics, and affects no other.
#[inline]
pub(crate) fn catch<T>(run: impl FnOnce() -> T) -> Result<T, Panic> {
    catch_unwind(AssertUnwindSafe(run)).map_err(Panic)
}

/// Polls the application's code, like [`catch`]. Its error makes a [`Panic`].
#[inline]
pub(crate) fn catch_async<F: Future>(run: F) -> CatchUnwind<AssertUnwindSafe<F>> {
    // Not an `async fn`: that would move the future once more.
    AssertUnwindSafe(run).catch_unwind()
}

impl From<Box<dyn Any + Send>> for Panic {
    fn from(payload: Box<dyn Any + Send>) -> Self {
        Panic(payload)
    }
}

impl Panic {
    /// Logs the panic, and makes the error -32603 that its caller gets. `doing` says what the code was asked to do.
    #[cold]
    pub(crate) fn into_error(self, doing: &str, method: &str) -> ErrorObject {
        let text = self.0.downcast_ref::<&str>().copied();
        let text = text.or_else(|| self.0.downcast_ref::<String>().map(String::as_str));
        let detail = text.unwrap_or("no text");
        tracing::error!(method, detail, "{doing} panicked");
        ErrorObject::undisclosed(format!("{doing} panicked: {detail}"))
    }
}

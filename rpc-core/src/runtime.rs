//! [`Runtime`]: the clock and the tasks of an async runtime. The core has none of its own.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A boxed future that can move between threads.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The clock and the tasks of an async runtime.
///
/// Transports provide one. All transports of this project use `rpc_tokio::Tokio`. A [`Server`](crate::Server) uses it for
/// `blocking` methods. The [in-process transport](crate::memory) uses it for timeouts and for calls that were given up.
/// [`Batched`](crate::transport::Batched) uses it for the tasks that send shared messages.
///
/// ```
/// use std::time::{Duration, Instant};
/// use rpc_core::Runtime;
///
/// struct Tokio;
///
/// impl Runtime for Tokio {
///     fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
///         tokio::spawn(task);
///     }
///
///     fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
///         tokio::time::sleep(duration)
///     }
///
///     fn spawn_blocking(&self, job: impl FnOnce() + Send + 'static) {
///         tokio::task::spawn_blocking(job);
///     }
///
///     fn now(&self) -> Instant {
///         tokio::time::Instant::now().into_std()
///     }
/// }
/// ```
pub trait Runtime: Send + Sync + 'static {
    /// Runs a task to completion, whether or not anything waits for it.
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static);

    /// Completes after `duration`.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;

    /// Runs a job on a thread that may block.
    fn spawn_blocking(&self, job: impl FnOnce() + Send + 'static);

    /// Which runtime the caller runs on; by default unknown. Calls on one runtime can share a timer. The timer of another may never
    /// ring, since nobody may be driving it.
    fn id(&self) -> Option<u64> {
        None
    }

    /// The time on the clock that [`sleep`](Self::sleep) goes by; by default the system's. A runtime whose clock can be stopped, as
    /// tokio's can in tests, has its own.
    fn now(&self) -> Instant {
        Instant::now()
    }
}

/// A shared runtime with its type erased. The box makes it one pointer wide: every call carries it, but few use it.
#[derive(Clone)]
pub(crate) struct DynRuntime(Arc<Box<dyn ErasedRuntime>>);

impl DynRuntime {
    pub(crate) fn new(runtime: impl Runtime) -> Self {
        DynRuntime(Arc::new(Box::new(runtime)))
    }

    pub(crate) fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.0.spawn(task);
    }

    pub(crate) fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.0.sleep(duration)
    }

    pub(crate) fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
        self.0.spawn_blocking(job);
    }

    pub(crate) fn now(&self) -> Instant {
        self.0.now()
    }
}

/// A [`Runtime`] that can be a trait object.
trait ErasedRuntime: Send + Sync {
    fn spawn(&self, task: BoxFuture<'static, ()>);

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;

    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>);

    fn now(&self) -> Instant;
}

impl<R: Runtime> ErasedRuntime for R {
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        Runtime::spawn(self, task);
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(Runtime::sleep(self, duration))
    }

    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
        Runtime::spawn_blocking(self, job);
    }

    fn now(&self) -> Instant {
        Runtime::now(self)
    }
}

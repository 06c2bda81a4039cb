//! [`Tokio`]: the runtime that rpc-core's clients and servers use.

use std::future::Future;
use std::time::{Duration, Instant};

use rpc_core::Runtime;

/// The tokio runtime on which the caller runs.
///
/// A [server](crate::server::Connections) that stops waits for the blocking jobs that its connections have started on it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tokio;

impl Runtime for Tokio {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(task);
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(duration)
    }

    fn spawn_blocking(&self, job: impl FnOnce() + Send + 'static) {
        #[cfg(feature = "server")]
        let running = crate::server::jobs::track();
        tokio::task::spawn_blocking(move || {
            job();
            #[cfg(feature = "server")]
            drop(running);
        });
    }

    /// tokio's clock, which a test may stop.
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }
}

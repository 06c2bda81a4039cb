//! [`Tokio`]: the runtime that rpc-core's clients and servers use.

use std::future::Future;
use std::time::Duration;

use rpc_core::Runtime;

/// The tokio runtime on which the caller runs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tokio;

impl Runtime for Tokio {
    fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(future);
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(duration)
    }
}

/// Runs a job on a thread where it may block. A [server](crate::server::Connections) that stops waits for the jobs that its
/// connections have started.
pub fn spawn_blocking(job: Box<dyn FnOnce() + Send>) {
    #[cfg(feature = "server")]
    let running = crate::server::jobs::track();
    tokio::task::spawn_blocking(move || {
        job();
        #[cfg(feature = "server")]
        drop(running);
    });
}

//! [`Tokio`]: the runtime that rpc-core's clients and servers use.

use std::future::Future;
use std::hash::{Hash, Hasher};
use std::time::{Duration, Instant};

use rpc_core::Runtime;
use tokio::runtime::Handle;

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

    fn id(&self) -> Option<u64> {
        let runtime = Handle::try_current().ok()?;
        let mut number = Number(0);
        runtime.id().hash(&mut number);
        Some(number.finish())
    }

    /// tokio's clock, which a test may stop.
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }
}

/// Takes the number out of tokio's id, which shows it in no other way than to be hashed or printed.
struct Number(u64);

impl Hasher for Number {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_are_told_apart() {
        let runtime = || {
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            runtime.expect("nothing is enabled that could be missing")
        };
        let (one, two) = (runtime(), runtime());
        let id = |runtime: &tokio::runtime::Runtime| runtime.block_on(async { Tokio.id() });
        assert!(id(&one).is_some());
        assert_eq!(id(&one), id(&one));
        assert_ne!(id(&one), id(&two));
        assert_eq!(Tokio.id(), None);
    }
}

//! The blocking jobs that a server's connections have started. A job outlives the call and the connection that started it, so
//! the server counts it by itself.

use std::future::Future;

use super::tracker::{Tracked, Tracker};

tokio::task_local! {
    static JOBS: Tracker;
}

/// Counts the jobs that a future starts.
pub(crate) fn counting<F: Future>(jobs: Tracker, future: F) -> impl Future<Output = F::Output> {
    JOBS.scope(jobs, future)
}

/// Counts the jobs of a task among those of the connection that starts it. [`Connections`](super::Connections) waits for them.
pub fn count_jobs<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let jobs = JOBS.try_with(Clone::clone).unwrap_or_default();
    counting(jobs, future)
}

/// Counts one job more. `None` outside of a server.
pub(crate) fn track() -> Option<Tracked> {
    JOBS.try_with(Tracker::track).ok()
}

//! The blocking jobs that a server's connections have started. A job outlives the call and the connection that started it, so
//! the server counts it by itself.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use tokio::task;

use super::tracker::{Tracked, Tracker};

/// By the task of a connection. A task-local value would cost each of the task's polls a little, and jobs are rare.
static BY_TASK: LazyLock<Mutex<HashMap<task::Id, Tracker>>> = LazyLock::new(Mutex::default);

tokio::task_local! {
    /// Of a task that a connection has started.
    static OF_CONNECTION: Tracker;
}

/// The blocking jobs of a connection. [`Connections`](super::Connections) waits for them when it stops.
///
/// Jobs that the connection's own task starts are counted anyway. A task that it starts needs [`count`](Self::count).
#[derive(Debug, Clone, Default)]
pub struct ConnectionJobs(Tracker);

impl ConnectionJobs {
    /// Those of the connection whose task calls this.
    pub fn current() -> Self {
        ConnectionJobs(tracker().unwrap_or_default())
    }

    /// Counts the jobs that a future starts.
    pub fn count<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        OF_CONNECTION.scope(self.0.clone(), future)
    }
}

/// Counts the jobs of this task until it is dropped.
pub(super) struct Counting(task::Id);

impl Counting {
    pub(super) fn begin(jobs: Tracker) -> Self {
        let task = task::id();
        by_task().insert(task, jobs);
        Counting(task)
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        by_task().remove(&self.0);
    }
}

/// Counts one job more. `None` outside of a server.
pub(crate) fn track() -> Option<Tracked> {
    tracker().map(|jobs| jobs.track())
}

fn tracker() -> Option<Tracker> {
    let of_connection = OF_CONNECTION.try_with(Clone::clone).ok();
    of_connection.or_else(|| by_task().get(&task::try_id()?).cloned())
}

fn by_task() -> MutexGuard<'static, HashMap<task::Id, Tracker>> {
    // Nothing under the lock panics half-way.
    BY_TASK.lock().unwrap_or_else(PoisonError::into_inner)
}

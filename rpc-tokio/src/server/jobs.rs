//! What a server's connections start and do not wait for: blocking jobs, and calls whose client has gone. Either outlives its
//! connection, so the server counts it by itself.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tokio::runtime::Handle;
use tokio::task;

use super::PollOnWake;
use super::presence::Presence;
use super::stopping::Stopping;
use super::tracker::{Tracked, Tracker};

/// By the task of a connection. A task-local value would cost each of the task's polls a little, and jobs are rare.
static BY_TASK: LazyLock<Mutex<HashMap<task::Id, ConnectionJobs>>> = LazyLock::new(Mutex::default);

tokio::task_local! {
    /// Of a task that a connection has started, or that has taken over a call.
    static OF_CONNECTION: ConnectionJobs;
}

/// What a server waits for in addition to its connections.
#[derive(Debug, Clone)]
pub(super) struct Work {
    /// Blocking jobs.
    pub(super) jobs: Tracker,
    /// Calls whose client has gone.
    pub(super) calls: Tracker,
    pub(super) stopping: Stopping,
}

/// The blocking jobs of a connection, and its calls that go on without their client.
/// [`Connections`](super::Connections) waits for both when it stops.
///
/// Jobs that the connection's own task starts are counted anyway. A task that it starts needs [`count`](Self::count).
#[derive(Debug, Clone, Default)]
pub struct ConnectionJobs(Arc<OfConnection>);

#[derive(Debug, Default)]
struct OfConnection {
    /// `None` outside of a server.
    work: Option<Work>,
    client: Presence,
}

impl ConnectionJobs {
    /// Those of the connection whose task calls this. Outside of a server, nothing is counted.
    pub fn current() -> Self {
        find().unwrap_or_default()
    }

    pub(super) fn new(work: Work) -> Self {
        ConnectionJobs(Arc::new(OfConnection {
            work: Some(work),
            client: Presence::default(),
        }))
    }

    /// Counts the jobs that a future starts.
    pub fn count<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        OF_CONNECTION.scope(self.clone(), future)
    }

    /// Lets a call go on in a task of its own, although its client has gone. A server that stops waits for it until the
    /// deadline. Without a runtime, or when the server has broken everything off, the call is dropped.
    ///
    /// Inside the call, the client [has gone](client_gone).
    pub fn hand_over(&self, call: impl Future<Output = ()> + Send + 'static) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let work = self.0.work.clone();
        let orphaned = ConnectionJobs(Arc::new(OfConnection {
            work: work.clone(),
            client: Presence::gone(),
        }));
        let call = orphaned.count(call);
        let Some(work) = work else {
            runtime.spawn(call);
            return;
        };
        if work.stopping.is_broken_off() {
            return;
        }
        let counted = work.calls.track();
        let broken_off = PollOnWake::new(work.stopping.broken_off());
        runtime.spawn(async move {
            let _counted = counted;
            tokio::select! {
                biased;
                () = call => {}
                () = broken_off => tracing::debug!("broke off a call whose client had gone"),
            }
        });
    }

    /// Notes that the connection's client has gone. Calls that are [to be told](client_gone) are told.
    pub fn client_has_gone(&self) {
        self.0.client.has_gone();
    }

    /// Whether a call is to be told when the client goes. A transport that doesn't read while a call runs has to look then.
    #[inline]
    pub fn is_client_awaited(&self) -> bool {
        self.0.client.is_awaited()
    }
}

/// Completes when the client of the call that runs in this task has gone. For
/// [`RequestMetadata::watching`](rpc_core::RequestMetadata::watching).
pub fn client_gone() -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async {
        let jobs = ConnectionJobs::current();
        let mut gone = pin!(jobs.0.client.until_gone());
        // A call that was handed over runs in another task than before.
        poll_fn(|task| match client_is_gone() {
            true => Poll::Ready(()),
            false => gone.as_mut().poll(task),
        })
        .await;
    })
}

/// Whether this task has taken over a call, or was started by a connection whose client has gone since.
pub fn client_is_gone() -> bool {
    let is_gone = |jobs: &ConnectionJobs| jobs.0.client.is_gone();
    OF_CONNECTION.try_with(is_gone).unwrap_or(false)
}

/// Counts the jobs of this task until it is dropped.
pub(super) struct Counting(task::Id);

impl Counting {
    pub(super) fn begin(jobs: ConnectionJobs) -> Self {
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
    let work = find()?;
    work.0.work.as_ref().map(|work| work.jobs.track())
}

fn find() -> Option<ConnectionJobs> {
    let of_connection = OF_CONNECTION.try_with(Clone::clone).ok();
    of_connection.or_else(|| by_task().get(&task::try_id()?).cloned())
}

fn by_task() -> MutexGuard<'static, HashMap<task::Id, ConnectionJobs>> {
    // Nothing under the lock panics half-way.
    BY_TASK.lock().unwrap_or_else(PoisonError::into_inner)
}

//! What a server's connections start and do not wait for: blocking jobs, and calls whose client has gone. Both can outlive
//! their connection, so the server counts them separately.

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

/// Keyed by the task of a connection. A task-local value would cost each of the task's polls a little, and jobs are
/// rare.
static BY_TASK: LazyLock<Mutex<HashMap<task::Id, OfTask>>> = LazyLock::new(Mutex::default);

struct OfTask {
    jobs: ConnectionJobs,
    /// How many are [`Registered`].
    users: usize,
}

tokio::task_local! {
    /// The jobs of a task that a connection has started, or that has taken over a call.
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
    /// The jobs of the connection whose task calls this. Outside of a server, nothing is counted.
    pub fn current() -> Self {
        find().unwrap_or_default()
    }

    /// Tells when the connection's server stops. `None` outside of a server.
    pub fn stopping(&self) -> Option<Stopping> {
        let work = self.0.work.as_ref();
        work.map(|work| work.stopping.clone())
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
        // So that the parts that wait to be told are polled in the new task.
        self.0.client.tell();
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

/// Completes when the client of the call that runs in this task has gone. [`Origin`](super::Origin) hands it to calls.
pub fn client_gone() -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async {
        let registered = Registered::in_this_task(ConnectionJobs::default());
        let jobs = of_connection().unwrap_or_else(|| registered.jobs.clone());
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

/// Until this is dropped, a task's jobs can be found by the task's id.
pub(super) struct Registered {
    /// The jobs that were registered already, or else the new ones.
    jobs: ConnectionJobs,
    task: Option<task::Id>,
}

impl Registered {
    pub(super) fn in_this_task(new: ConnectionJobs) -> Self {
        let Some(task) = task::try_id() else {
            return Registered {
                jobs: new,
                task: None,
            };
        };
        let mut by_task = by_task();
        let of_task = by_task.entry(task).or_insert(OfTask {
            jobs: new,
            users: 0,
        });
        of_task.users += 1;
        Registered {
            jobs: of_task.jobs.clone(),
            task: Some(task),
        }
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let Some(task) = self.task else { return };
        let mut by_task = by_task();
        if let Some(of_task) = by_task.get_mut(&task) {
            of_task.users -= 1;
            if of_task.users == 0 {
                by_task.remove(&task);
            }
        }
    }
}

/// Counts one more job. `None` outside of a server.
pub(crate) fn track() -> Option<Tracked> {
    let work = find()?;
    work.0.work.as_ref().map(|work| work.jobs.track())
}

fn find() -> Option<ConnectionJobs> {
    let by_id = || Some(by_task().get(&task::try_id()?)?.jobs.clone());
    of_connection().or_else(by_id)
}

fn of_connection() -> Option<ConnectionJobs> {
    OF_CONNECTION.try_with(Clone::clone).ok()
}

fn by_task() -> MutexGuard<'static, HashMap<task::Id, OfTask>> {
    // Nothing under the lock panics half-way.
    BY_TASK.lock().unwrap_or_else(PoisonError::into_inner)
}

//! [`Tasks`]: each stream of a connection has a task of its own, which ends with the connection.

use std::future::{Future, poll_fn};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use hyper::rt::Executor;
use rpc_tokio::server::ConnectionJobs;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::sending::{SENDING, Sending};

/// The tasks of a connection's streams. hyper starts one for each request.
#[derive(Clone)]
pub(super) struct Tasks(Arc<Shared>);

struct Shared {
    running: Mutex<JoinSet<()>>,
    connection: ConnectionJobs,
    /// How long a client may take none of its response.
    write_timeout: Duration,
}

/// Ends the tasks when the connection is broken off.
pub(super) struct EndOnDrop(Tasks);

impl Tasks {
    /// In the task of the connection.
    pub(super) fn new(write_timeout: Duration) -> (Self, EndOnDrop) {
        let tasks = Tasks(Arc::new(Shared {
            running: Mutex::default(),
            connection: ConnectionJobs::current(),
            write_timeout,
        }));
        (tasks.clone(), EndOnDrop(tasks))
    }

    fn running(&self) -> MutexGuard<'_, JoinSet<()>> {
        // Nothing under the lock panics half-way.
        let running = self.0.running.lock();
        running.unwrap_or_else(PoisonError::into_inner)
    }
}

impl EndOnDrop {
    /// Ends what still runs, as the end of a connection does: calls that are not cancelled then go on without their client.
    pub(super) async fn end(self) {
        let mut running = mem::take(&mut *self.0.running());
        running.shutdown().await;
    }
}

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.running().abort_all();
    }
}

impl<F> Executor<F> for Tasks
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let sending = Arc::<Sending>::default();
        let served = until_client_is_deaf(stream, Arc::clone(&sending), self.0.write_timeout);
        // A stream that is reset drops its calls, and they hand themselves over: the others keep their client.
        let served = self.0.connection.count(SENDING.scope(sending, served));
        let mut running = self.running();
        while running.try_join_next().is_some() {}
        running.spawn(served);
    }
}

/// Serves a stream. Drops it, and thereby resets it, if its client takes nothing of the response for too long.
fn until_client_is_deaf(
    stream: impl Future<Output = ()> + Send + 'static,
    sending: Arc<Sending>,
    limit: Duration,
) -> impl Future<Output = ()> + Send {
    let mut stream = Box::pin(stream);
    let mut deadline = None;
    poll_fn(move |task| {
        if stream.as_mut().poll(task).is_ready() {
            return Poll::Ready(());
        }
        let Some(piece) = sending.waiting() else {
            deadline = None;
            return Poll::Pending;
        };
        if deadline.as_ref().is_none_or(|(of, _)| *of != piece) {
            deadline = Some((piece, Box::pin(sleep(limit))));
        }
        match &mut deadline {
            Some((_, deadline)) => deadline.as_mut().poll(task),
            None => Poll::Pending,
        }
    })
}

//! [`Connections`]: accepts connections until it is told to stop, and stops gracefully.

use std::future::{Future, pending};
use std::pin::Pin;
use std::time::Duration;
use std::{fmt, io};

use tokio::sync::watch;

use super::jobs;
use super::listener::{Listener, concerns_one_connection};
use super::tracker::Tracker;
use super::{Peer, PollOnWake};
use crate::defaults::{MAX_CONNECTIONS, SHUTDOWN_DEADLINE, STOP_GRACE};
use crate::permits::{Permit, Permits};
use crate::stream::Stream;

/// How long to wait for another file descriptor. To try again at once would only burn the processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until it is told to stop, and stops gracefully.
///
/// On the signal to stop, the listener is closed. The connections that the system has accepted by then are served too. Each
/// connection is told by its [`Stopping`], and ends in its own time. What is not done within the deadline is broken off.
/// Blocking jobs that the connections have started (by [`Tokio`](crate::Tokio)) are waited for as well,
/// within the same deadline.
///
/// When the future of [`serve`](Self::serve) is dropped, everything is broken off.
///
/// ```
/// use rpc_tokio::server::{Connections, Listener};
/// use tokio::io::AsyncWriteExt;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// let listener = Listener::bind_tcp("127.0.0.1:0").await?;
/// let connections = Connections::default().shutdown(async { /* a signal */ });
/// let broken_off = connections
///     .serve(listener, |mut stream, _peer, _stopping| async move {
///         let _best_effort = stream.write_all(b"hello\n").await;
///     })
///     .await;
/// assert_eq!(broken_off.connections, 0);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is accepted until `serve` is awaited"]
pub struct Connections {
    signal: Pin<Box<dyn Future<Output = ()> + Send>>,
    deadline: Duration,
    most: usize,
}

/// What was not done by the deadline of a graceful stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct BrokenOff {
    /// Connections that were closed.
    pub connections: usize,
    /// Blocking jobs that nobody waits for any more. They run to their end.
    pub jobs: usize,
}

impl Default for Connections {
    fn default() -> Self {
        Connections {
            signal: Box::pin(pending()),
            deadline: SHUTDOWN_DEADLINE,
            most: MAX_CONNECTIONS,
        }
    }
}

impl Connections {
    /// Stops when this future completes.
    pub fn shutdown(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.signal = Box::pin(signal);
        self
    }

    /// How long connections and jobs may go on after that; default [`SHUTDOWN_DEADLINE`].
    pub fn shutdown_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The most connections at the same time; default [`MAX_CONNECTIONS`], at least 1. More wait to be accepted.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.most = connections;
        self
    }

    /// Serves each connection in a task of its own, by the future that `connection` makes.
    pub async fn serve<F>(
        self,
        listener: Listener,
        connection: impl Fn(Stream, Peer, Stopping) -> F,
    ) -> BrokenOff
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let Connections {
            mut signal,
            deadline,
            most,
        } = self;
        let permits = Permits::new(most);
        // Each connection has a receiver. A value tells it to come to an end. Without a sender, it is broken off.
        let (stop, stopping) = watch::channel(());
        let tasks = Tasks {
            connection,
            stopping: Stopping(stopping),
            running: Tracker::default(),
            jobs: Tracker::default(),
        };
        loop {
            let accepted = tokio::select! {
                () = &mut signal => break,
                accepted = accept(&listener, &permits) => accepted,
            };
            match accepted {
                Ok((stream, peer, permit)) => tasks.spawn(stream, peer, async { permit }),
                Err(error) => pause_after(&error).await,
            }
        }
        for (stream, peer) in listener.into_waiting() {
            let permits = permits.clone();
            tasks.spawn(stream, peer, async move { permits.acquire().await });
        }
        stop.send_replace(());
        tasks.until_done(deadline).await
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections")
            .field("max_connections", &self.most)
            .field("shutdown_deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

async fn accept(listener: &Listener, permits: &Permits) -> io::Result<(Stream, Peer, Permit)> {
    let permit = permits.acquire().await;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, permit))
}

/// A connection that broke before it was accepted needs no pause. Out of file descriptors, the server waits for some to be
/// closed.
async fn pause_after(error: &io::Error) {
    if concerns_one_connection(error) {
        return;
    }
    tracing::error!(%error, "could not accept a connection");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

/// The connections' tasks.
struct Tasks<C> {
    connection: C,
    stopping: Stopping,
    running: Tracker,
    jobs: Tracker,
}

impl<C, F> Tasks<C>
where
    C: Fn(Stream, Peer, Stopping) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    /// Serves a connection as soon as there is a permit for it.
    fn spawn(
        &self,
        stream: Stream,
        peer: Peer,
        permit: impl Future<Output = Permit> + Send + 'static,
    ) {
        stream.send_at_once();
        let served = (self.connection)(stream, peer, self.stopping.clone());
        let broken_off = PollOnWake::new(self.stopping.clone().broken_off());
        let running = self.running.track();
        let task = async move {
            let _running = running;
            let served = async {
                let _permit = permit.await;
                served.await;
            };
            tokio::select! {
                biased;
                () = served => {}
                () = broken_off => tracing::debug!(%peer, "broke off a connection"),
            }
        };
        tokio::spawn(jobs::counting(self.jobs.clone(), task));
    }

    async fn until_done(&self, deadline: Duration) -> BrokenOff {
        let done = async {
            self.running.until_none().await;
            self.jobs.until_none().await;
        };
        if tokio::time::timeout(deadline, done).await.is_ok() {
            return BrokenOff::default();
        }
        let broken_off = BrokenOff {
            connections: self.running.running(),
            jobs: self.jobs.running(),
        };
        tracing::warn!(
            connections = broken_off.connections,
            blocking_jobs = broken_off.jobs,
            "broke off what was not done by the shutdown's deadline"
        );
        broken_off
    }
}

/// Tells a connection when to come to an end.
#[derive(Debug, Clone)]
pub struct Stopping(watch::Receiver<()>);

impl Stopping {
    /// Whether the signal to stop has come.
    pub fn has_begun(&self) -> bool {
        // The value is never marked as seen, so that it stays a change.
        self.0.has_changed().unwrap_or(true)
    }

    /// Waits for the signal to stop.
    pub async fn begun(mut self) {
        if self.0.changed().await.is_err() {
            // The connection is being broken off.
            pending().await
        }
    }

    /// Waits until [`STOP_GRACE`] after the signal to stop. Until then requests are still taken: one may be on its way
    /// already.
    pub async fn grace_is_over(self) {
        self.begun().await;
        tokio::time::sleep(STOP_GRACE).await;
    }

    async fn broken_off(mut self) {
        while self.0.changed().await.is_ok() {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::{Semaphore, oneshot};
    use tokio::task::JoinHandle;

    use rpc_core::Runtime;

    use super::super::listener::LocalAddress;
    use super::*;
    use crate::Tokio;

    /// No test waits longer for anything.
    async fn within<F: Future>(future: F) -> F::Output {
        let limit = Duration::from_secs(60);
        tokio::time::timeout(limit, future).await.expect("hangs")
    }

    struct Server {
        address: std::net::SocketAddr,
        stop: oneshot::Sender<()>,
        task: JoinHandle<BrokenOff>,
    }

    async fn server<F>(
        set_up: impl FnOnce(Connections) -> Connections,
        connection: impl Fn(Stream, Peer, Stopping) -> F + Send + Sync + 'static,
    ) -> Server
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = Listener::bind_tcp("127.0.0.1:0").await.expect("a port");
        let Ok(LocalAddress::Tcp(address)) = listener.local_address() else {
            panic!("it listens over TCP")
        };
        let (stop, stopped) = oneshot::channel();
        let connections = set_up(Connections::default()).shutdown(async { drop(stopped.await) });
        let task = tokio::spawn(connections.serve(listener, connection));
        Server {
            address,
            stop,
            task,
        }
    }

    impl Server {
        async fn connect(&self) -> TcpStream {
            within(TcpStream::connect(self.address))
                .await
                .expect("it listens")
        }

        async fn stop(self) -> BrokenOff {
            self.stop.send(()).expect("it runs");
            within(self.task).await.expect("no panic")
        }
    }

    /// A connection that never ends by itself, and holds on to all that it is given.
    async fn hang(mut stream: Stream, started: Arc<Semaphore>, stopping: Stopping) {
        let also_held = (stopping.clone(), stopping.clone());
        stream.write_all(b"!").await.expect("it is there");
        started.add_permits(1);
        pending::<()>().await;
        drop((also_held, stopping));
    }

    #[tokio::test]
    async fn each_connection_that_is_broken_off_counts_once() {
        let started = Arc::new(Semaphore::new(0));
        let counted = Arc::clone(&started);
        let server = server(
            |it| it.shutdown_deadline(Duration::from_millis(50)),
            move |stream, _, stopping| hang(stream, Arc::clone(&counted), stopping),
        )
        .await;
        let _clients = [server.connect().await, server.connect().await];
        let _both = within(started.acquire_many(2)).await;
        let expected = BrokenOff {
            connections: 2,
            jobs: 0,
        };
        assert_eq!(server.stop().await, expected);
    }

    /// They have been accepted by the system, and no client can know that nobody looks at them.
    #[tokio::test(flavor = "current_thread")]
    async fn waiting_connections_are_served_before_the_end() {
        let server = server(
            |it| it.max_connections(1),
            |mut stream, _, _| async move {
                let _best_effort = stream.write_all(b"served").await;
            },
        )
        .await;
        // Without tokio, and on one thread: the server has had no turn to accept them.
        let address = server.address;
        let mut clients: Vec<_> = (0..20)
            .map(|_| std::net::TcpStream::connect(address).expect("it listens"))
            .collect();
        assert_eq!(server.stop().await, BrokenOff::default());
        for client in &mut clients {
            let mut answer = String::new();
            std::io::Read::read_to_string(client, &mut answer).expect("no reset");
            assert_eq!(answer, "served");
        }
    }

    /// A server whose only connection has ended, and has left a job that runs until the sender is dropped.
    async fn with_a_job(
        set_up: impl FnOnce(Connections) -> Connections,
    ) -> (Server, std::sync::mpsc::Sender<()>) {
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        let finished = Arc::new(std::sync::Mutex::new(finished));
        let server = server(set_up, move |_, _, _| {
            let finished = Arc::clone(&finished);
            async move {
                Tokio.spawn_blocking(move || {
                    let _end = finished.lock().map(|it| it.recv());
                });
            }
        })
        .await;
        let mut client = server.connect().await;
        let mut nothing = Vec::new();
        within(client.read_to_end(&mut nothing))
            .await
            .expect("an end");
        (server, finish)
    }

    #[tokio::test]
    async fn blocking_jobs_are_waited_for() {
        let (server, finish) = with_a_job(|it| it).await;
        let mut stopped = Box::pin(server.stop());
        let early = tokio::time::timeout(Duration::from_millis(200), &mut stopped).await;
        assert!(early.is_err(), "it did not wait for the job");
        drop(finish);
        assert_eq!(stopped.await, BrokenOff::default());
    }

    #[tokio::test]
    async fn jobs_that_miss_the_deadline_are_counted() {
        let deadline = Duration::from_millis(50);
        let (server, finish) = with_a_job(|it| it.shutdown_deadline(deadline)).await;
        let expected = BrokenOff {
            connections: 0,
            jobs: 1,
        };
        assert_eq!(server.stop().await, expected);
        drop(finish);
    }
}

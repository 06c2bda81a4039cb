//! [`Connections`]: accepts connections until it is told to stop, and stops gracefully.

use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use std::{fmt, io};

use futures_util::FutureExt;
use rpc_core::Excerpt;
use tokio::sync::watch;

use super::jobs::{ConnectionJobs, Registered, Work};
use super::listener::{Listener, concerns_one_connection};
use super::stopping::Stopping;
use super::tracker::Tracker;
use super::{Peer, PollOnWake};
use crate::defaults::{MAX_CONNECTIONS, SHUTDOWN_DEADLINE};
use crate::permits::{Permit, Permits};
use crate::stream::Stream;

/// How long to wait for another file descriptor. Trying again at once would only burn the processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until it is told to stop, and stops gracefully.
///
/// On the signal to stop, the listener is closed. The connections that the system has accepted by then are served too. Each
/// connection learns of the signal from its [`Stopping`], and ends in its own time. The server also waits for blocking jobs
/// that the connections have started (by [`Tokio`](crate::Tokio)), and for calls that go on without their client
/// ([`ConnectionJobs::hand_over`]). What is not done by the deadline is broken off.
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
    /// Calls whose client had gone.
    pub calls: usize,
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
    /// Stops the server when this future completes.
    pub fn shutdown(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.signal = Box::pin(signal);
        self
    }

    /// How long connections and jobs may go on after the signal to stop; default [`SHUTDOWN_DEADLINE`].
    pub fn shutdown_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How many connections may be open at the same time; default [`MAX_CONNECTIONS`], at least 1. Any more wait to be
    /// accepted.
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
            running: Tracker::default(),
            work: Work {
                jobs: Tracker::default(),
                calls: Tracker::default(),
                stopping: Stopping::new(stopping),
            },
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
    let error = Excerpt::for_log(error);
    tracing::error!(%error, "could not accept a connection");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

/// The connections' tasks.
struct Tasks<C> {
    connection: C,
    running: Tracker,
    work: Work,
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
        let stopping = &self.work.stopping;
        let served = (self.connection)(stream, peer, stopping.clone());
        let mut broken_off = PollOnWake::new(stopping.clone().broken_off());
        let running = self.running.track();
        let jobs = ConnectionJobs::new(self.work.clone());
        // Boxed, since an `async` block keeps room for a future both before and while it awaits it.
        let served = Box::pin(permit.then(|permit| served.map(|()| drop(permit))));
        tokio::spawn(async move {
            let _running = running;
            let _registered = Registered::in_this_task(jobs);
            // Here, so that it is dropped before the two above: a call that is broken off still finds its connection.
            let mut served = served;
            poll_fn(|task| {
                if served.as_mut().poll(task).is_ready() {
                    return Poll::Ready(());
                }
                let broken_off = Pin::new(&mut broken_off).poll(task);
                broken_off.map(|()| tracing::debug!(%peer, "broke off a connection"))
            })
            .await;
        });
    }

    async fn until_done(&self, deadline: Duration) -> BrokenOff {
        let done = async {
            // A connection may leave calls, and either may leave jobs.
            self.running.until_none().await;
            self.work.calls.until_none().await;
            self.work.jobs.until_none().await;
        };
        if tokio::time::timeout(deadline, done).await.is_ok() {
            return BrokenOff::default();
        }
        let broken_off = BrokenOff {
            connections: self.running.running(),
            calls: self.work.calls.running(),
            jobs: self.work.jobs.running(),
        };
        tracing::warn!(
            connections = broken_off.connections,
            calls = broken_off.calls,
            blocking_jobs = broken_off.jobs,
            "broke off what was not done by the shutdown's deadline"
        );
        broken_off
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

    use super::super::jobs::{client_gone, client_is_gone};
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

        /// Connects, and waits until the server ends the connection.
        async fn connect_and_wait(&self) {
            let mut client = self.connect().await;
            let mut nothing = Vec::new();
            let end = within(client.read_to_end(&mut nothing)).await;
            end.expect("an end");
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
            ..BrokenOff::default()
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
        server.connect_and_wait().await;
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
            jobs: 1,
            ..BrokenOff::default()
        };
        assert_eq!(server.stop().await, expected);
        drop(finish);
    }

    /// A server whose only connection has ended, and has left a call that runs until the sender is dropped.
    async fn with_a_call(
        set_up: impl FnOnce(Connections) -> Connections,
    ) -> (Server, oneshot::Sender<()>) {
        let (finish, finished) = oneshot::channel();
        let finished = Arc::new(std::sync::Mutex::new(Some(finished)));
        let server = server(set_up, move |_, _, _| {
            let finished = Arc::clone(&finished);
            async move {
                let finished = finished.lock().expect("no panic").take();
                let finished = finished.expect("one connection");
                assert!(!client_is_gone());
                ConnectionJobs::current().hand_over(async move {
                    assert!(client_is_gone());
                    client_gone().await;
                    drop(finished.await);
                });
            }
        })
        .await;
        server.connect_and_wait().await;
        (server, finish)
    }

    #[tokio::test]
    async fn calls_that_were_handed_over_are_waited_for() {
        let (server, finish) = with_a_call(|it| it).await;
        let mut stopped = Box::pin(server.stop());
        let early = tokio::time::timeout(Duration::from_millis(200), &mut stopped).await;
        assert!(early.is_err(), "it did not wait for the call");
        drop(finish);
        assert_eq!(stopped.await, BrokenOff::default());
    }

    #[tokio::test]
    async fn calls_that_were_handed_over_are_broken_off_at_the_deadline() {
        let deadline = Duration::from_millis(50);
        let (server, mut finish) = with_a_call(|it| it.shutdown_deadline(deadline)).await;
        let expected = BrokenOff {
            calls: 1,
            ..BrokenOff::default()
        };
        assert_eq!(server.stop().await, expected);
        within(finish.closed()).await;
    }

    #[tokio::test]
    async fn jobs_of_the_tasks_of_a_connection_are_counted() {
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        let finished = Arc::new(std::sync::Mutex::new(finished));
        let started = Arc::new(Semaphore::new(0));
        let counted = Arc::clone(&started);
        let server = server(
            |it| it.shutdown_deadline(Duration::from_millis(50)),
            move |_, _, _| {
                let (finished, started) = (Arc::clone(&finished), Arc::clone(&counted));
                async move {
                    let jobs = ConnectionJobs::current();
                    tokio::spawn(jobs.count(async move {
                        Tokio.spawn_blocking(move || {
                            let _end = finished.lock().map(|it| it.recv());
                        });
                        started.add_permits(1);
                    }));
                }
            },
        )
        .await;
        let _client = server.connect().await;
        let _started = within(started.acquire()).await;
        assert_eq!(server.stop().await.jobs, 1);
        drop(finish);
    }
}

//! `serve`: what connects to a listener, until it is told to stop.

use std::fmt;
use std::future::{Future, IntoFuture, pending};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rpc_core::{Server, Service};
use tokio::sync::{Semaphore, watch};

use super::Listener;
use super::calls::Calls;
use super::connection::{Connection, Times};

/// Serves a service over ZeroMQ, with defaults that hold in production.
///
/// ```no_run
/// # use rpc_core::Dispatcher;
/// # async fn run(stop: tokio::sync::oneshot::Receiver<()>) -> std::io::Result<()> {
/// let service = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
/// let listener = rpc_zmq::bind("tcp://*:5555").await?;
/// rpc_zmq::serve(listener, service).max_message(64 * 1024).shutdown(async { drop(stop.await) }).await
/// # }
/// ```
///
/// It ends when the future given to [`Serve::shutdown`] does, or never. Then no more connections are accepted, what comes
/// on those that there are is taken for half a second more, everything that was taken is answered, and the connections are
/// closed. What is not done within the [deadline](Serve::shutdown_deadline) is broken off, and so is everything when the
/// server's future is dropped.
///
/// Messages of one connection are handled concurrently, and answered in the order in which they are done. Where a
/// connection ends while its calls run, they run to their end, for a notification's sender has no reason to stay.
pub fn serve<S: Service>(listener: Listener, service: S) -> Serve<S> {
    Serve::new(listener, Server::new(service).runtime(Threads))
}

/// The runtime that serves.
struct Threads;

impl rpc_core::Runtime for Threads {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(task);
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(duration)
    }

    fn spawn_blocking(&self, job: impl FnOnce() + Send + 'static) {
        tokio::task::spawn_blocking(job);
    }
}

/// A server that is set up: await it. See [`serve()`].
#[must_use = "a server does nothing until it is awaited"]
pub struct Serve<S> {
    listener: Listener,
    calls: Calls<S>,
    shutdown: Pin<Box<dyn Future<Output = ()> + Send>>,
    shutdown_deadline: Duration,
    max_connections: usize,
    max_message: usize,
    times: Times,
}

impl<S: Service> Serve<S> {
    /// Serves a server that is set up already.
    ///
    /// `blocking` methods leave the async threads only where [`Server::runtime`] says how.
    pub fn new(listener: Listener, server: Server<S>) -> Self {
        Serve {
            listener,
            calls: Calls::new(server),
            shutdown: Box::pin(pending()),
            shutdown_deadline: Duration::from_secs(30),
            max_connections: 8192,
            max_message: 2 * 1024 * 1024,
            times: Times {
                handshake: Duration::from_secs(10),
                message: Duration::from_secs(30),
                write: Duration::from_secs(30),
                heartbeat: Duration::from_secs(30),
                idle: Duration::from_secs(3600),
            },
        }
    }

    /// Stops when this future is done.
    pub fn shutdown(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.shutdown = Box::pin(signal);
        self
    }

    /// How long messages that were taken may be worked on after that; default 30 s.
    pub fn shutdown_deadline(mut self, deadline: Duration) -> Self {
        self.shutdown_deadline = deadline;
        self
    }

    /// The most connections at the same time; default 8,192. Further ones wait to be accepted, with 0 all of them.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections.min(Semaphore::MAX_PERMITS);
        self
    }

    /// The largest message, in bytes, its envelope included; default 2 MiB. Who announces a larger one is disconnected: in
    /// ZeroMQ, too, that is how a message over the limit ends. Replies may be larger, and as many bytes of them wait for a
    /// client that does not take them, before they count among the messages in flight.
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.max_message = bytes;
        self
    }

    /// The most messages that are handled at the same time, over all connections; default 1,024, and at least 1. Further
    /// ones are not read until there is room, so that they wait with their senders.
    pub fn max_in_flight(mut self, messages: usize) -> Self {
        self.calls.max_in_flight(messages);
        self
    }

    /// The most messages of one connection that are handled at the same time; default 256, and at least 1. Further ones are
    /// not read until one of them is answered.
    pub fn max_in_flight_per_connection(mut self, messages: usize) -> Self {
        self.calls.max_per_connection = messages.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// How long a new connection may take for the handshake; default 10 s.
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.times.handshake = timeout;
        self
    }

    /// How long a message may take to arrive, from its first byte to its last; default 30 s.
    pub fn message_timeout(mut self, timeout: Duration) -> Self {
        self.times.message = timeout;
        self
    }

    /// How long a client may take nothing of what it is sent; default 30 s.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.times.write = timeout;
        self
    }

    /// After how much silence a client is asked whether it is there, and how long it has to answer; default 30 s. With
    /// zero none is asked, as in ZeroMQ. Clients that speak ZMTP 3.0, libzmq before 4.2, know no PING: over `tcp://` they
    /// are asked by TCP's keep-alive, after the same time, but no sooner than after a second.
    pub fn heartbeat(mut self, interval: Duration) -> Self {
        self.times.heartbeat = interval;
        self
    }

    /// How long a connection may be open without a message; default one hour.
    ///
    /// ZeroMQ's sockets connect again by themselves. But a REQ socket whose request meets the end of its connection waits
    /// for ever, unless it was given `RCVTIMEO`, so that this should not be short.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.times.idle = timeout;
        self
    }

    /// The most entries of a batch; default 100. See [`Limits::max_batch`](rpc_core::Limits::max_batch).
    pub fn max_batch(mut self, entries: usize) -> Self {
        self.calls.server = self.calls.server.max_batch(entries);
        self
    }

    /// How many entries of a batch run at the same time; default 16. See
    /// [`Limits::batch_concurrency`](rpc_core::Limits::batch_concurrency).
    pub fn batch_concurrency(mut self, entries: usize) -> Self {
        self.calls.server = self.calls.server.batch_concurrency(entries);
        self
    }

    /// How deep a message may nest; default, and at most, 128. See
    /// [`Limits::max_nesting`](rpc_core::Limits::max_nesting).
    pub fn max_nesting(mut self, levels: usize) -> Self {
        self.calls.server = self.calls.server.max_nesting(levels);
        self
    }

    /// Says in the data of errors -32700 and -32600 what is wrong with a message that is no request; default off. See
    /// [`Server::explain`].
    pub fn explain(mut self, on: bool) -> Self {
        self.calls.server = self.calls.server.explain(on);
        self
    }

    /// Sends the detail of internal errors as their data; default off. See [`Server::disclose`].
    pub fn disclose(mut self, on: bool) -> Self {
        self.calls.server = self.calls.server.disclose(on);
        self
    }

    /// Answers `rpc.methods`, `rpc.help` and `rpc.signature`; default on. See [`Server::introspection`].
    pub fn introspection(mut self, on: bool) -> Self {
        self.calls.server = self.calls.server.introspection(on);
        self
    }

    /// Understands JSON-RPC 1.0 beside 2.0; default off. See [`Server::version_1`].
    pub fn version_1(mut self, on: bool) -> Self {
        self.calls.server = self.calls.server.version_1(on);
        self
    }

    /// A value that methods find in their context.
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.calls.extensions.insert(value);
        self
    }
}

impl<S> fmt::Debug for Serve<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve")
            .field("listener", &self.listener)
            .field("max_message", &self.max_message)
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}

impl<S: Service> IntoFuture for Serve<S> {
    type Output = io::Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(run(self))
    }
}

async fn run<S: Service>(serve: Serve<S>) -> io::Result<()> {
    let Serve {
        listener,
        mut shutdown,
        shutdown_deadline,
        ..
    } = serve;
    let places = Arc::new(Semaphore::new(serve.max_connections));
    let mut calls = serve.calls;
    calls.endpoint = listener.address()?.to_string();
    let calls = Arc::new(calls);
    // Each connection has a receiver. A value tells it to come to an end; that there is no sender any more, to end.
    let (stop, stopping) = watch::channel(());
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = async {
                let place = Arc::clone(&places).acquire_owned().await;
                let place = place.map_err(io::Error::other)?;
                let (stream, peer) = listener.accept().await?;
                Ok((place, stream, peer))
            } => accepted,
        };
        let (place, stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                wait_after(&error).await;
                continue;
            }
        };
        let connection = Connection {
            calls: Arc::clone(&calls),
            peer,
            max_message: serve.max_message,
            times: serve.times,
            stopping: stopping.clone(),
        };
        tokio::spawn(async move {
            connection.run(stream).await;
            drop(place);
        });
    }
    drop((listener, stopping));
    stop.send_replace(());
    if tokio::time::timeout(shutdown_deadline, stop.closed())
        .await
        .is_err()
    {
        tracing::warn!(
            connections = serve.max_connections - places.available_permits(),
            "broke off what was not done by the shutdown's deadline"
        );
    }
    Ok(())
}

/// A connection that broke before it was accepted is nobody's concern. Out of file descriptors, the server waits for
/// some to be closed, where trying again at once would only burn the processor.
async fn wait_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        return;
    }
    tracing::error!(%error, "could not accept a connection");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

//! [`serve`]: ZeroMQ on a listener, until it is told to stop.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rpc_core::{IntoServer, Service};
use rpc_tokio::Tokio;
use rpc_tokio::server::{Connections, Listener};

use super::calls::Calls;
use super::connection::Connection;
use super::timeouts::Timeouts;
use crate::address::Address;
use crate::defaults;

/// Serves a service over ZeroMQ, with defaults for production.
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
/// The server runs until the future given to [`Serve::shutdown`] completes. Then it accepts no more connections, serves those
/// that were waiting to be accepted, accepts messages for another half second, answers everything that it has accepted, and
/// closes the connections. What is not done by the [deadline](Serve::shutdown_deadline) is broken off. If the server's future
/// is dropped, everything is broken off at once.
///
/// Messages of one connection are handled concurrently, and answered in the order in which they are done. If a connection
/// ends, everything that was sent on it is still read, and runs to its end. Only calls that are [cancelled on
/// disconnect](rpc_core::Server::cancel_on_disconnect) are dropped, even before they have begun. Notifications never are.
///
/// It serves a service, or a [`Server`](rpc_core::Server) that is set up already. `blocking` methods run on tokio's threads
/// for blocking work, unless the server has another [runtime](rpc_core::Server::runtime).
pub fn serve<S: Service>(
    listener: impl Into<Listener>,
    service: impl IntoServer<Service = S>,
) -> Serve<S> {
    let server = service.into_server().or_runtime(Tokio);
    Serve {
        listener: listener.into(),
        calls: Calls::new(server),
        connections: Connections::default(),
        max_message: defaults::MAX_MESSAGE,
        timeouts: Timeouts::default(),
    }
}

/// A server that is set up: await it. See [`serve()`].
#[must_use = "a server does nothing until it is awaited"]
pub struct Serve<S> {
    listener: Listener,
    calls: Calls<S>,
    connections: Connections,
    max_message: usize,
    timeouts: Timeouts,
}

impl<S: Service> Serve<S> {
    /// Stops the server when this future completes.
    #[doc(alias = "with_graceful_shutdown")]
    pub fn shutdown(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.connections = self.connections.shutdown(signal);
        self
    }

    /// How long accepted messages may be handled after the signal to stop; default 30 s.
    pub fn shutdown_deadline(mut self, deadline: Duration) -> Self {
        self.connections = self.connections.shutdown_deadline(deadline);
        self
    }

    /// How many connections may be open at the same time; default 8,192, and at least 1. Any more wait to be accepted.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.connections = self.connections.max_connections(connections);
        self
    }

    /// The largest message, in bytes, its envelope included; default 2 MiB. A client that announces a larger one is
    /// disconnected, as in ZeroMQ. Replies may be larger. Up to the same number of bytes of replies may wait for a client that
    /// does not read them. Beyond that, they count among the messages in flight.
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.max_message = bytes;
        self
    }

    /// How many messages are handled at the same time, over all connections; default 1,024, and at least 1. Any more are not
    /// read until one is done, so they wait with their senders.
    ///
    /// A connection gets another place only while it has fewer than are left for all other connections. So a single connection
    /// has at most half of the places, and a few connections with many slow calls can't keep the others out.
    pub fn max_in_flight(mut self, messages: usize) -> Self {
        self.calls.max_in_flight(messages);
        self
    }

    /// How many messages of one connection are handled at the same time; default 256, and at least 1. Any more are not
    /// read until one of them is answered.
    pub fn max_in_flight_per_connection(mut self, messages: usize) -> Self {
        self.calls.max_per_connection = messages;
        self
    }

    /// How long a new connection may take for the handshake; default 10 s.
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.handshake = timeout;
        self
    }

    /// How long a message may take to arrive, from its first byte to its last; default 30 s.
    pub fn message_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.message = timeout;
        self
    }

    /// How long a client may read nothing of what it is sent; default 30 s.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.write = timeout;
        self
    }

    /// How long a client may be silent before it is sent a PING, and how long it then has to answer; default 30 s. With zero,
    /// no PING is sent, as in ZeroMQ. Clients that speak ZMTP 3.0 (libzmq before 4.2) do not know PING. Over `tcp://`, TCP's
    /// keep-alive probes them after the same time, but not before a second.
    pub fn heartbeat(mut self, interval: Duration) -> Self {
        self.timeouts.heartbeat = interval;
        self
    }

    /// How long a connection may be open without a message; default one hour.
    ///
    /// ZeroMQ's sockets reconnect by themselves. But if a connection ends just as a REQ socket sends a request, the socket
    /// waits for ever, unless it has `RCVTIMEO`. So this time should not be short.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.idle = timeout;
        self
    }

    /// A value that methods find in their context.
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.calls.values.insert(value);
        self
    }
}

impl<S> fmt::Debug for Serve<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve")
            .field("listener", &self.listener)
            .field("max_message", &self.max_message)
            .field("timeouts", &self.timeouts)
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
        mut calls,
        connections,
        max_message,
        timeouts,
    } = serve;
    calls.endpoint = Address::of(&listener)?.to_string();
    let calls = Arc::new(calls);
    let serve_one = |stream, peer, stopping| {
        let connection = Connection {
            calls: Arc::clone(&calls),
            peer,
            max_message,
            timeouts,
            stopping,
        };
        connection.serve(stream)
    };
    // What was broken off is in the log.
    let _broken_off = connections.serve(listener, serve_one).await;
    Ok(())
}

//! [`serve`]: a service on a listener, until it is told to stop.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rpc_core::limits::InFlight;
use rpc_core::{DuplexLimits, IntoServer};
#[cfg(feature = "tls")]
use rpc_tokio::server::Tls;
use rpc_tokio::server::{Connections, Listener, LocalAddress};

use super::connection::Connection;
use super::settings::Settings;
use crate::defaults::{KEEP_ALIVE, MAX_IN_FLIGHT, MAX_STREAMS};

/// Serves a service over TCP or a Unix socket, with defaults for production.
///
/// ```no_run
/// # use rpc_core::Dispatcher;
/// use rpc_stream::server::{Listener, serve};
///
/// # async fn run(stop: tokio::sync::oneshot::Receiver<()>) -> std::io::Result<()> {
/// let service = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
/// let listener = Listener::bind_unix("/run/shop.sock").await?;
/// serve(listener, service).max_message(64 * 1024).shutdown(async { drop(stop.await) }).await
/// # }
/// ```
///
/// The server runs until the future given to [`Serve::shutdown`] completes. Then it accepts no more connections, refuses new
/// calls, and ends streams with error -32802. It closes each connection when its calls are done. What is not done by the
/// [deadline](Serve::shutdown_deadline) is broken off. If the server's future is dropped, everything is broken off at once.
///
/// A client that closes its side still gets the replies to what it has sent: for up to five seconds, calls and streams go on. Then
/// they are dropped, as they are at once when the connection breaks. Notifications run to their end.
///
/// It serves a service, or a [`Server`](rpc_core::Server) that is set up already. `blocking` methods run on tokio's threads
/// for blocking work, unless the server has another [runtime](rpc_core::Server::runtime).
pub fn serve(listener: impl Into<Listener>, service: impl IntoServer) -> Serve {
    Serve {
        listener: listener.into(),
        connections: Connections::default(),
        settings: Settings::new(service),
        in_flight: InFlight::new(MAX_IN_FLIGHT),
        streams: InFlight::new(MAX_STREAMS),
        keep_alive: KEEP_ALIVE,
        #[cfg(feature = "tls")]
        tls: None,
    }
}

/// A server that is set up: await it. See [`serve()`].
#[must_use = "a server does nothing until it is awaited"]
pub struct Serve {
    listener: Listener,
    connections: Connections,
    settings: Settings,
    in_flight: InFlight,
    streams: InFlight,
    keep_alive: Duration,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
}

impl Serve {
    /// Stops the server when this future completes.
    #[doc(alias = "with_graceful_shutdown")]
    pub fn shutdown(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.connections = self.connections.shutdown(signal);
        self
    }

    /// How long calls may go on after the signal to stop; default 30 s.
    pub fn shutdown_deadline(mut self, deadline: Duration) -> Self {
        self.connections = self.connections.shutdown_deadline(deadline);
        self
    }

    /// How many connections may be open at the same time; default 8,192, and at least 1. Any more wait to be accepted.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.connections = self.connections.max_connections(connections);
        self
    }

    /// The largest message, in bytes; default 2 MiB. A larger one is answered with error -32600, with id null since its id is not
    /// known. A line is then skipped, and the connection goes on. After a larger `Content-Length`, the connection is closed.
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.settings.bounds.max_message = bytes;
        self
    }

    /// What a connection may cost: calls, streams and their buffers.
    pub fn duplex_limits(mut self, limits: DuplexLimits) -> Self {
        self.settings.session = self.settings.session.limits(limits);
        self
    }

    /// How many calls are in flight at the same time, over all connections; default 1,024, and at least 1. Any more get error
    /// -32009. A call counts while it waits for something, and notifications don't count.
    pub fn max_in_flight(mut self, calls: usize) -> Self {
        self.in_flight = InFlight::new(calls);
        self
    }

    /// How many streams are open at the same time, over all connections; default 16,384, and at least 1. Any more get error
    /// -32006.
    pub fn max_streams(mut self, streams: usize) -> Self {
        self.streams = InFlight::new(streams);
        self
    }

    /// How long a client may read nothing of what it is sent; default 30 s. Then its connection is closed.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.settings.bounds.write_timeout = timeout;
        self
    }

    /// How long a client may be silent before TCP asks whether it is there, and how long it then has to answer; default 30 s, at
    /// least 1 s. With zero, a client that has gone silently is noticed only when it is sent something.
    pub fn keep_alive(mut self, time: Duration) -> Self {
        self.keep_alive = time;
        self
    }

    /// A value that methods find in their context.
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.settings.values.insert(value);
        self
    }

    /// Serves over TLS only. Methods find the client's [`PeerCertificates`](super::PeerCertificates) in their context.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }
}

impl fmt::Debug for Serve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve")
            .field("listener", &self.listener)
            .field("connections", &self.connections)
            .field("bounds", &self.settings.bounds)
            .finish_non_exhaustive()
    }
}

impl IntoFuture for Serve {
    type Output = io::Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(run(self))
    }
}

async fn run(serve: Serve) -> io::Result<()> {
    let mut settings = serve.settings;
    let endpoint = match serve.listener.local_address()? {
        LocalAddress::Tcp(address) => format!("tcp://{address}"),
        LocalAddress::Unix(path) => format!("unix:{}", path.display()),
    };
    settings.session = settings
        .session
        .endpoint(&endpoint)
        .totals(serve.in_flight, serve.streams);
    let settings = Arc::new(settings);
    let serve_one = |stream, peer, stopping| {
        let connection = Connection {
            settings: Arc::clone(&settings),
            keep_alive: serve.keep_alive,
            peer,
            stopping,
            #[cfg(feature = "tls")]
            tls: serve.tls.clone(),
        };
        connection.serve(stream)
    };
    // What was broken off is in the log.
    let _broken_off = serve.connections.serve(serve.listener, serve_one).await;
    Ok(())
}

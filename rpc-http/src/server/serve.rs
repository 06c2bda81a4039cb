//! [`serve`]: HTTP/1.1 on a listener, until it is told to stop.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::io;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
#[cfg(feature = "tls")]
use rpc_tokio::server::Tls;
use rpc_tokio::server::{Connections, Listener};

use super::connection::Connection;
use super::guard::Timeouts;
use super::request::BoxError;

/// Serves an [`Endpoint`](super::Endpoint), an axum `Router`, or any other tower service, over HTTP/1.1.
///
/// ```no_run
/// # use rpc_core::Dispatcher;
/// # use rpc_http::server::{endpoint, serve};
/// # async fn run(stop: tokio::sync::oneshot::Receiver<()>) -> std::io::Result<()> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
/// serve(listener, endpoint(Dispatcher::new())).shutdown(async { drop(stop.await) }).await
/// # }
/// ```
///
/// The [`Listener`] is tokio's `TcpListener` or `UnixListener`, or one of [`Listener`]'s own: HTTP over a Unix socket, or over
/// a socket that [systemd](super::systemd) passes.
///
/// The server runs until the future given to [`Serve::shutdown`] completes. Then it accepts no more connections, serves those
/// that were waiting to be accepted, answers every request that has begun, and closes each connection after that. A
/// connection without a request is closed half a second later, so that a request that is already on its way is answered too.
/// What is not done within the [deadline](Serve::shutdown_deadline) is broken off, and so is everything when the server's
/// future is dropped. Blocking methods that still run are waited for within the same deadline.
///
/// Connections are not upgraded (WebSocket); `axum::serve` does that.
pub fn serve<A>(listener: impl Into<Listener>, app: A) -> Serve<A> {
    Serve {
        listener: listener.into(),
        app,
        connections: Connections::default(),
        timeouts: Timeouts::default(),
        #[cfg(feature = "tls")]
        tls: None,
    }
}

/// A server that is set up: await it. See [`serve()`].
#[must_use = "a server does nothing until it is awaited"]
pub struct Serve<A> {
    listener: Listener,
    app: A,
    connections: Connections,
    timeouts: Timeouts,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
}

impl<A> Serve<A> {
    /// Stops when this future completes.
    pub fn shutdown(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.connections = self.connections.shutdown(signal);
        self
    }

    /// How long requests that have begun may go on after that; default 30 s.
    pub fn shutdown_deadline(mut self, deadline: Duration) -> Self {
        self.connections = self.connections.shutdown_deadline(deadline);
        self
    }

    /// The most connections at the same time; default 8,192, and at least 1. More wait to be accepted.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.connections = self.connections.max_connections(connections);
        self
    }

    /// How long a connection may be open without a request; default 75 s.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.idle = timeout;
        self
    }

    /// How long the headers of a request may take, from their first byte on; default 10 s. A TLS handshake may take as
    /// long.
    pub fn header_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.header = timeout;
        self
    }

    /// How long a client may take nothing of a response that is being sent; default 30 s.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.write = timeout;
        self
    }

    /// Serves HTTPS.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls.protocol(b"http/1.1"));
        self
    }
}

impl<A> fmt::Debug for Serve<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve")
            .field("listener", &self.listener)
            .field("connections", &self.connections)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

impl<A, B> IntoFuture for Serve<A>
where
    A: tower_service::Service<Request<Incoming>, Response = Response<B>, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    A::Future: Send,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Output = io::Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Serve { app, timeouts, .. } = self;
            #[cfg(feature = "tls")]
            let tls = self.tls;
            let serve_one = |stream, peer, stopping| {
                let connection = Connection::new(app.clone(), peer, stopping);
                #[cfg(feature = "tls")]
                return connection.serve(stream, timeouts, tls.clone());
                #[cfg(not(feature = "tls"))]
                connection.serve(stream, timeouts)
            };
            // What was broken off is in the log.
            let _broken_off = self.connections.serve(self.listener, serve_one).await;
            Ok(())
        })
    }
}

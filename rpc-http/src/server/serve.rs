//! [`serve`]: HTTP on a listener, until it is told to stop.

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
use rpc_tokio::varied;

use super::bounds::Bounds;
#[cfg(feature = "http2")]
use super::bounds::Http2Bounds;
use super::calling;
use super::connection::Connection;
use super::request::BoxError;

/// Serves an [`Endpoint`](super::Endpoint), an axum `Router`, or any other tower service, over HTTP/1.1 and, with the
/// feature `http2`, over [HTTP/2](crate#http2).
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
/// that were waiting to be accepted, answers every request that has begun, and closes each connection after that. A connection
/// without a request is closed half a second later, so that a request that is already on its way is answered too. Over HTTP/2,
/// it is closed once the client has confirmed the end. A client that does not confirm it is given up a few seconds after the
/// signal, and no earlier than the [write timeout](Serve::write_timeout) after its last response. Streams end with error -32802.
///
/// The server also waits for calls whose clients have gone, and for blocking methods that still run. What is not done by the
/// [deadline](Serve::shutdown_deadline) is broken off. If the server's future is dropped, everything is broken off at once.
///
/// Over HTTP/1.1, a request that has fully arrived is answered even if its client has closed its own side of the connection, as
/// `nc -N` does. So the server notices that a client has gone only between requests, or when it can't write a response. A
/// handler other than an [`Endpoint`](super::Endpoint), such as one that streams events, should therefore write something now
/// and then. Over HTTP/2, a client that closes its side has gone.
///
/// With the feature `ws`, an endpoint's WebSockets are served too. Other handlers can't upgrade a connection here; under
/// `axum::serve` they can.
pub fn serve<A: App>(listener: impl Into<Listener>, app: A) -> Serve<A> {
    Serve {
        listener: listener.into(),
        app,
        run: A::run,
        connections: Connections::default(),
        bounds: Bounds::default(),
        #[cfg(feature = "tls")]
        tls: None,
    }
}

/// A server that is set up: await it. See [`serve()`].
#[must_use = "a server does nothing until it is awaited"]
pub struct Serve<A> {
    listener: Listener,
    app: A,
    /// [`App::run`]. With it, a `Serve` is a future whatever the type of the app, and a mistake is reported only once.
    run: fn(Serve<A>) -> Running,
    connections: Connections,
    bounds: Bounds,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
}

impl<A> Serve<A> {
    /// Stops the server when this future completes. [`serve()`] says what happens to the calls that are running.
    ///
    /// ```no_run
    /// # async fn run(listener: tokio::net::TcpListener) -> std::io::Result<()> {
    /// # use rpc_core::Dispatcher;
    /// # use rpc_http::server::{endpoint, serve};
    /// let stop = async { drop(tokio::signal::ctrl_c().await) };
    /// serve(listener, endpoint(Dispatcher::new())).shutdown(stop).await
    /// # }
    /// ```
    ///
    /// To run the server in a task, spawn `serve(…).into_future()`.
    #[doc(alias = "with_graceful_shutdown")]
    pub fn shutdown(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.connections = self.connections.shutdown(signal);
        self
    }

    /// How long requests that have begun may go on after the signal to stop; default 30 s.
    pub fn shutdown_deadline(mut self, deadline: Duration) -> Self {
        self.connections = self.connections.shutdown_deadline(deadline);
        self
    }

    /// How many connections may be open at the same time; default 8,192, and at least 1. Any more wait to be accepted.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.connections = self.connections.max_connections(connections);
        self
    }

    /// How long a connection may be open without a request; default 75 s. It is closed then, or up to an eighth of that time
    /// later: the server does not look at the clock for every request.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.bounds.timeouts.idle = timeout;
        self
    }

    /// How long the headers of a request may take, from their first byte on; default 10 s. A TLS handshake may take as
    /// long.
    pub fn header_timeout(mut self, timeout: Duration) -> Self {
        self.bounds.timeouts.header = timeout;
        self
    }

    /// The largest head of a request, its first line and its headers, in bytes; default 64 KiB, and at least 8 KiB. A larger
    /// head gets status 431, and so does one with more than 100 headers.
    ///
    /// A connection takes at most this much memory until a request's body arrives. With the defaults, 8,192
    /// connections take half a gigabyte at most. Over HTTP/2, this is the limit on the list of headers, of any number, and a
    /// connection takes as much for each request that is under way (`http2_max_streams`).
    pub fn max_header_size(mut self, bytes: usize) -> Self {
        self.bounds.max_header_size = bytes;
        self
    }

    /// The age at which a connection is closed; default 3600 s. It varies by up to a tenth for each connection, so that they
    /// do not all end at once. With [`Duration::MAX`], connections are never closed for their age.
    ///
    /// The first response after that age tells the client not to use the connection again, so no request is lost. HTTP/2 has a
    /// message for this (GOAWAY), and the streams that are open go on. Behind a
    /// load balancer, clients that keep their connections would otherwise never use a server that was added.
    pub fn max_connection_age(mut self, age: Duration) -> Self {
        self.bounds.max_age = age;
        self
    }

    /// How long a client may stop reading while a response is being sent; default 30 s.
    ///
    /// Over HTTP/2, a client has this time for each 16 KiB of a response, which is half a KiB a second with the default. A slower
    /// client loses its stream, even if it goes on reading. The last KiB of a response has no such limit. A client that reads
    /// nothing at all loses the connection.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.bounds.timeouts.write = timeout;
        self
    }

    /// Whether HTTP/2 is spoken next to HTTP/1.1; default on. See [HTTP/2](crate#http2).
    #[cfg(feature = "http2")]
    pub fn http2(mut self, on: bool) -> Self {
        let bounds = self.bounds.http2.take().unwrap_or_default();
        self.bounds.http2 = on.then_some(bounds);
        self
    }

    /// How many requests one connection of HTTP/2 may have under way at the same time; default 256, and at least 1. A client
    /// that knows this number waits, and any more of its requests are refused (`REFUSED_STREAM`), before anything of them
    /// has run.
    ///
    /// Each may keep its headers until its message has arrived: see [`max_header_size`](Self::max_header_size).
    #[cfg(feature = "http2")]
    pub fn http2_max_streams(mut self, streams: usize) -> Self {
        self.bounds.http2 = self.bounds.http2.map(|bounds| Http2Bounds {
            max_streams: streams,
            ..bounds
        });
        self
    }

    /// After how long without a frame a client of HTTP/2 is asked for a sign of life; default 30 s, at least 1 s, and at most a
    /// year. If it gives none within the same time, the connection is closed, and its calls have lost their client. With `None`,
    /// a client that has gone silently is noticed when a response can't be written.
    #[cfg(feature = "http2")]
    pub fn http2_ping_interval(mut self, interval: impl Into<Option<Duration>>) -> Self {
        let ping_interval = interval.into();
        self.bounds.http2 = self.bounds.http2.map(|bounds| Http2Bounds {
            ping_interval,
            ..bounds
        });
        self
    }

    /// Serves HTTPS.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }
}

impl<A> fmt::Debug for Serve<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve")
            .field("listener", &self.listener)
            .field("connections", &self.connections)
            .field("bounds", &self.bounds)
            .finish_non_exhaustive()
    }
}

impl<A> IntoFuture for Serve<A> {
    type Output = io::Result<()>;
    type IntoFuture = Running;

    fn into_future(self) -> Running {
        (self.run)(self)
    }
}

type Running = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// What [`serve()`] serves: a tower service that answers HTTP requests. It is implemented for all of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't answer HTTP requests",
    label = "not a tower service",
    note = "to serve an rpc service, make an endpoint of it: `serve(listener, endpoint(OrdersServer::new(shop)))`",
    note = "a tower service must be `Clone + Send + Sync + 'static`, take a `Request<Incoming>`, and have the error `Infallible`"
)]
pub trait App: Sized {
    /// Runs the server.
    #[doc(hidden)]
    fn run(serve: Serve<Self>) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;
}

#[diagnostic::do_not_recommend]
impl<A, B> App for A
where
    A: tower_service::Service<Request<Incoming>, Response = Response<B>, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    A::Future: Send,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    fn run(serve: Serve<Self>) -> Running {
        Box::pin(async move {
            let Serve { app, bounds, .. } = serve;
            let is_endpoint = calling::is_endpoint::<A>();
            let bounds = || Bounds {
                max_age: varied(bounds.max_age),
                ..bounds
            };
            #[cfg(feature = "tls")]
            let tls = serve.tls.map(|tls| tls.protocols(bounds().protocols()));
            let serve_one = |stream, peer, stopping| {
                let connection =
                    Connection::new(app.clone(), is_endpoint, peer, stopping, bounds());
                #[cfg(feature = "tls")]
                return connection.serve(stream, tls.clone());
                #[cfg(not(feature = "tls"))]
                connection.serve(stream)
            };
            // What was broken off is in the log.
            let _broken_off = serve.connections.serve(serve.listener, serve_one).await;
            Ok(())
        })
    }
}

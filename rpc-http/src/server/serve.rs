//! `serve`: HTTP/1.1 on a listener, until it is told to stop.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, IntoFuture, pending, poll_fn, ready};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONNECTION;
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, watch};

use super::connection::{Guarded, Phase, Responding, Times};
use super::request::BoxError;
use super::seldom::Seldom;

/// How long a connection without a request stays open after the signal to stop. A client that does not know of the
/// signal may just be sending one, and could not tell whether it was heard.
const GRACE: Duration = Duration::from_millis(500);

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
/// It ends when the future given to [`Serve::shutdown`] does, or never. Then no more connections are accepted; those
/// that were waiting to be are, every request that has begun is answered, and each connection is closed after that. One
/// without a request is closed half a second later, so that a request that is already on its way is answered, too. What
/// is not done within the [deadline](Serve::shutdown_deadline) is broken off, and so is everything when the server's
/// future is dropped.
///
/// A connection that is upgraded, such as to a WebSocket, is for `axum::serve`.
pub fn serve<A>(listener: TcpListener, app: A) -> Serve<A> {
    Serve {
        listener,
        app,
        shutdown: Box::pin(pending()),
        shutdown_deadline: Duration::from_secs(30),
        max_connections: 8192,
        times: Times {
            idle: Duration::from_secs(75),
            header: Duration::from_secs(10),
            write: Duration::from_secs(30),
        },
        #[cfg(feature = "tls")]
        tls: None,
    }
}

/// A server that is set up: await it. See [`serve()`].
#[must_use = "a server does nothing until it is awaited"]
pub struct Serve<A> {
    listener: TcpListener,
    app: A,
    shutdown: Pin<Box<dyn Future<Output = ()> + Send>>,
    shutdown_deadline: Duration,
    max_connections: usize,
    times: Times,
    #[cfg(feature = "tls")]
    tls: Option<super::Tls>,
}

/// Who sent a request: an extension of each that [`serve()`] hands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

impl<A> Serve<A> {
    /// Stops when this future is done.
    pub fn shutdown(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.shutdown = Box::pin(signal);
        self
    }

    /// How long requests that have begun may go on after that; default 30 s.
    pub fn shutdown_deadline(mut self, deadline: Duration) -> Self {
        self.shutdown_deadline = deadline;
        self
    }

    /// The most connections at the same time; default 8,192. Further ones wait to be accepted.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections.min(Semaphore::MAX_PERMITS);
        self
    }

    /// How long a connection may be open without a request; default 75 s.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.times.idle = timeout;
        self
    }

    /// How long the headers of a request may take, from their first byte on; default 10 s. A TLS handshake may take as
    /// long.
    pub fn header_timeout(mut self, timeout: Duration) -> Self {
        self.times.header = timeout;
        self
    }

    /// How long a client may take nothing of a response that is being sent; default 30 s.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.times.write = timeout;
        self
    }

    /// Serves HTTPS.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: super::Tls) -> Self {
        self.tls = Some(tls);
        self
    }
}

impl<A> fmt::Debug for Serve<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve")
            .field("listener", &self.listener)
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}

/// A tower service that answers HTTP requests and never fails.
trait App: Clone + Send + 'static {
    type Body: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static;

    fn answer(
        &self,
        request: Request<Incoming>,
    ) -> impl Future<Output = Response<Self::Body>> + Send + use<Self>;
}

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
    type Body = B;

    fn answer(
        &self,
        request: Request<Incoming>,
    ) -> impl Future<Output = Response<B>> + Send + use<A, B> {
        let mut app = self.clone();
        // An app that is ready, as most are always, takes the request here and now: one move of it less.
        let ready = app.poll_ready(&mut Context::from_waker(Waker::noop()));
        let begun = match ready {
            Poll::Ready(Ok(())) => Begun::Answering(app.call(request)),
            Poll::Ready(Err(never)) => match never {},
            Poll::Pending => Begun::Waiting(Box::new((app, request))),
        };
        async {
            let answer = match begun {
                Begun::Answering(answer) => answer,
                Begun::Waiting(waiting) => {
                    let (mut app, request) = *waiting;
                    match poll_fn(|task| app.poll_ready(task)).await {
                        Ok(()) => app.call(request),
                        Err(never) => match never {},
                    }
                }
            };
            match answer.await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
    }
}

enum Begun<A, F> {
    Answering(F),
    /// The app was not ready.
    Waiting(Box<(A, Request<Incoming>)>),
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
        Box::pin(run(self))
    }
}

async fn run<A: App + Sync>(serve: Serve<A>) -> io::Result<()> {
    let Serve {
        listener,
        mut shutdown,
        shutdown_deadline,
        max_connections,
        ..
    } = serve;
    let places = Arc::new(Semaphore::new(max_connections));
    // Each connection has a receiver. A value tells it to come to an end; that there is no sender any more, to end.
    let (stop, stopping) = watch::channel(());
    let connect = Connect {
        app: serve.app,
        times: serve.times,
        stopping,
        #[cfg(feature = "tls")]
        tls: serve.tls,
    };
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok((stream, peer, place)) => connect.spawn(stream, peer, ready(Ok(place))),
            Err(error) => wait_after(&error).await,
        }
    }
    for (stream, peer) in waiting(listener) {
        connect.spawn(stream, peer, Arc::clone(&places).acquire_owned());
    }
    drop(connect);
    stop.send_replace(());
    if tokio::time::timeout(shutdown_deadline, stop.closed())
        .await
        .is_err()
    {
        tracing::warn!(
            connections = stop.receiver_count(),
            "broke off what was not done by the shutdown's deadline"
        );
    }
    Ok(())
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places)
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
}

/// The last connections: the system has accepted them already, on the server's behalf.
///
/// The system itself is asked, since tokio knows only of those that it has been told of.
fn waiting(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    /// No system's queue is as long; without a bound, who connects in a loop could keep the server from ending.
    const MOST: usize = 65_536;

    let Ok(listener) = listener.into_std() else {
        return Vec::new();
    };
    let mut waiting = Vec::new();
    while waiting.len() < MOST {
        let accepted = listener.accept().and_then(|(stream, peer)| {
            stream.set_nonblocking(true)?;
            Ok((TcpStream::from_std(stream)?, peer))
        });
        match accepted {
            Ok(connection) => waiting.push(connection),
            Err(error) if concerns_one_connection(&error) => {}
            Err(_) => break,
        }
    }
    waiting
}

/// A connection that broke before it was accepted is nobody's concern. Out of file descriptors, the server waits for
/// some to be closed, where trying again at once would only burn the processor.
async fn wait_after(error: &io::Error) {
    if concerns_one_connection(error) {
        return;
    }
    tracing::error!(%error, "could not accept a connection");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

fn concerns_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

/// All that a connection needs.
struct Connect<A> {
    app: A,
    times: Times,
    stopping: watch::Receiver<()>,
    #[cfg(feature = "tls")]
    tls: Option<super::Tls>,
}

impl<A: App + Sync> Connect<A> {
    /// Serves a connection as soon as there is a place for it.
    fn spawn(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        place: impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> + Send + 'static,
    ) {
        let phase = Arc::new(Phase::default());
        let connection = Connection {
            app: self.app.clone(),
            peer,
            stopping: self.stopping.clone(),
            phase: Arc::clone(&phase),
        };
        let mut stopping = self.stopping.clone();
        #[cfg(feature = "tls")]
        let (tls, handshake_time) = (self.tls.clone(), self.times.header);
        // Small messages, each of which somebody waits for.
        let _best_effort = stream.set_nodelay(true);
        // Below TLS, where each byte that comes or goes is seen.
        let stream = Guarded::new(stream, self.times, phase);
        let served = async move {
            let _place = place.await;
            #[cfg(feature = "tls")]
            if let Some(tls) = tls {
                return connection.run_tls(stream, tls, handshake_time).await;
            }
            connection.run(stream, None).await;
        };
        let broken_off = Seldom::new(async move { while stopping.changed().await.is_ok() {} });
        tokio::spawn(async move {
            tokio::select! {
                biased;
                () = served => {}
                () = broken_off => tracing::debug!(%peer, "broke off a connection"),
            }
        });
    }
}

#[cfg(feature = "tls")]
type Certificates = super::PeerCertificates;
#[cfg(not(feature = "tls"))]
type Certificates = Infallible;

struct Connection<A> {
    app: A,
    peer: SocketAddr,
    stopping: watch::Receiver<()>,
    phase: Arc<Phase>,
}

impl<A: App + Sync> Connection<A> {
    #[cfg(feature = "tls")]
    async fn run_tls(self, stream: Guarded<TcpStream>, tls: super::Tls, time: Duration) {
        let peer = self.peer;
        match tokio::time::timeout(time, tls.accept(stream)).await {
            Ok(Ok((stream, certificates))) => {
                self.phase.request_may_come();
                self.run(stream, Some(certificates)).await;
            }
            Ok(Err(error)) => tracing::debug!(%peer, %error, "a TLS handshake failed"),
            Err(_) => tracing::debug!(%peer, "a TLS handshake took too long"),
        }
    }

    async fn run<I>(self, io: I, certificates: Option<Certificates>)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Connection {
            app,
            peer,
            mut stopping,
            phase,
        } = self;
        let io = TokioIo::new(io);
        let requests = Arc::new(Requests {
            app,
            peer,
            certificates,
            phase: Arc::clone(&phase),
            stopping: stopping.clone(),
        });
        let service = hyper::service::service_fn(move |request| {
            let answer = Arc::clone(&requests).answer(request);
            async { Ok::<_, Infallible>(answer.await) }
        });
        let mut builder = http1::Builder::new();
        // The guard watches over headers; hyper's own timer would also run while a connection is idle.
        builder.timer(TokioTimer::new()).header_read_timeout(None);
        let mut connection = pin!(builder.serve_connection(io, service));
        let stop = Seldom::new(async move {
            let _stop = stopping.changed().await;
            tokio::time::sleep(GRACE).await;
        });
        let may_close = async {
            stop.await;
            // The half of the headers that has come is a request that has begun, though hyper would not mind. Each of
            // the connection's steps leads past here again.
            poll_fn(|_| match phase.is_amid_headers() {
                true => Poll::Pending,
                false => Poll::Ready(()),
            })
            .await;
        };
        let done = tokio::select! {
            biased;
            done = &mut connection => done,
            () = may_close => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = done {
            tracing::debug!(%peer, %error, "a connection ended early");
        }
    }
}

/// What a connection's requests have in common.
struct Requests<A> {
    app: A,
    peer: SocketAddr,
    certificates: Option<Certificates>,
    phase: Arc<Phase>,
    /// Only looked at, so that the stop stays new to it.
    stopping: watch::Receiver<()>,
}

impl<A: App + Sync> Requests<A> {
    fn answer(
        self: Arc<Self>,
        mut request: Request<Incoming>,
    ) -> impl Future<Output = Response<impl http_body::Body<Data = Bytes, Error: Into<BoxError>>>>
    {
        self.phase.request_began();
        let responding = Responding(Arc::clone(&self.phase));
        request.extensions_mut().insert(Peer(self.peer));
        #[cfg(feature = "tls")]
        if let Some(certificates) = &self.certificates {
            request.extensions_mut().insert(certificates.clone());
        }
        #[cfg(not(feature = "tls"))]
        let _none = &self.certificates;
        let answer = self.app.answer(request);
        async move {
            let mut response = answer.await;
            if self.stopping.has_changed().unwrap_or(true) {
                // Who knows that this was the last response sends no request into a connection that is about to close.
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(CONNECTION, close);
            }
            response.map(|body| {
                body.map_err(move |error| {
                    let _until_the_body_is_dropped = &responding;
                    error
                })
            })
        }
    }
}

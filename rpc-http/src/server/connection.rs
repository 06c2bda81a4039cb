//! [`Connection`]: HTTP/1.1 on one connection.

use std::convert::Infallible;
use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
#[cfg(feature = "ws")]
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryFutureExt;
use http::header::CONNECTION;
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
#[cfg(feature = "ws")]
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::{TokioIo, TokioTimer};
use rpc_core::Excerpt;
use rpc_tokio::Stream;
use rpc_tokio::server::{Peer, PollOnWake, Stopping};
#[cfg(feature = "tls")]
use rpc_tokio::server::{PeerCertificates, Tls};
use tokio::io::{AsyncRead, AsyncWrite};

use super::app::App;
use super::calling;
use super::guard::{Guarded, Phase, Responding, Timeouts};
use super::request::BoxError;
#[cfg(feature = "ws")]
use super::upgrade::Takeover;

#[cfg(feature = "tls")]
type Certificates = PeerCertificates;
#[cfg(not(feature = "tls"))]
type Certificates = Infallible;

/// The smallest limit on a head that hyper accepts.
const LEAST_HEADER_SIZE: usize = 8192;

/// What bounds a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) timeouts: Timeouts,
    pub(super) max_header_size: usize,
    pub(super) max_age: Duration,
}

/// One connection, from its TLS handshake to its end.
pub(super) struct Connection<A> {
    app: A,
    /// Whether the app is an endpoint, and is told the peer as one.
    is_endpoint: bool,
    peer: Peer,
    stopping: Stopping,
    bounds: Bounds,
    phase: Arc<Phase>,
}

impl<A: App + Sync> Connection<A> {
    pub(super) fn new(
        app: A,
        is_endpoint: bool,
        peer: Peer,
        stopping: Stopping,
        bounds: Bounds,
    ) -> Self {
        Connection {
            app,
            is_endpoint,
            peer,
            stopping,
            bounds,
            phase: Arc::default(),
        }
    }

    /// Serves the connection.
    pub(super) async fn serve(self, stream: Stream, #[cfg(feature = "tls")] tls: Option<Tls>) {
        let timeouts = self.bounds.timeouts;
        // Below TLS, where it sees each byte that comes or goes.
        let stream = Guarded::new(stream, timeouts, Arc::clone(&self.phase));
        #[cfg(feature = "tls")]
        if let Some(tls) = tls {
            // Boxed, so that a connection without TLS takes no room for it.
            return Box::pin(self.run_tls(stream, tls, timeouts.header)).await;
        }
        self.run(stream, None).await;
    }

    #[cfg(feature = "tls")]
    async fn run_tls(self, stream: Guarded<Stream>, tls: Tls, limit: Duration) {
        let peer = self.peer;
        match tokio::time::timeout(limit, tls.accept(stream)).await {
            Ok(Ok((stream, certificates))) => {
                self.phase.request_may_come();
                self.run(stream, Some(certificates)).await;
            }
            Ok(Err(error)) => {
                let error = Excerpt::for_log(error);
                tracing::debug!(%peer, %error, "a TLS handshake failed")
            }
            Err(_) => tracing::debug!(%peer, "a TLS handshake took too long"),
        }
    }

    async fn run<I>(self, io: I, certificates: Option<Certificates>)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Connection {
            app,
            is_endpoint,
            peer,
            stopping,
            bounds,
            phase,
        } = self;
        let io = TokioIo::new(io);
        let requests = Arc::new(Requests {
            app,
            is_endpoint,
            peer,
            certificates,
            phase: Arc::clone(&phase),
            stopping: stopping.clone(),
            is_old: AtomicBool::new(false),
            #[cfg(feature = "ws")]
            takeover: OnceLock::new(),
        });
        let service = hyper::service::service_fn(|request| Arc::clone(&requests).answer(request));
        let connection = http1(&bounds).serve_connection(io, service);
        #[cfg(feature = "ws")]
        let connection = connection.with_upgrades();
        let mut connection = pin!(connection);
        // One for both, since a busy connection comes through here often, and each costs a little.
        let mut grace_is_over = PollOnWake::new(async {
            tokio::select! {
                () = stopping.grace_is_over() => (),
                never = requests.age(bounds.max_age) => match never {},
            }
        });
        let mut closing = Closing::NotYet;
        let done = poll_fn(|task| {
            let done = connection.as_mut().poll(task);
            if done.is_ready() || closing == Closing::Begun {
                return done;
            }
            if closing == Closing::NotYet && Pin::new(&mut grace_is_over).poll(task).is_ready() {
                closing = Closing::Due;
            }
            // If half of the headers has arrived, a request has begun, although hyper would drop it. Each step of the
            // connection comes through here again.
            if closing == Closing::Due && !phase.is_amid_headers() {
                closing = Closing::Begun;
                connection.as_mut().graceful_shutdown();
                return connection.as_mut().poll(task);
            }
            Poll::Pending
        })
        .await;
        if let Err(error) = done {
            let error = Excerpt::for_log(error);
            tracing::debug!(%peer, %error, "a connection ended early");
        }
        #[cfg(feature = "ws")]
        if let Some(upgraded) = requests.taken_over() {
            phase.upgraded();
            upgraded.await;
        }
    }
}

fn http1(bounds: &Bounds) -> http1::Builder {
    let mut builder = http1::Builder::new();
    // The guard limits the time for headers, since hyper's own timer would also run while a connection is idle.
    builder.timer(TokioTimer::new()).header_read_timeout(None);
    // A request that has fully arrived is answered even if its client has closed its own side by then.
    builder.half_close(true);
    let max_header_size = bounds.max_header_size.max(LEAST_HEADER_SIZE);
    builder
        .max_header_size(max_header_size)
        .max_buf_size(max_header_size);
    builder
}

/// How far a connection is from its end, when the server stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    NotYet,
    /// As soon as no request is arriving.
    Due,
    Begun,
}

/// What a connection's requests have in common.
struct Requests<A> {
    app: A,
    is_endpoint: bool,
    peer: Peer,
    certificates: Option<Certificates>,
    phase: Arc<Phase>,
    stopping: Stopping,
    /// The connection has reached its greatest age.
    is_old: AtomicBool,
    /// For the request that wants to upgrade the connection.
    #[cfg(feature = "ws")]
    takeover: OnceLock<Takeover>,
}

impl<A> Requests<A> {
    /// Lets an endpoint take over the connection, if the request wants to upgrade it.
    #[cfg(feature = "ws")]
    fn allow_takeover(&self, request: &mut Request<Incoming>) {
        if request.extensions().get::<OnUpgrade>().is_some() {
            let takeover = || Takeover::new(self.stopping.clone());
            let takeover = self.takeover.get_or_init(takeover).clone();
            request.extensions_mut().insert(takeover);
        }
    }

    /// What is to be done with the connection after its last response.
    #[cfg(feature = "ws")]
    fn taken_over(&self) -> Option<impl Future<Output = ()> + use<A>> {
        self.takeover.get()?.take()
    }

    /// Notes when the connection has reached its greatest age.
    async fn age(&self, max_age: Duration) -> Infallible {
        tokio::time::sleep(max_age).await;
        self.is_old.store(true, Ordering::Relaxed);
        pending().await
    }
}

impl<A: App + Sync> Requests<A> {
    fn answer(
        self: Arc<Self>,
        mut request: Request<Incoming>,
    ) -> impl Future<
        Output = Result<
            Response<impl http_body::Body<Data = Bytes, Error: Into<BoxError>>>,
            Infallible,
        >,
    > {
        self.phase.request_began();
        let responding = Responding(Arc::clone(&self.phase));
        #[cfg(feature = "tls")]
        if let Some(certificates) = &self.certificates {
            request.extensions_mut().insert(certificates.clone());
        }
        #[cfg(not(feature = "tls"))]
        let _none = &self.certificates;
        #[cfg(feature = "ws")]
        self.allow_takeover(&mut request);
        let answer = match self.is_endpoint {
            true => calling::call_for(self.peer, || self.app.answer(request)),
            false => {
                request.extensions_mut().insert(self.peer);
                self.app.answer(request)
            }
        };
        // Not an `async` block, which would keep room for two such futures.
        answer.map_ok(move |mut response| {
            if self.stopping.has_begun() || self.is_old.load(Ordering::Relaxed) {
                // This tells the client that the response is the last one, so it sends no request into a closing
                // connection.
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(CONNECTION, close);
            }
            response.map(|body| {
                body.map_err(move |error| {
                    let _until_the_body_is_dropped = &responding;
                    error
                })
            })
        })
    }
}

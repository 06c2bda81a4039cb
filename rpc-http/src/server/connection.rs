//! [`Connection`]: one connection, on which HTTP/1.1 is spoken, or HTTP/2.

use std::convert::Infallible;
use std::future::{Future, pending, poll_fn};
#[cfg(feature = "http2")]
use std::io;
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
#[cfg(feature = "tls")]
use rpc_tokio::server::Tls;
use rpc_tokio::server::{Peer, PollOnWake, Stopping};
use tokio::io::{AsyncRead, AsyncWrite};
#[cfg(feature = "http2")]
use tokio::time::Instant;

use super::app::App;
use super::bounds::Bounds;
#[cfg(feature = "http2")]
use super::bounds::Http2Bounds;
use super::caller::Caller;
use super::guard::Guarded;
#[cfg(feature = "http2")]
use super::http2;
use super::phase::{Phase, Responding};
use super::request::BoxError;
#[cfg(feature = "ws")]
use super::upgrade::Takeover;

/// The smallest limit on a head that hyper accepts.
const LEAST_HEADER_SIZE: usize = 8192;

/// One connection, from its TLS handshake to its end.
pub(super) struct Connection<A> {
    caller: Caller<A>,
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
        let caller = Caller {
            app,
            is_endpoint,
            peer,
            certificates: None,
        };
        Connection {
            caller,
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
        #[cfg(feature = "http2")]
        self.run_either(stream).await;
        #[cfg(not(feature = "http2"))]
        self.run(stream).await;
    }

    /// Speaks the version of HTTP that the client begins with.
    #[cfg(feature = "http2")]
    async fn run_either(mut self, mut stream: Guarded<Stream>) {
        let Some(http2) = self.bounds.http2 else {
            return Box::pin(self.run(stream)).await;
        };
        let opened = Instant::now();
        let speaks_http2 = self.speaks_http2(&mut stream).await;
        self.bounds.max_age = self.bounds.max_age.saturating_sub(opened.elapsed());
        match speaks_http2 {
            Ok(Some(true)) => Box::pin(self.run_http2(stream, http2)).await,
            Ok(Some(false)) => self.run(stream).await,
            Ok(None) => {
                let closed = poll_fn(|task| Pin::new(&mut stream).poll_shutdown(task));
                let _best_effort = closed.await;
            }
            Err(_too_slow_or_lost) => {}
        }
    }

    /// Whether the client speaks HTTP/2, which it shows by how it begins. `None`: it has not begun, and the server stops.
    #[cfg(feature = "http2")]
    async fn speaks_http2(&self, stream: &mut Guarded<Stream>) -> io::Result<Option<bool>> {
        let mut grace_is_over = PollOnWake::new(self.stopping.clone().grace_is_over());
        let mut is_over = false;
        poll_fn(|task| {
            if let Poll::Ready(speaks) = stream.poll_speaks_http2(task) {
                return Poll::Ready(speaks.map(Some));
            }
            is_over = is_over || Pin::new(&mut grace_is_over).poll(task).is_ready();
            // A request that has begun is still read.
            match is_over && !self.phase.is_amid_headers() {
                true => Poll::Ready(Ok(None)),
                false => Poll::Pending,
            }
        })
        .await
    }

    #[cfg(feature = "http2")]
    async fn run_http2<I>(self, io: I, http2: Http2Bounds)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Connection {
            caller,
            stopping,
            bounds,
            phase,
        } = self;
        http2::serve(io, caller, phase, stopping, bounds, http2).await;
    }

    #[cfg(feature = "tls")]
    async fn run_tls(mut self, stream: Guarded<Stream>, tls: Tls, limit: Duration) {
        let peer = self.caller.peer;
        match tokio::time::timeout(limit, tls.accept(stream)).await {
            Ok(Ok((stream, certificates))) => {
                self.phase.request_may_come();
                self.caller.certificates = Some(certificates);
                #[cfg(feature = "http2")]
                if let Some(http2) = self.bounds.http2
                    && stream.get_ref().1.alpn_protocol() == Some(b"h2")
                {
                    return Box::pin(self.run_http2(stream, http2)).await;
                }
                self.run(stream).await;
            }
            Ok(Err(error)) => {
                let error = Excerpt::for_log(error);
                tracing::debug!(%peer, %error, "a TLS handshake failed")
            }
            Err(_) => tracing::debug!(%peer, "a TLS handshake took too long"),
        }
    }

    async fn run<I>(self, io: I)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Connection {
            caller,
            stopping,
            bounds,
            phase,
        } = self;
        let peer = caller.peer;
        let io = TokioIo::new(io);
        let requests = Arc::new(Requests {
            caller,
            phase: Arc::clone(&phase),
            stopping: stopping.clone(),
            is_old: AtomicBool::new(bounds.max_age.is_zero()),
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
    caller: Caller<A>,
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
        #[cfg_attr(not(feature = "ws"), allow(unused_mut, reason = "for WebSockets only"))]
        mut request: Request<Incoming>,
    ) -> impl Future<
        Output = Result<
            Response<impl http_body::Body<Data = Bytes, Error: Into<BoxError>>>,
            Infallible,
        >,
    > {
        self.phase.request_began();
        let responding = Responding(Arc::clone(&self.phase));
        #[cfg(feature = "ws")]
        self.allow_takeover(&mut request);
        let answer = self.caller.call(request);
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

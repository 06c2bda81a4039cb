//! [`Connection`]: HTTP/1.1 on one connection.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
#[cfg(feature = "tls")]
use std::time::Duration;

use bytes::Bytes;
use http::header::CONNECTION;
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use rpc_tokio::Stream;
use rpc_tokio::server::{Peer, PollOnWake, Stopping};
#[cfg(feature = "tls")]
use rpc_tokio::server::{PeerCertificates, Tls};
use tokio::io::{AsyncRead, AsyncWrite};

use super::app::App;
use super::guard::{Guarded, Phase, Responding, Timeouts};
use super::request::BoxError;

#[cfg(feature = "tls")]
type Certificates = PeerCertificates;
#[cfg(not(feature = "tls"))]
type Certificates = Infallible;

/// One connection, from its TLS handshake to its end.
pub(super) struct Connection<A> {
    app: A,
    peer: Peer,
    stopping: Stopping,
    phase: Arc<Phase>,
}

impl<A: App + Sync> Connection<A> {
    pub(super) fn new(app: A, peer: Peer, stopping: Stopping) -> Self {
        Connection {
            app,
            peer,
            stopping,
            phase: Arc::default(),
        }
    }

    /// Serves the connection.
    pub(super) async fn serve(
        self,
        stream: Stream,
        timeouts: Timeouts,
        #[cfg(feature = "tls")] tls: Option<Tls>,
    ) {
        // Below TLS, where it sees each byte that comes or goes.
        let stream = Guarded::new(stream, timeouts, Arc::clone(&self.phase));
        #[cfg(feature = "tls")]
        if let Some(tls) = tls {
            return self.run_tls(stream, tls, timeouts.header).await;
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
            stopping,
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
        // The guard bounds the time of headers. hyper's own timer would also run while a connection is idle.
        builder.timer(TokioTimer::new()).header_read_timeout(None);
        let mut connection = pin!(builder.serve_connection(io, service));
        let grace_is_over = PollOnWake::new(stopping.grace_is_over());
        let may_close = async {
            grace_is_over.await;
            // Half of the headers is a request that has begun, although hyper would drop it. Each step of the connection
            // comes past here again.
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
    peer: Peer,
    certificates: Option<Certificates>,
    phase: Arc<Phase>,
    stopping: Stopping,
}

impl<A: App + Sync> Requests<A> {
    fn answer(
        self: Arc<Self>,
        mut request: Request<Incoming>,
    ) -> impl Future<Output = Response<impl http_body::Body<Data = Bytes, Error: Into<BoxError>>>>
    {
        self.phase.request_began();
        let responding = Responding(Arc::clone(&self.phase));
        request.extensions_mut().insert(self.peer);
        #[cfg(feature = "tls")]
        if let Some(certificates) = &self.certificates {
            request.extensions_mut().insert(certificates.clone());
        }
        #[cfg(not(feature = "tls"))]
        let _none = &self.certificates;
        let answer = self.app.answer(request);
        async move {
            let mut response = answer.await;
            if self.stopping.has_begun() {
                // A client that knows that this was the last response sends no request into a closing connection.
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

//! [`Endpoint`]: a service as a tower service for HTTP requests.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
#[cfg(feature = "ws")]
use rpc_core::DuplexLimits;
use rpc_core::limits::{Deadlines, InFlight};
#[cfg(feature = "ws")]
use rpc_core::message_log::shown_path;
#[cfg(feature = "ws")]
use rpc_core::session::SessionBuilder;
use rpc_core::{IntoServer, Service};
#[cfg(feature = "ws")]
use rpc_tokio::server::Origin;
use rpc_tokio::server::{ConnectionJobs, Peer};
use rpc_tokio::{ByteQuota, Tokio};
use tracing::{Instrument, Span};

use super::accept::Accept;
use super::body::Body;
use super::calling;
#[cfg(feature = "explorer")]
use super::explorer;
use super::handler::{Handler, path_for_log};
use super::hosts::{AllowedHosts, Hosts};
use super::notification::NotificationStatus;
use super::origins::Origins;
use super::request::BoxError;
#[cfg(any(feature = "explorer", feature = "ws"))]
use super::request::Deciding;
use super::shorthand;
use super::streaming;
use super::unread::discard;
#[cfg(feature = "ws")]
use super::upgrade::{self, Takeover};
#[cfg(feature = "ws")]
use crate::websocket::Bounds;

/// Serves a service over HTTP, or a [`Server`](rpc_core::Server) that is set up already, with defaults for production.
///
/// ```
/// use rpc_core::{Dispatcher, Server};
/// use rpc_http::server::endpoint;
///
/// let service = Dispatcher::new().method("echo", |text: String| async move { text });
/// let endpoint = endpoint(Server::new(service).max_batch(20)).max_message(64 * 1024);
/// # drop(endpoint);
/// ```
///
/// `blocking` methods run on tokio's threads for blocking work, unless the server has another
/// [runtime](rpc_core::Server::runtime).
pub fn endpoint<S: Service>(service: impl IntoServer<Service = S>) -> Endpoint<S> {
    let server = service.into_server().or_runtime(Tokio);
    calling::note_endpoint::<Endpoint<S>>();
    Endpoint(Arc::new(Handler::new(server)))
}

/// A tower service that answers HTTP requests: see the [crate's documentation](crate) for the rules.
///
/// A clone shares the service and the bound on messages in flight.
///
/// Once a whole message has arrived, its calls run to their end, even if the client goes away, unless they are
/// [cancelled on disconnect](Self::cancel_on_disconnect).
///
/// A method that returns a stream is answered with server-sent events, if the client accepts them: see
/// [streams](crate#streams). Such a stream ends when its client goes away.
pub struct Endpoint<S>(Arc<Handler<S>>);

impl<S: Service> Endpoint<S> {
    fn set(mut self, change: impl FnOnce(&mut Handler<S>)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// The largest message, in bytes; default 2 MiB. A larger one gets status 413.
    #[must_use]
    pub fn max_message(self, bytes: usize) -> Self {
        self.set(|handler| {
            handler.max_message = bytes;
            handler.receiving = ByteQuota::new(handler.max_receiving.max(bytes));
        })
    }

    /// How many bytes of messages that are still arriving the server keeps, over all connections; default 64 MiB, and at least
    /// [`max_message`](Self::max_message). A message for which there is no more room gets status 503.
    ///
    /// Only bytes that have arrived count, whatever length was announced. A message that arrives together with its head does
    /// not count at all.
    #[must_use]
    pub fn max_receiving(self, bytes: usize) -> Self {
        self.set(|handler| {
            handler.max_receiving = bytes;
            handler.receiving = ByteQuota::new(bytes.max(handler.max_message));
        })
    }

    /// How many messages are handled at the same time, over all connections; default 1,024, and at least 1. Any more get
    /// status 503 at once. A message counts from the time that all of it has arrived until everything that it asks for is
    /// done, even if its client has gone. Calls over a WebSocket count while they wait. Any more of them get error -32009.
    #[must_use]
    pub fn max_in_flight(self, messages: usize) -> Self {
        self.set(|handler| handler.in_flight = InFlight::new(messages))
    }

    /// How many streams are open at the same time, over all connections; default 16,384, and at least 1. Calls that would open
    /// any more get status 503, or error -32006 over a WebSocket.
    #[must_use]
    pub fn max_streams(self, streams: usize) -> Self {
        self.set(|handler| handler.streams = InFlight::new(streams))
    }

    /// After how long without an item a stream of server-sent events sends a comment; default 15 s. Without it, a proxy may take
    /// the connection for idle, and a client that has gone would not be noticed.
    #[must_use]
    pub fn heartbeat_interval(self, interval: Duration) -> Self {
        self.set(|handler| handler.heartbeat = interval)
    }

    /// How long a body may take to arrive; default 30 s. A slower one gets status 408.
    #[must_use]
    pub fn body_timeout(self, timeout: Duration) -> Self {
        self.set(|handler| handler.body_timeout = timeout)
    }

    /// Cancels every call whose client disconnects before the answer. Default off: calls run to their end unless their method
    /// is marked `#[rpc(cancel_on_disconnect)]`. See [`Server::cancel_on_disconnect`](rpc_core::Server::cancel_on_disconnect).
    ///
    /// A client that has closed its side of the connection counts as disconnected, even if it still reads. So does a tower
    /// layer that drops the response's future, such as a timeout.
    #[must_use]
    pub fn cancel_on_disconnect(self, on: bool) -> Self {
        self.set(|handler| handler.server = handler.server.clone().cancel_on_disconnect(on))
    }

    /// Bounds the time of calls. By default a call has the time that its client says in the header `rpc-timeout-ms`, and without
    /// the header as much as it needs. See [`Server::deadlines`](rpc_core::Server::deadlines).
    #[must_use]
    pub fn deadlines(self, deadlines: Deadlines) -> Self {
        self.set(|handler| handler.server = handler.server.clone().deadlines(deadlines))
    }

    /// The status of the response to a message without a reply; default 200, with an empty body.
    #[must_use]
    pub fn notification_status(self, status: NotificationStatus) -> Self {
        self.set(|handler| handler.notification_status = status)
    }

    /// Answers a single error with the status that its kind stands for instead of 200; default off. See
    /// [`status`](super::status).
    ///
    /// A reply to a batch is always 200.
    #[must_use]
    pub fn error_statuses(self, on: bool) -> Self {
        self.set(|handler| handler.error_statuses = on)
    }

    /// Also answers calls as people write them by hand, such as `GET /add?a=2&b=40` and `POST {"add": [2, 40]}`; default
    /// off. See [`shorthand`].
    #[must_use]
    pub fn shorthand(self, on: bool) -> Self {
        self.set(|handler| handler.shorthand = on)
    }

    /// Serves a page to browsers that shows the methods, with their docs, forms for their params and their replies; default off.
    ///
    /// A GET or HEAD that accepts `text/html` gets the page, at every path of the endpoint. All other requests are answered as
    /// without it. With the [shorthand](Self::shorthand), a path with a method's name in it stays a call.
    ///
    /// The page asks the server for `rpc.discover`, which needs the feature `schema` of rpc-core and `#[rpc(schema)]` on the
    /// contracts. It can do what any client on that machine can do, and nothing more: who may call what is up to the layers
    /// around the endpoint. It loads nothing from other hosts, and no other site can put it into a frame.
    ///
    /// ```
    /// # let service = rpc_core::Dispatcher::new();
    /// use rpc_http::server::endpoint;
    ///
    /// let endpoint = endpoint(service).explorer();
    /// # drop(endpoint);
    /// ```
    #[cfg(feature = "explorer")]
    #[must_use]
    pub fn explorer(self) -> Self {
        self.set(|handler| handler.explorer = true)
    }

    /// The names and addresses by which clients call the server, without ports. A request for another host gets status 403.
    ///
    /// By default any name will do, with one exception. If [`serve`](super::serve()) listens on a loopback address such as
    /// `127.0.0.1`, a browser that opens a WebSocket or a stream must name `localhost`, a name that ends in `.localhost`, or a
    /// loopback address. [`any_host`](Self::any_host) turns that off, for a proxy on the same machine that passes on the name by
    /// which it was called.
    ///
    /// This protects a server that strangers can't reach, such as one on localhost. A web page can make its own name resolve
    /// to that server's address (DNS rebinding). The browser then treats the page as one of this server's. Behind a proxy, the
    /// name that counts is the one that the proxy sends on.
    ///
    /// ```
    /// # let service = rpc_core::Dispatcher::new();
    /// use rpc_http::server::endpoint;
    ///
    /// let endpoint = endpoint(service).allowed_hosts(["localhost", "127.0.0.1", "::1"]);
    /// # drop(endpoint);
    /// ```
    #[must_use]
    pub fn allowed_hosts(self, hosts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.set(|handler| handler.hosts = AllowedHosts::These(Arc::new(Hosts::new(hosts))))
    }

    /// Lets clients call the server by any name, on a loopback address too: see [`allowed_hosts`](Self::allowed_hosts).
    #[must_use]
    pub fn any_host(self) -> Self {
        self.set(|handler| handler.hosts = AllowedHosts::Any)
    }

    /// A value that methods find in their context, as if a layer had put it into each request's extensions. A value of the
    /// same type from a layer takes precedence.
    #[must_use]
    pub fn extension<T: Clone + Send + Sync + 'static>(self, value: T) -> Self {
        self.set(|handler| handler.values.insert(value))
    }

    /// The pages that may open a WebSocket, or a stream of server-sent events, by their origin, such as `https://shop.example`;
    /// default those of the server's own host and port. Others get status 403. Requests without an `Origin` don't come from
    /// pages of other sites, and are accepted.
    ///
    /// Any page can make a browser open a WebSocket to any server, and the browser adds the user's cookies. So a server on
    /// localhost should not accept others either. A page of another origin that reads server-sent events also needs the
    /// server's consent by CORS, which a layer around the endpoint gives.
    #[must_use]
    pub fn allowed_origins(self, origins: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.set(|handler| handler.origins = Some(Arc::new(Origins::new(origins))))
    }

    /// What one WebSocket may cost: calls, streams and their buffers.
    #[cfg(feature = "ws")]
    #[must_use]
    pub fn duplex_limits(self, limits: DuplexLimits) -> Self {
        self.set(|handler| handler.websocket.limits = limits)
    }

    /// After how long without a sign of the client a WebSocket's client is asked for one; default 30 s. If it gives none within
    /// the same time, the connection counts as lost. With `None`, a client that has gone silently is never noticed.
    #[cfg(feature = "ws")]
    #[must_use]
    pub fn ping_interval(self, interval: impl Into<Option<Duration>>) -> Self {
        let interval = interval.into();
        self.set(|handler| handler.websocket.ping_interval = interval)
    }

    /// Answers a request for a WebSocket.
    #[cfg(feature = "ws")]
    #[cold]
    fn upgrade<B>(&self, mut request: Request<B>, peer: Option<Peer>) -> Response<Body> {
        let handler = &self.0;
        let settings = &handler.websocket;
        let deciding = Deciding::find(request.headers());
        let checked = handler
            .check_host(&request, &deciding)
            .and_then(|()| {
                handler.check_page(request.uri(), request.headers(), request.extensions(), peer)
            })
            .and_then(|()| upgrade::check(&request));
        let accept = match checked {
            Ok(accept) => accept,
            Err(refusal) => return refusal.into_response(),
        };
        let path = shown_path(request.uri().path()).to_string();
        let on_upgrade = hyper::upgrade::on(&mut request);
        let (parts, _no_body) = request.into_parts();
        let takeover = parts.extensions.get::<Takeover>().cloned();
        let origin = Origin::new(()).peer(peer).values(handler.values.clone());
        let session = SessionBuilder::new()
            .limits(settings.limits)
            .totals(handler.in_flight.clone(), handler.streams.clone())
            .runtime(Tokio)
            .endpoint(&path)
            .serve(handler.server.clone())
            .build_with(upgrade::copied(&parts.headers), parts.extensions, origin);
        let bounds = Bounds {
            ping_interval: settings.ping_interval,
            ..Bounds::new(handler.max_message)
        };
        upgrade::serve(on_upgrade, takeover, session, bounds);
        upgrade::switching(accept)
    }

    /// Answers a request of this peer, or of one that is among the extensions.
    fn answer<B>(&self, request: Request<B>, peer: Option<Peer>) -> EndpointFuture
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let handler = Arc::clone(&self.0);
        #[cfg(feature = "ws")]
        if upgrade::is_wanted(&request) {
            return EndpointFuture::new(ready(self.upgrade(request, peer)));
        }
        #[cfg(feature = "explorer")]
        if handler.explorer && explorer::is_wanted(&request, handler.shorthand) {
            let checked = handler.check_host(&request, &Deciding::find(request.headers()));
            let answer = match checked {
                Ok(()) => explorer::page(request.headers()),
                Err(refusal) => refusal.into_response(),
            };
            return EndpointFuture::new(ready(answer));
        }
        if handler.shorthand {
            return EndpointFuture::new(shorthand::answer(handler, request, peer));
        }
        let checked = handler.check_head(&request);
        let timeout = match checked.and_then(|head| handler.check_load().map(|()| head)) {
            Ok((Accept::Reply, timeout)) => timeout,
            Ok((Accept::Events, _)) => {
                return EndpointFuture::new(streaming::answer(handler, request, peer));
            }
            Err(refusal) => {
                discard(request);
                return EndpointFuture::new(ready(refusal.into_response()));
            }
        };
        let path = path_for_log(&request);
        let (parts, body) = request.into_parts();
        let metadata = handler.metadata_within(parts, peer, timeout);
        EndpointFuture::new(async move {
            let message = match handler.read(body).await {
                Ok(message) => message,
                Err(refusal) => return refusal.into_response(),
            };
            match handler.count_in(&metadata) {
                Ok(()) => handler.answer(&message, metadata, path).await,
                Err(refusal) => refusal.into_response(),
            }
        })
    }
}

impl<S> Clone for Endpoint<S> {
    fn clone(&self) -> Self {
        Endpoint(Arc::clone(&self.0))
    }
}

impl<S> fmt::Debug for Endpoint<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("max_message", &self.0.max_message)
            .field("body_timeout", &self.0.body_timeout)
            .finish_non_exhaustive()
    }
}

/// The answer to one request. It never fails.
///
/// If it is dropped before it completes, the client has gone, or a layer has given up. The calls of the message then go on in
/// a tokio task, unless they are [cancelled on disconnect](Endpoint::cancel_on_disconnect). A message that has not fully
/// arrived by then has no effect.
pub struct EndpointFuture {
    /// `None` once it is done.
    answer: Option<Answer>,
    /// The span that it is waited for in, and goes on in. `None` if it has not had to wait yet.
    span: Option<Span>,
}

type Answer = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

impl EndpointFuture {
    fn new(answer: impl Future<Output = Response<Body>> + Send + 'static) -> Self {
        EndpointFuture {
            answer: Some(Box::pin(answer)),
            span: None,
        }
    }
}

impl fmt::Debug for EndpointFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointFuture").finish_non_exhaustive()
    }
}

impl Future for EndpointFuture {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(answer) = &mut self.answer else {
            return Poll::Pending; // never happens: nobody polls a future that is done
        };
        match answer.as_mut().poll(task) {
            Poll::Ready(response) => {
                self.answer = None;
                Poll::Ready(Ok(response))
            }
            Poll::Pending => {
                self.span.get_or_insert_with(Span::current);
                Poll::Pending
            }
        }
    }
}

impl Drop for EndpointFuture {
    fn drop(&mut self) {
        if let Some(answer) = self.answer.take() {
            go_on(answer, self.span.take().unwrap_or_else(Span::current));
        }
    }
}

/// Lets a message's calls go on without their client.
#[cold]
fn go_on(answer: Answer, span: Span) {
    // What has panicked can't go on.
    if !std::thread::panicking() {
        let answer = async { drop(answer.await) };
        ConnectionJobs::current().hand_over(answer.instrument(span));
    }
}

impl<S, B> tower_service::Service<Request<B>> for Endpoint<S>
where
    S: Service,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = EndpointFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> EndpointFuture {
        self.answer(request, calling::take_peer())
    }
}

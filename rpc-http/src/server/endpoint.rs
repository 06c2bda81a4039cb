//! [`Endpoint`]: a service as a tower service for HTTP requests.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Extensions, HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use rpc_core::message_log::{ServerExchange, shown_path};
use rpc_core::{Reply, RequestMetadata, Server, Service};
use tokio::sync::Semaphore;

use super::hosts::Hosts;
use super::request::{BoxError, Refusal, check_head, read_body};
use super::shorthand;

/// Serves a service over HTTP, with defaults that hold in production.
pub fn endpoint<S: Service>(service: S) -> Endpoint<S> {
    Endpoint::new(Server::new(service).runtime(Threads))
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

/// A tower service that answers HTTP requests: see the [crate's documentation](crate) for the rules.
///
/// A clone shares the service and the bound on messages in flight. When a client goes away, its call's future is
/// dropped; `blocking` methods run to their end.
pub struct Endpoint<S>(Arc<Settings<S>>);

pub(super) struct Settings<S> {
    pub(super) server: Server<S>,
    in_flight: Arc<Semaphore>,
    pub(super) max_message: usize,
    body_timeout: Duration,
    notification_status: NotificationStatus,
    error_statuses: bool,
    shorthand: bool,
    /// `None`: any.
    hosts: Option<Arc<Hosts>>,
    extensions: Extensions,
}

/// How a message that has no reply is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum NotificationStatus {
    /// 200 with an empty body, which every known client understands.
    #[default]
    Ok,
    /// 202 with an empty body.
    Accepted,
    /// 204. Some clients in wide use fail on it.
    NoContent,
}

impl<S: Service> Endpoint<S> {
    /// Serves a server that is set up already.
    ///
    /// `blocking` methods leave the async threads only where [`Server::runtime`] says how.
    pub fn new(server: Server<S>) -> Self {
        Endpoint(Arc::new(Settings {
            server,
            in_flight: Arc::new(Semaphore::new(1024)),
            max_message: 2 * 1024 * 1024,
            body_timeout: Duration::from_secs(30),
            notification_status: NotificationStatus::default(),
            error_statuses: false,
            shorthand: false,
            hosts: None,
            extensions: Extensions::new(),
        }))
    }

    fn set(mut self, change: impl FnOnce(&mut Settings<S>)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// The largest message, in bytes; default 2 MiB. A larger one is answered with 413.
    #[must_use]
    pub fn max_message(self, bytes: usize) -> Self {
        self.set(|settings| settings.max_message = bytes)
    }

    /// The most messages that are handled at the same time, over all connections; default 1,024. One more is answered
    /// with 503 at once, before its body is read.
    #[must_use]
    pub fn max_in_flight(self, messages: usize) -> Self {
        let permits = messages.min(Semaphore::MAX_PERMITS);
        self.set(|settings| settings.in_flight = Arc::new(Semaphore::new(permits)))
    }

    /// How long a body may take to arrive; default 30 s. A slower one is answered with 408.
    #[must_use]
    pub fn body_timeout(self, timeout: Duration) -> Self {
        self.set(|settings| settings.body_timeout = timeout)
    }

    /// The most entries of a batch; default 100. See [`Limits::max_batch`](rpc_core::Limits::max_batch).
    #[must_use]
    pub fn max_batch(self, entries: usize) -> Self {
        self.set(|settings| settings.server = settings.server.clone().max_batch(entries))
    }

    /// How many entries of a batch run at the same time; default 16. See
    /// [`Limits::batch_concurrency`](rpc_core::Limits::batch_concurrency).
    #[must_use]
    pub fn batch_concurrency(self, entries: usize) -> Self {
        self.set(|settings| settings.server = settings.server.clone().batch_concurrency(entries))
    }

    /// How deep a message may nest; default, and at most, 128. See
    /// [`Limits::max_nesting`](rpc_core::Limits::max_nesting).
    #[must_use]
    pub fn max_nesting(self, levels: usize) -> Self {
        self.set(|settings| settings.server = settings.server.clone().max_nesting(levels))
    }

    /// How a message that has no reply is answered; default 200 with an empty body.
    #[must_use]
    pub fn notification_status(self, status: NotificationStatus) -> Self {
        self.set(|settings| settings.notification_status = status)
    }

    /// Answers a single error with 400, 404 or 500 instead of 200; default off. See [`rpc_core::code::http_status`].
    ///
    /// A reply to a batch is 200 whatever is in it.
    #[must_use]
    pub fn error_statuses(self, on: bool) -> Self {
        self.set(|settings| settings.error_statuses = on)
    }

    /// Answers calls as one writes them by hand, such as `GET /add?a=2&b=40` and `POST {"add": [2, 40]}`, beside JSON-RPC
    /// messages; default off. See [`shorthand`].
    #[must_use]
    pub fn shorthand(self, on: bool) -> Self {
        self.set(|settings| settings.shorthand = on)
    }

    /// The names and addresses by which the server is called, without ports; default any. A request that is for another host
    /// is answered with 403.
    ///
    /// It is for servers that have nothing but their address to keep strangers out, such as one on localhost: a page may
    /// have its own name resolved to that address (DNS rebinding), and then the browser takes it for a page of this
    /// server. Behind a proxy the name is the one that the proxy sends on.
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
        self.set(|settings| settings.hosts = Some(Arc::new(Hosts::new(hosts))))
    }

    /// Says in the data of errors -32700 and -32600 what is wrong with a message that is no request; default off. See
    /// [`Server::explain`].
    #[must_use]
    pub fn explain(self, on: bool) -> Self {
        self.set(|settings| settings.server = settings.server.clone().explain(on))
    }

    /// Sends the detail of internal errors as their data; default off. See [`Server::disclose`].
    #[must_use]
    pub fn disclose(self, on: bool) -> Self {
        self.set(|settings| settings.server = settings.server.clone().disclose(on))
    }

    /// Answers `rpc.methods`, `rpc.help` and `rpc.signature`; default on. See [`Server::introspection`].
    #[must_use]
    pub fn introspection(self, on: bool) -> Self {
        self.set(|settings| settings.server = settings.server.clone().introspection(on))
    }

    /// Understands JSON-RPC 1.0 beside 2.0; default off. See [`Server::version_1`].
    #[must_use]
    pub fn version_1(self, on: bool) -> Self {
        self.set(|settings| settings.server = settings.server.clone().version_1(on))
    }

    /// A value that methods find in their context, as if a layer had put it into each request's extensions. One of the
    /// same type that a layer did put there goes before it.
    #[must_use]
    pub fn extension<T: Clone + Send + Sync + 'static>(self, value: T) -> Self {
        self.set(|settings| drop(settings.extensions.insert(value)))
    }

    fn begin<B>(&self, request: Request<B>) -> Begun<S, B>
    where
        B: http_body::Body<Data = Bytes>,
    {
        let settings = Arc::clone(&self.0);
        let path = path_for_log(&request);
        match settings.admit(request) {
            Ok((metadata, body)) => Begun::Message {
                settings,
                metadata,
                body,
                path,
            },
            Err(refusal) => Begun::Refused(refusal),
        }
    }
}

/// A request whose head has been looked at.
enum Begun<S, B> {
    Message {
        settings: Arc<Settings<S>>,
        metadata: RequestMetadata,
        body: B,
        /// For the log, where anybody reads it.
        path: Option<Box<str>>,
    },
    Refused(Refusal),
}

impl<S, B> Begun<S, B>
where
    S: Service,
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<BoxError>,
{
    async fn answer(self) -> Response<Full<Bytes>> {
        let (settings, metadata, body, path) = match self {
            Begun::Message {
                settings,
                metadata,
                body,
                path,
            } => (settings, metadata, body, path),
            Begun::Refused(refusal) => return refusal.into_response(),
        };
        match settings.read(body).await {
            Ok(message) => settings.answer(&message, metadata, path).await,
            Err(refusal) => refusal.into_response(),
        }
    }
}

/// A future's output, if it is there in time. Most bodies have come with their heads, and need no timer.
async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let at_once = poll_fn(|task| Poll::Ready(future.as_mut().poll(task))).await;
    match at_once {
        Poll::Ready(output) => Some(output),
        // In a box, for the timer is larger than all else that is kept while a call runs.
        Poll::Pending => Box::pin(tokio::time::timeout(limit, future)).await.ok(),
    }
}

impl<S: Service> Settings<S> {
    /// Looks at a request's head, and takes what its methods may want to know of it.
    fn admit<B: http_body::Body>(
        &self,
        request: Request<B>,
    ) -> Result<(RequestMetadata, B), Refusal> {
        self.check_host(&request)?;
        check_head(&request, self.max_message)?;
        self.count_in(request)
    }

    /// Is the request for this server?
    pub(super) fn check_host<B>(&self, request: &Request<B>) -> Result<(), Refusal> {
        match &self.hosts {
            Some(hosts) if !hosts.allow(request) => Err(Refusal::Host),
            _ => Ok(()),
        }
    }

    /// Takes a place among the messages in flight, and keeps it until all that is asked for is done.
    pub(super) fn count_in<B>(&self, request: Request<B>) -> Result<(RequestMetadata, B), Refusal> {
        let permit = Arc::clone(&self.in_flight).try_acquire_owned();
        let permit = permit.map_err(|_| Refusal::Busy)?;
        let (head, body) = request.into_parts();
        let mut extensions = head.extensions;
        if !self.extensions.is_empty() {
            let own = std::mem::replace(&mut extensions, self.extensions.clone());
            extensions.extend(own);
        }
        // A blocking method goes on when its client has gone, and counts as long.
        Ok((
            RequestMetadata::holding(head.headers, extensions, permit),
            body,
        ))
    }

    /// Reads a body, within the limits.
    pub(super) async fn read<B>(&self, body: B) -> Result<Bytes, Refusal>
    where
        B: http_body::Body<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        let reading = read_body(body, self.max_message);
        let read = within(self.body_timeout, reading).await;
        read.unwrap_or(Err(Refusal::Slow))
    }

    /// Answers a JSON-RPC message. `path` is for the log.
    pub(super) async fn answer(
        &self,
        message: &[u8],
        metadata: RequestMetadata,
        path: Option<Box<str>>,
    ) -> Response<Full<Bytes>> {
        let log = path.map(|path| self.log(message, path, &metadata));
        let reply = self.server.handle(message, metadata).await;
        let status = self.status(reply.as_ref());
        if let Some(log) = log {
            // As it is below.
            let head = response(status, reply.as_ref().map(|_| Vec::new()));
            let reply = reply.as_ref().map(Reply::body);
            log.end(reply, Some((status, head.headers())));
        }
        response(status, reply.map(Reply::into_body))
    }

    #[cold]
    pub(super) fn log(
        &self,
        message: &[u8],
        path: Box<str>,
        metadata: &RequestMetadata,
    ) -> Box<ServerExchange> {
        let headers = Some(metadata.headers());
        let secrets = |method: &str| self.server.secret_params(method);
        Box::new(ServerExchange::begin(
            message,
            path.into(),
            headers,
            secrets,
        ))
    }

    /// The status of a reply, or of there being none.
    fn status(&self, reply: Option<&Reply>) -> StatusCode {
        let Some(reply) = reply else {
            return match self.notification_status {
                NotificationStatus::Ok => StatusCode::OK,
                NotificationStatus::Accepted => StatusCode::ACCEPTED,
                NotificationStatus::NoContent => StatusCode::NO_CONTENT,
            };
        };
        if !self.error_statuses {
            return StatusCode::OK;
        }
        StatusCode::from_u16(reply.error_code().map_or(200, rpc_core::code::http_status))
            .unwrap_or(StatusCode::OK)
    }
}

impl<S> Clone for Endpoint<S> {
    fn clone(&self) -> Self {
        Endpoint(Arc::clone(&self.0))
    }
}

impl<S> Clone for Settings<S> {
    fn clone(&self) -> Self {
        Settings {
            server: self.server.clone(),
            in_flight: Arc::clone(&self.in_flight),
            hosts: self.hosts.clone(),
            extensions: self.extensions.clone(),
            ..*self
        }
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

/// Where a request came to, as far as the log shows it; `None` where nobody wants the log.
pub(super) fn path_for_log<B>(request: &Request<B>) -> Option<Box<str>> {
    ServerExchange::is_wanted().then(|| shown_path(request.uri().path()).into())
}

/// A response with a reply, or with none.
fn response(status: StatusCode, reply: Option<Vec<u8>>) -> Response<Full<Bytes>> {
    let is_json = reply.is_some();
    let mut response = Response::new(Full::from(reply.unwrap_or_default()));
    *response.status_mut() = status;
    if is_json {
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
    }
    response
}

/// The answer to one request. It never fails.
pub struct EndpointFuture(Pin<Box<dyn Future<Output = Response<Full<Bytes>>> + Send>>);

impl fmt::Debug for EndpointFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointFuture").finish_non_exhaustive()
    }
}

impl Future for EndpointFuture {
    type Output = Result<Response<Full<Bytes>>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(task).map(Ok)
    }
}

impl<S, B> tower_service::Service<Request<B>> for Endpoint<S>
where
    S: Service,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = EndpointFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> EndpointFuture {
        if self.0.shorthand {
            return EndpointFuture(Box::pin(shorthand::answer(Arc::clone(&self.0), request)));
        }
        EndpointFuture(Box::pin(self.begin(request).answer()))
    }
}

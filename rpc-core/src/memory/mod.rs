//! An in-process transport for tests. It needs no socket.
//!
//! ```
//! use rpc_core::{memory, rpc};
//!
//! #[rpc]
//! trait Adder {
//!     async fn add(&self, a: i64, b: i64) -> i64;
//! }
//!
//! struct Service;
//!
//! impl Adder for Service {
//!     async fn add(&self, a: i64, b: i64) -> i64 {
//!         a + b
//!     }
//! }
//!
//! # futures_util::FutureExt::now_or_never(async {
//! let adder = AdderClient::new(memory::connect(AdderServer::new(Service)));
//! assert_eq!(adder.add(1, 2).await.unwrap(), 3);
//! # }).unwrap();
//! ```
//!
//! Calls with a timeout need a clock, which comes from the server's runtime. To use tokio's, pass
//! `Server::new(service).runtime(rpc_tokio::Tokio)`.
//!
//! With a runtime, a call or notification runs to its end even if its future is dropped, as over a network, unless it is
//! [cancelled on disconnect](Server::cancel_on_disconnect). A call's timeout is its [deadline](Server::deadlines) on the server.
//! Without a runtime nothing could run a call whose future is dropped, so it is cancelled.

mod connection;

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_channel::oneshot;
use futures_util::FutureExt;
use futures_util::future::Shared;
use http::{Extensions, HeaderMap};
use tracing::{Instrument, Span};

use self::connection::{Connection, Messages};
use crate::client::{
    Client, Transport, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use crate::error::{Destination, TimeoutError, TransportError, code};
use crate::runtime::{BoxFuture, DynRuntime};
use crate::server::{IntoServer, Reply, Server};
use crate::service::{Attachment, RequestMetadata, Service};
use crate::session::SessionBuilder;
use crate::shown::Headers;

/// A client for a service, or for a [`Server`], in the same process.
pub fn connect<S: Service>(server: impl IntoServer<Service = S>) -> Client<Memory<S>> {
    Client::from_transport(Memory::new(server))
}

/// The transport that [`connect`] uses. Messages take the same path through the server as over a network, but never
/// leave the process.
///
/// Calls with a timeout, and `blocking` methods that leave the async threads, need a server with a
/// [runtime](Server::runtime). Without one, a call with a timeout is an error, and blocking methods run in place.
///
/// Over a network, layers around the endpoint find out who is calling, and attach that to the request. In a test,
/// attach it here:
///
/// ```
/// use rpc_core::memory::Memory;
/// use rpc_core::{Context, ErrorObject, rpc};
///
/// #[derive(Clone)]
/// struct User(String);
///
/// #[rpc]
/// trait Accounts {
///     async fn whoami(&self, #[rpc(context)] cx: &Context) -> Result<String, ErrorObject>;
/// }
/// # struct Service;
/// # impl Accounts for Service {
/// #     async fn whoami(&self, cx: &Context) -> Result<String, ErrorObject> {
/// #         let user: Option<&User> = cx.get();
/// #         user.map(|user| user.0.clone()).ok_or_else(|| ErrorObject::new(1002, "not signed in"))
/// #     }
/// # }
///
/// # futures_util::FutureExt::now_or_never(async {
/// let memory = Memory::new(AccountsServer::new(Service));
/// let ann = AccountsClient::new(memory.clone().extension(User("ann".to_owned())).connect());
/// assert_eq!(ann.whoami().await.unwrap(), "ann");
///
/// let nobody = AccountsClient::new(memory.connect());
/// assert!(nobody.whoami().await.is_err());
/// # }).unwrap();
/// ```
///
/// Clones share the server.
pub struct Memory<S> {
    server: Server<S>,
    headers: HeaderMap,
    extensions: Extensions,
    /// What the server may call.
    client: Option<SessionBuilder>,
}

impl<S: Service> Memory<S> {
    /// A transport to a service, or to a [`Server`].
    pub fn new(server: impl IntoServer<Service = S>) -> Self {
        Memory {
            server: server.into_server(),
            headers: HeaderMap::new(),
            extensions: Extensions::new(),
            client: None,
        }
    }

    /// A service of the client, which the server's methods call through their `#[rpc(peer)]` parameter.
    ///
    /// ```
    /// # use rpc_core::{CallError, Peer, memory::Memory, rpc};
    /// # #[rpc]
    /// # trait Ui {
    /// #     async fn ask(&self, question: &str) -> bool;
    /// # }
    /// # #[rpc]
    /// # trait Files {
    /// #     async fn remove(&self, name: &str, #[rpc(peer)] ui: &UiClient<Peer>) -> bool;
    /// # }
    /// # struct Disk;
    /// # impl Files for Disk {
    /// #     async fn remove(&self, name: &str, ui: &UiClient<Peer>) -> bool {
    /// #         ui.ask(name).await.unwrap_or(false)
    /// #     }
    /// # }
    /// # struct AlwaysSure;
    /// # impl Ui for AlwaysSure {
    /// #     async fn ask(&self, _: &str) -> bool {
    /// #         true
    /// #     }
    /// # }
    /// # futures_util::FutureExt::now_or_never(async {
    /// let memory = Memory::new(FilesServer::new(Disk)).client_service(UiServer::new(AlwaysSure));
    /// let files = FilesClient::new(memory.connect());
    /// assert!(files.remove("notes").await.unwrap());
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn client_service(mut self, service: impl IntoServer) -> Self {
        self.client = Some(SessionBuilder::new().serve(service));
        self
    }

    /// Adds headers to every message. If a call sets one of them itself, the call's value counts.
    pub fn headers(mut self, headers: HeaderMap) -> Self {
        self.headers.extend(headers);
        self
    }

    /// Adds a value to every message, which [`Context::get`](crate::Context::get) finds by its type. A later value of
    /// the same type takes its place.
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.extensions.insert(value);
        self
    }

    /// Adds all these values to every message, like [`extension`](Self::extension).
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.extensions.extend(extensions);
        self
    }

    /// A client over this transport.
    pub fn connect(self) -> Client<Self> {
        Client::from_transport(self)
    }

    fn add_headers(&self, headers: &mut HeaderMap) {
        if !self.headers.is_empty() {
            let own = std::mem::replace(headers, self.headers.clone());
            // This replaces all values that a header had.
            headers.extend(own);
        }
    }
}

impl<S> Clone for Memory<S> {
    fn clone(&self) -> Self {
        Memory {
            server: self.server.clone(),
            headers: self.headers.clone(),
            extensions: self.extensions.clone(),
            client: self.client.clone(),
        }
    }
}

impl<S> fmt::Debug for Memory<S> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Memory")
            .field("headers", &Headers(&self.headers))
            .finish_non_exhaustive()
    }
}

impl<S: Service> Transport for Memory<S> {
    async fn send(
        &self,
        mut request: TransportRequest,
    ) -> Result<TransportReply, TransportFailure> {
        self.add_headers(&mut request.headers);
        if self.client.is_some() {
            let mut connection = self.connection(&mut request)?;
            let peer = connection.peer();
            return connection.run(peer.transport().send(request)).await;
        }
        let timeout = request.timeout_if_any(None);
        let reply = match (self.server.clock(), timeout) {
            (None, Some(_)) => return Err(no_clock()),
            (None, None) => {
                let metadata = RequestMetadata::new(request.headers, self.extensions.clone());
                self.server.handle(&request.body, metadata).await
            }
            (Some(runtime), timeout) => {
                let mut asleep = timeout.map(|timeout| runtime.sleep(timeout));
                let mut reply = Unfinished::new(
                    runtime,
                    self.server.clone(),
                    request,
                    self.extensions.clone(),
                    timeout,
                );
                let mut is_first = true;
                let reply = poll_fn(|task| {
                    let reply = reply.poll_unpin(task);
                    // The server's answer that the time is over comes at the same moment as the end of the time. But a call that
                    // is done at once needs no time.
                    let is_over =
                        |reply: &Reply| reply.error_code() == Some(code::DEADLINE_EXCEEDED);
                    let is_done = match &reply {
                        Poll::Ready(reply) => !reply.as_ref().is_some_and(is_over),
                        Poll::Pending => false,
                    };
                    if std::mem::take(&mut is_first) && is_done {
                        return reply.map(Ok);
                    }
                    let time = asleep.as_mut().map(|asleep| asleep.poll_unpin(task));
                    match time {
                        Some(Poll::Ready(())) => Poll::Ready(Err(TimeoutError::Reply)),
                        _ => reply.map(Ok),
                    }
                });
                reply.await?
            }
        };
        Ok(TransportReply::new(
            reply.map(|reply| reply.into_body()).unwrap_or_default(),
        ))
    }

    async fn open(&self, mut call: TransportRequest) -> Result<TransportStream, TransportFailure> {
        self.add_headers(&mut call.headers);
        let mut connection = self.connection(&mut call)?;
        let peer = connection.peer();
        let stream = connection.run(peer.transport().open(call)).await?;
        let messages = Messages::new(stream, connection);
        Ok(TransportStream::stoppable(messages, Messages::stop))
    }

    fn sleep(&self, duration: Duration) -> Option<BoxFuture<'static, ()>> {
        let clock = self.server.clock()?.clone();
        Some(Box::pin(async move { clock.sleep(duration).await }))
    }

    fn now(&self) -> Instant {
        self.server
            .clock()
            .map_or_else(Instant::now, DynRuntime::now)
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::new("memory"))
    }
}

impl<S: Service> Memory<S> {
    /// A connection to the server, for one call.
    fn connection(&self, request: &mut TransportRequest) -> Result<Connection, TransportFailure> {
        let clock = self.server.clock();
        let timeout = request.timeout_if_any(None);
        if clock.is_none() && (timeout.is_some() || request.idle_timeout.is_some()) {
            return Err(no_clock());
        }
        let headers = std::mem::take(&mut request.headers);
        let server = SessionBuilder::new()
            .clock(clock.cloned())
            .serve(self.server.clone())
            .build_with(headers, self.extensions.clone(), ());
        let client = self.client.clone().unwrap_or_default();
        Ok(Connection::new(
            server,
            client.clock(clock.cloned()).build(),
        ))
    }
}

fn no_clock() -> TransportFailure {
    let error = TransportError::message(NO_CLOCK).not_run();
    error.with_retryable(false).into()
}

/// A message that is being handled. When this is dropped, it goes on without its caller.
struct Unfinished<'a> {
    /// `None` once it is done.
    reply: Option<BoxFuture<'static, Option<Reply>>>,
    runtime: &'a DynRuntime,
    /// The span that it is waited for in, and goes on in. `None` if it has not had to wait yet.
    span: Option<Span>,
    /// Dropped with the caller, which is how the message's calls learn of it.
    _caller: oneshot::Sender<()>,
}

/// The caller that waits for a message, and its deadline.
struct Caller {
    /// Completes when the caller has gone.
    gone: Shared<oneshot::Receiver<()>>,
    deadline: Option<Instant>,
}

impl Attachment for Caller {
    fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    fn client_gone(&self) -> Option<BoxFuture<'static, ()>> {
        let gone = self.gone.clone();
        Some(Box::pin(async {
            let _gone = gone.await;
        }))
    }
}

impl<'a> Unfinished<'a> {
    fn new<S: Service>(
        runtime: &'a DynRuntime,
        server: Server<S>,
        request: TransportRequest,
        extensions: Extensions,
        timeout: Option<Duration>,
    ) -> Self {
        let (caller, gone) = oneshot::channel();
        // A call without any time may still be answered at once.
        let timeout = timeout.filter(|timeout| !timeout.is_zero());
        let attached = Caller {
            gone: gone.shared(),
            deadline: timeout.and_then(|timeout| runtime.now().checked_add(timeout)),
        };
        let metadata = RequestMetadata::attached(request.headers, extensions, attached);
        Unfinished {
            reply: Some(Box::pin(async move {
                server.handle(&request.body, metadata).await
            })),
            runtime,
            span: None,
            _caller: caller,
        }
    }
}

impl Future for Unfinished<'_> {
    type Output = Option<Reply>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(reply) = &mut self.reply else {
            return Poll::Pending; // never happens: nobody polls a future that is done
        };
        match reply.as_mut().poll(task) {
            Poll::Ready(reply) => {
                self.reply = None;
                Poll::Ready(reply)
            }
            Poll::Pending => {
                self.span.get_or_insert_with(Span::current);
                Poll::Pending
            }
        }
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        // What has panicked can't go on.
        if let Some(reply) = self.reply.take().filter(|_| !std::thread::panicking()) {
            let span = self.span.take().unwrap_or_else(Span::current);
            self.runtime
                .spawn(Box::pin(async { drop(reply.await) }.instrument(span)));
        }
    }
}

const NO_CLOCK: &str = "the in-process transport has no clock for timeouts; give its server a runtime: \
                        `memory::connect(Server::new(service).runtime(rpc_tokio::Tokio))`";

//! [`Handler`]: an endpoint's settings, and how they make it answer a request with a message.

use std::any::{Any, TypeId};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderValue, Request, Response, StatusCode, Uri};
use rpc_core::limits::{CallInFlight, InFlight};
use rpc_core::message_log::{ServerExchange, shown_path};
use rpc_core::transport::{Attachment, Reply, TIMEOUT_HEADER, read_timeout};
use rpc_core::{RequestMetadata, Server, Service};
use rpc_tokio::ByteQuota;
use rpc_tokio::server::{Origin, Peer, Values};
use tokio::time::timeout;

use super::accept::Accept;
use super::body::Body;
use super::defaults;
use super::hosts::{self, AllowedHosts};
use super::notification::NotificationStatus;
use super::origins::{self, Origins};
use super::request::{BoxError, Deciding, Refusal, check_head, data_of, read_rest};
use super::status;
#[cfg(feature = "ws")]
use super::upgrade::WebSocketSettings;
use crate::refused;

/// An endpoint's settings, and how they make it answer a request with a message.
pub(super) struct Handler<S> {
    pub(super) server: Server<S>,
    pub(super) in_flight: InFlight,
    /// The streams of all connections.
    pub(super) streams: InFlight,
    /// After how long a silent one sends a comment.
    pub(super) heartbeat: Duration,
    pub(super) max_message: usize,
    pub(super) max_receiving: usize,
    /// The bytes of messages that are still arriving.
    pub(super) receiving: ByteQuota,
    pub(super) body_timeout: Duration,
    pub(super) notification_status: NotificationStatus,
    pub(super) error_statuses: bool,
    pub(super) shorthand: bool,
    /// Serves a page to browsers.
    #[cfg(feature = "explorer")]
    pub(super) explorer: bool,
    pub(super) hosts: AllowedHosts,
    /// The pages that may open WebSockets and streams. `None`: those of this server.
    pub(super) origins: Option<Arc<Origins>>,
    pub(super) values: Values,
    #[cfg(feature = "ws")]
    pub(super) websocket: WebSocketSettings,
}

impl<S: Service> Handler<S> {
    pub(super) fn new(server: Server<S>) -> Self {
        Handler {
            server,
            in_flight: InFlight::new(defaults::MAX_IN_FLIGHT),
            streams: InFlight::new(defaults::MAX_STREAMS),
            heartbeat: defaults::HEARTBEAT,
            max_message: defaults::MAX_MESSAGE,
            max_receiving: defaults::MAX_RECEIVING,
            receiving: ByteQuota::new(defaults::MAX_RECEIVING),
            body_timeout: defaults::BODY_TIMEOUT,
            notification_status: NotificationStatus::default(),
            error_statuses: false,
            shorthand: false,
            #[cfg(feature = "explorer")]
            explorer: false,
            hosts: AllowedHosts::default(),
            origins: None,
            values: Values::default(),
            #[cfg(feature = "ws")]
            websocket: WebSocketSettings::default(),
        }
    }

    /// Checks a request's head. Returns what its client takes as an answer, and how long it waits.
    #[inline]
    pub(super) fn check_head<B: http_body::Body>(
        &self,
        request: &Request<B>,
    ) -> Result<(Accept, Option<Duration>), Refusal> {
        let deciding = Deciding::find(request.headers());
        self.check_host(request, &deciding)?;
        check_head(request, &deciding, self.max_message)?;
        Ok((deciding.accept, deciding.timeout()))
    }

    /// Refuses a request without a host, or for another one.
    #[inline]
    pub(super) fn check_host<B>(
        &self,
        request: &Request<B>,
        deciding: &Deciding<'_>,
    ) -> Result<(), Refusal> {
        let name = hosts::name(request.version(), deciding.host).ok_or(Refusal::NoHost)?;
        match &self.hosts {
            AllowedHosts::These(hosts) if !hosts.allow(request.uri(), name) => Err(Refusal::Host),
            _ => Ok(()),
        }
    }

    /// Refuses a WebSocket or a stream to a page that may not open one.
    pub(super) fn check_page(
        &self,
        uri: &Uri,
        headers: &HeaderMap,
        extensions: &Extensions,
        peer: Option<Peer>,
    ) -> Result<(), Refusal> {
        self.check_origin(uri, headers)?;
        let peer = peer.or_else(|| extensions.get::<Peer>().copied());
        let is_on_loopback = peer.is_some_and(|peer| peer.is_on_loopback());
        match &self.hosts {
            AllowedHosts::Usual if is_on_loopback && hosts::is_rebound(uri, headers) => {
                Err(Refusal::NotLoopback)
            }
            _ => Ok(()),
        }
    }

    /// Refuses a page of another site that is not allowed.
    pub(super) fn check_origin(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
        origins::check(uri, headers, self.origins.as_deref())
    }

    /// A server that is busy now does not read a message.
    #[inline]
    pub(super) fn check_load(&self) -> Result<(), Refusal> {
        match self.in_flight.is_full() {
            true => Err(Refusal::Busy),
            false => Ok(()),
        }
    }

    /// What methods may want to know of a request. `peer` is `None` if it is among the extensions, if anywhere.
    pub(super) fn metadata(&self, head: Parts, peer: Option<Peer>) -> RequestMetadata {
        let timeout = timeout_in(&head.headers);
        self.metadata_within(head, peer, timeout)
    }

    /// The same for a request whose client is known to wait this long.
    #[inline]
    pub(super) fn metadata_within(
        &self,
        head: Parts,
        peer: Option<Peer>,
        timeout: Option<Duration>,
    ) -> RequestMetadata {
        let origin = Origin::new(self.in_flight.call())
            .peer(peer)
            .values(self.values.clone())
            .waits(timeout);
        RequestMetadata::attached(head.headers, head.extensions, Attached(origin))
    }

    /// Counts a message that has fully arrived among those in flight, until everything that it asks for is done, even if its
    /// client has gone. A message that is still arriving does not count, so it keeps nobody else from being served.
    #[inline]
    pub(super) fn count_in(&self, metadata: &RequestMetadata) -> Result<(), Refusal> {
        let attached = metadata.attachment::<Attached>();
        match attached.is_some_and(|Attached(origin)| origin.permit().begin()) {
            true => Ok(()),
            false => Err(Refusal::Busy),
        }
    }

    /// Reads a body, within the limits.
    pub(super) async fn read<B>(&self, body: B) -> Result<Bytes, Refusal>
    where
        B: http_body::Body<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        let mut body = pin!(body);
        // Most bodies come in one piece with their heads.
        let begun = match poll_fn(|task| Poll::Ready(body.as_mut().poll_frame(task))).await {
            Poll::Ready(Some(frame)) => data_of(frame)?,
            Poll::Ready(None) => return Ok(Bytes::new()),
            Poll::Pending => Bytes::new(),
        };
        if !begun.is_empty() && body.is_end_stream() && begun.len() <= self.max_message {
            return Ok(begun);
        }
        let rest = read_rest(begun, body, self.max_message, &self.receiving);
        // Boxed, since this is larger than everything else that is kept while a call runs.
        let read = Box::pin(timeout(self.body_timeout, rest)).await;
        read.unwrap_or(Err(Refusal::Slow))
    }

    /// Answers a JSON-RPC message. `path` is for the log.
    pub(super) async fn answer(
        &self,
        message: &[u8],
        metadata: RequestMetadata,
        path: Option<Box<str>>,
    ) -> Response<Body> {
        let log = path.map(|path| self.log(message, path, &metadata));
        let reply = self.server.handle(message, metadata).await;
        self.respond(reply, log)
    }

    /// The response with a reply, or without one.
    // Always, since a response is large and would be moved.
    #[inline(always)]
    pub(super) fn respond(
        &self,
        mut reply: Option<Reply>,
        log: Option<Box<ServerExchange>>,
    ) -> Response<Body> {
        let status = self.status(reply.as_ref());
        let refused = reply.as_ref().and_then(Reply::refused);
        let headers = reply.as_mut().and_then(Reply::take_headers);
        let body = reply.map(Reply::into_body);
        let mut response = response(status, body.is_some());
        add_headers(response.headers_mut(), headers);
        if let Some(reason) = refused {
            let reason = HeaderValue::from_static(reason);
            response.headers_mut().insert(refused::HEADER, reason);
        }
        if let Some(log) = log {
            log.end(body.as_deref(), Some((status, response.headers())));
        }
        *response.body_mut() = Body::from(body.unwrap_or_default());
        response
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

    /// The status for a reply, or for none.
    fn status(&self, reply: Option<&Reply>) -> StatusCode {
        let Some(reply) = reply else {
            return self.notification_status.into();
        };
        if !self.error_statuses {
            return StatusCode::OK;
        }
        status::of_reply(reply)
    }
}

/// What a message has from its connection and its endpoint.
pub(super) struct Attached(Origin<CallInFlight>);

impl Attached {
    /// For a request that has come now, with these headers.
    pub(super) fn new(origin: Origin<CallInFlight>, headers: &HeaderMap) -> Self {
        Attached(origin.waits(timeout_in(headers)))
    }
}

/// How long the client waits, if it says so.
fn timeout_in(headers: &HeaderMap) -> Option<Duration> {
    headers.get(TIMEOUT_HEADER).and_then(read_timeout)
}

impl Attachment for Attached {
    fn value(&self, of: TypeId) -> Option<&(dyn Any + Send + Sync)> {
        self.0.value(of)
    }

    fn client_gone(&self) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.0.client_gone()
    }

    fn deadline(&self) -> Option<Instant> {
        self.0.deadline()
    }

    fn stream_hint(&self) -> Option<&'static str> {
        Some("send `Accept: text/event-stream`")
    }
}

impl<S> Clone for Handler<S> {
    fn clone(&self) -> Self {
        Handler {
            server: self.server.clone(),
            in_flight: self.in_flight.clone(),
            streams: self.streams.clone(),
            receiving: self.receiving.clone(),
            hosts: self.hosts.clone(),
            origins: self.origins.clone(),
            values: self.values.clone(),
            #[cfg(feature = "ws")]
            websocket: self.websocket.clone(),
            ..*self
        }
    }
}

/// The path of a request as the log shows it; `None` if nobody reads the log.
pub(super) fn path_for_log<B>(request: &Request<B>) -> Option<Box<str>> {
    ServerExchange::is_wanted().then(|| shown_path(request.uri().path()).into())
}

/// Adds the headers that a call wants its reply to have. They never include a header that the server sets itself.
pub(super) fn add_headers(headers: &mut HeaderMap, of_call: Option<Box<HeaderMap>>) {
    if let Some(of_call) = of_call {
        headers.extend(*of_call);
    }
}

/// A response to be filled with a reply, or one without.
fn response(status: StatusCode, has_reply: bool) -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = status;
    if has_reply {
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
    }
    response
}

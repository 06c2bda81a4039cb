//! [`Transport`]: what carries a client's messages.

use std::any::Any;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::Stream;
use http::HeaderMap;

use super::tolerance::Tolerance;
use super::{Client, Progress};
use crate::error::{
    CallError, Chain, Destination, Overflow, ProtocolError, Said, Shared, TimeoutError,
    TransportError,
};
use crate::json::id::Id;
use crate::limits::SlowReader;
use crate::secret::Secret;
use crate::shown::Headers;
use crate::wire::control::{self, Control, Incoming};
pub use crate::wire::item::StreamItem;

/// Carries a message to the server and its reply back.
///
/// It moves bytes and does not read JSON-RPC. It enforces the message's timeout, since the core has no clock.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a transport",
    label = "not a `rpc_core::Transport`",
    note = "a stub's type parameter is the transport, not the client: `OrdersClient<rpc_http::client::Http>`, or `OrdersClient<rpc_core::BoxTransport>` over `client.boxed()`"
)]
pub trait Transport: Send + Sync + 'static {
    /// Sends a message and waits for its reply, or, if there will be none, until the message has been accepted.
    ///
    /// Dropping the future gives the call up.
    fn send(
        &self,
        message: TransportRequest,
    ) -> impl Future<Output = Result<TransportReply, TransportFailure>> + Send;

    /// Sends a call whose answer is a stream, and waits until the stream has begun: until the server says so, sends the first
    /// item, or answers.
    ///
    /// Dropping the future, or the stream, tells the server to stop. By default, a transport can't carry streams, and this
    /// fails.
    fn open(
        &self,
        _call: TransportRequest,
    ) -> impl Future<Output = Result<TransportStream, TransportFailure>> + Send {
        let error = TransportError::message("this transport can't carry a stream");
        ready(Err(error.not_run().with_retryable(false).into()))
    }

    /// Completes after this time, by the transport's clock. A client uses it to wait between attempts to reopen a stream. A
    /// transport that wraps another should forward the call. By default there is no clock, and no stream is reopened.
    fn sleep(&self, _duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        None
    }

    /// The time on the clock that [`sleep`](Self::sleep) goes by; by default the system's. A [`Policy`](super::Policy) reads it. A
    /// transport whose clock can be stopped, as tokio's can in tests, has its own, and one that wraps another should forward the call.
    fn now(&self) -> Instant {
        Instant::now()
    }

    /// Where messages go, for use in errors. It is called only when a call has failed. A transport that wraps another one
    /// should ask that one. By default, errors name only the method.
    fn destination(&self) -> Option<Destination> {
        None
    }
}

/// A transport that needs no more than an address, so that `Client::new(address)` works.
pub trait Connect: Transport + Sized {
    /// Sets a client up step by step.
    type Builder;
    /// Why a client could not be made.
    type Error;

    /// A client of the server at this address.
    fn connect(address: &str) -> Result<Client<Self>, Self::Error>;

    /// A builder with the defaults.
    fn builder() -> Self::Builder;
}

/// A message to be sent.
#[derive(Clone)]
#[non_exhaustive]
pub struct TransportRequest {
    /// The message, in JSON.
    pub body: Vec<u8>,
    /// Headers for this message, in addition to those that the transport sends with every message.
    pub headers: HeaderMap,
    /// How long to wait for the reply, instead of the transport's default.
    pub timeout: Option<Duration>,
    /// How much time its sender has left, if that is bounded. The message gets no more, whatever its timeout or the transport's
    /// default: see [`timeout_or`](Self::timeout_or).
    pub time_left: Option<Duration>,
    /// How long a stream may be silent once it has begun, instead of the transport's default.
    pub idle_timeout: Option<Duration>,
    /// The method that closes the subscription, if the call opens one. Its answer is then the subscription's id, and the items
    /// come as notifications with that id.
    pub unsubscribe: Option<String>,
    /// What happens if the items of the stream come faster than they are read.
    pub slow_reader: SlowReader,
    /// Whether there will be a reply. Notifications get none.
    pub expects_reply: bool,
    /// The id, if the message is one call: not a notification, not a batch, and not a [raw message](super::RawCall).
    pub call: Option<Id>,
    /// Whether the call must not share its message with others: see [`Batched`](super::Batched).
    pub unbatched: bool,
    /// Whether the message may be sent again although it may have run: each of its methods is promised to be idempotent.
    pub idempotent: bool,
    /// Whether to fail at once if the connection has been lost, instead of waiting until it is back. A [`Policy`](super::Policy)
    /// asks for it while there is another server to try. A transport that never waits for a connection need not look at it.
    pub fails_fast: bool,
    /// Which of the params in it are kept out of logs: see [`message_log`](crate::message_log).
    pub secrets: Vec<Secret>,
    /// Where the transport reports how far the message has got, if somebody wants to know.
    pub progress: Option<Progress>,
    /// Whether the client forgives what is wrong with the reply. For [`Batched`](super::Batched), which takes it apart.
    pub(super) tolerance: Option<Tolerance>,
}

/// The message and headers with credentials are not shown.
impl fmt::Debug for TransportRequest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("TransportRequest")
            .field("bytes", &self.body.len())
            .field("headers", &Headers(&self.headers))
            .field("timeout", &self.timeout)
            .field("time_left", &self.time_left)
            .field("idle_timeout", &self.idle_timeout)
            .field("unsubscribe", &self.unsubscribe)
            .field("slow_reader", &self.slow_reader)
            .field("expects_reply", &self.expects_reply)
            .field("call", &self.call)
            .field("unbatched", &self.unbatched)
            .field("idempotent", &self.idempotent)
            .field("fails_fast", &self.fails_fast)
            .field("secrets", &self.secrets)
            .finish()
    }
}

impl TransportRequest {
    /// A message that expects a reply.
    pub fn new(body: Vec<u8>) -> Self {
        TransportRequest {
            body,
            headers: HeaderMap::new(),
            timeout: None,
            time_left: None,
            idle_timeout: None,
            unsubscribe: None,
            slow_reader: SlowReader::default(),
            expects_reply: true,
            call: None,
            unbatched: false,
            idempotent: false,
            fails_fast: false,
            secrets: Vec::new(),
            progress: None,
            tolerance: None,
        }
    }

    /// How long to wait for the reply, where this is the transport's default.
    pub fn timeout_or(&self, default: Duration) -> Duration {
        let timeout = self.timeout.unwrap_or(default);
        self.time_left.map_or(timeout, |left| left.min(timeout))
    }

    /// How long to wait for the reply, if that is bounded. This is the transport's default, if it has one.
    pub fn timeout_if_any(&self, default: Option<Duration>) -> Option<Duration> {
        match (self.timeout.or(default), self.time_left) {
            (Some(timeout), Some(left)) => Some(timeout.min(left)),
            (timeout, left) => timeout.or(left),
        }
    }
}

/// A reply that has come.
#[derive(Clone)]
#[non_exhaustive]
pub struct TransportReply {
    /// The reply; empty if there is none.
    pub body: Bytes,
    /// Why this may not be a reply at all, such as an HTTP status. It is reported only if the body is not a valid reply. If
    /// the body is an error object, what this error says about another attempt still counts. What it says about the method
    /// counts only if the error object lacks the call's id.
    pub error_if_invalid: Option<TransportError>,
    /// Whether the message was refused unread because of its form or size, as HTTP does with status 413. Then nothing of it
    /// has run, and [`Batched`](super::Batched) should send its calls one by one.
    pub refused: bool,
    /// Whether nothing of the message has run, whatever the body says.
    pub not_run: bool,
    /// How long to wait before another attempt, if the server said so.
    pub retry_after: Option<Duration>,
    /// The transport's own status code, such as HTTP's, for people to read. Programs use the other fields.
    pub status_code: Option<u16>,
    /// Whether the message may have run although this reply says that it did not: it was sent before.
    pub(super) may_have_run: bool,
    /// Which of the calls of a message it answers, if they share it without their callers knowing.
    pub(super) shared: Shared,
}

/// The message.
impl AsRef<[u8]> for TransportReply {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

impl TransportReply {
    /// A reply.
    pub fn new(body: impl Into<Bytes>) -> Self {
        TransportReply {
            body: body.into(),
            error_if_invalid: None,
            refused: false,
            not_run: false,
            retry_after: None,
            status_code: None,
            may_have_run: false,
            shared: Shared::No,
        }
    }

    /// Says why this may not be a reply at all.
    #[must_use]
    pub fn error_if_invalid(mut self, error_if_invalid: TransportError) -> Self {
        self.error_if_invalid = Some(error_if_invalid);
        self
    }

    /// Says that the message was refused unread because of its form or size, so that nothing of it has run.
    #[must_use]
    pub fn refused(mut self) -> Self {
        self.refused = true;
        self
    }

    /// Says that nothing of the message has run, whatever the body says.
    #[must_use]
    pub fn not_run(mut self) -> Self {
        self.not_run = true;
        self
    }

    /// Says how long to wait before another attempt.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Sets the transport's own status code, for people to read.
    #[must_use]
    pub fn status_code(mut self, code: u16) -> Self {
        self.status_code = Some(code);
        self
    }

    /// The body, and what the transport says about it.
    pub(super) fn into_parts(self) -> (Bytes, Said) {
        let said = Said {
            error: self.error_if_invalid,
            not_run: self.not_run,
            may_have_run: self.may_have_run,
            refused: self.refused,
            retry_after: self.retry_after,
            shared: self.shared,
        };
        (self.body, said)
    }
}

/// The body is not shown: it may be large, and may contain secrets.
impl fmt::Debug for TransportReply {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("TransportReply")
            .field("bytes", &self.body.len())
            .field("error_if_invalid", &self.error_if_invalid)
            .field("refused", &self.refused)
            .field("not_run", &self.not_run)
            .field("retry_after", &self.retry_after)
            .field("status_code", &self.status_code)
            .finish()
    }
}

/// A stream that a server has begun: see [`Transport::open`]. Dropping it tells the server to stop.
///
/// It ends after [`StreamMessage::End`], [`StreamMessage::Unsubscribed`], or after an error.
pub struct TransportStream {
    /// `None` once it has been stopped without a way to tell the server.
    messages: Option<Pin<Box<dyn Messages>>>,
    /// What lives as long as the stream.
    _kept: Option<Box<dyn Any + Send>>,
}

/// A stream of messages that may be asked to stop.
trait Messages: Stream<Item = StreamResult> + Send {
    /// Asks the server to stop. False if only dropping the stream tells it.
    fn stop(self: Pin<&mut Self>) -> bool;
}

/// A stream without a way to stop it, except to drop it.
struct Unstoppable<S>(Pin<Box<S>>);

impl<S: Stream<Item = StreamResult> + Send> Stream for Unstoppable<S> {
    type Item = StreamResult;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<StreamResult>> {
        self.0.as_mut().poll_next(task)
    }
}

impl<S: Stream<Item = StreamResult> + Send> Messages for Unstoppable<S> {
    fn stop(self: Pin<&mut Self>) -> bool {
        false
    }
}

/// A stream with a function that asks its server to stop.
struct Stoppable<S, F> {
    messages: S,
    stop: F,
}

impl<S: Stream<Item = StreamResult> + Send + Unpin, F: FnMut(&mut S) + Send + Unpin> Stream
    for Stoppable<S, F>
{
    type Item = StreamResult;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<StreamResult>> {
        Pin::new(&mut self.messages).poll_next(task)
    }
}

impl<S: Stream<Item = StreamResult> + Send + Unpin, F: FnMut(&mut S) + Send + Unpin> Messages
    for Stoppable<S, F>
{
    fn stop(mut self: Pin<&mut Self>) -> bool {
        let Stoppable { messages, stop } = &mut *self;
        stop(messages);
        true
    }
}

/// A stream whose first message has been taken from it.
struct Begun {
    first: Option<StreamMessage>,
    rest: TransportStream,
}

impl Stream for Begun {
    type Item = StreamResult;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<StreamResult>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(first))),
            None => Pin::new(&mut self.rest).poll_next(task),
        }
    }
}

impl Messages for Begun {
    fn stop(mut self: Pin<&mut Self>) -> bool {
        self.rest.stop();
        true
    }
}

type StreamResult = Result<StreamMessage, TransportFailure>;

/// What a stream's server sends.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum StreamMessage {
    /// The stream is open. It has not sent an item yet.
    Opened,
    /// An item.
    Item(StreamItem),
    /// The response to the call, which ends the stream. Of a subscription, an error that has ended it, or because of which it was
    /// never opened.
    End(TransportReply),
    /// The subscription has been closed, as [`TransportStream::stop`] has asked.
    Unsubscribed,
    /// Items had to be dropped. Unless it [has ended](Overflow::has_ended), the stream goes on.
    Overflow(Overflow),
}

impl StreamMessage {
    /// Whether the stream has ended with this message.
    pub(crate) fn is_last(&self) -> bool {
        match self {
            StreamMessage::Opened | StreamMessage::Item(_) => false,
            StreamMessage::End(_) | StreamMessage::Unsubscribed => true,
            StreamMessage::Overflow(overflow) => overflow.has_ended(),
        }
    }

    /// What a message of the server says about the stream of this call; `None` if it is about something else.
    ///
    /// For transports that carry one stream at a time. Over a connection with several, the [session](crate::session) tells
    /// them apart.
    pub fn read(message: &Bytes, call: &Id) -> Option<Self> {
        match control::read(message) {
            Incoming::Control(Control::Progress { token, value }) if token.matches(call) => {
                Some(match value {
                    Some(value) => StreamMessage::Item(StreamItem::of(message, value)),
                    None => StreamMessage::Opened,
                })
            }
            Incoming::Response(_) => Some(StreamMessage::End(TransportReply::new(message.clone()))),
            _ => None,
        }
    }
}

impl TransportStream {
    /// A stream of what a server sends.
    pub fn new(messages: impl Stream<Item = StreamResult> + Send + 'static) -> Self {
        TransportStream::of(Unstoppable(Box::pin(messages)))
    }

    /// A stream of what a server sends, and a function that asks the server to stop.
    pub fn stoppable<S>(messages: S, stop: impl FnMut(&mut S) + Send + Unpin + 'static) -> Self
    where
        S: Stream<Item = StreamResult> + Send + Unpin + 'static,
    {
        TransportStream::of(Stoppable { messages, stop })
    }

    /// The same stream, after this message, which has been taken from it.
    pub(super) fn beginning_with(mut self, first: StreamMessage) -> Self {
        let kept = self._kept.take();
        let begun = Begun {
            first: Some(first),
            rest: self,
        };
        let stream = TransportStream::of(begun);
        TransportStream {
            _kept: kept,
            ..stream
        }
    }

    fn of(messages: impl Messages + 'static) -> Self {
        TransportStream {
            messages: Some(Box::pin(messages)),
            _kept: None,
        }
    }

    /// Keeps a value until the stream is dropped.
    #[must_use]
    pub fn keep(mut self, value: impl Any + Send) -> Self {
        self._kept = Some(Box::new((self._kept.take(), value)));
        self
    }

    /// Asks the server to stop. What it has sent already can still be read, and then the stream ends. If only dropping the stream
    /// tells the server, it ends here.
    pub fn stop(&mut self) {
        if let Some(messages) = &mut self.messages
            && !messages.as_mut().stop()
        {
            self.messages = None;
        }
    }
}

impl Stream for TransportStream {
    type Item = StreamResult;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<StreamResult>> {
        match &mut self.messages {
            Some(messages) => messages.as_mut().poll_next(task),
            None => Poll::Ready(None),
        }
    }
}

impl fmt::Debug for TransportStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportStream").finish_non_exhaustive()
    }
}

/// Why no reply has come.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum TransportFailure {
    /// No reply came in time.
    Timeout(TimeoutError),
    /// A reply came that does not answer this message.
    Protocol(ProtocolError),
    /// Anything else.
    Error(TransportError),
}

/// With the causes of the error, for a log.
impl fmt::Display for TransportFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TransportFailure::Timeout(error) => error.fmt(f),
            TransportFailure::Protocol(error) => error.fmt(f),
            TransportFailure::Error(error) => Chain(error).fmt(f),
        }
    }
}

impl From<TimeoutError> for TransportFailure {
    fn from(error: TimeoutError) -> Self {
        TransportFailure::Timeout(error)
    }
}

impl From<TransportError> for TransportFailure {
    fn from(error: TransportError) -> Self {
        TransportFailure::Error(error)
    }
}

impl From<ProtocolError> for TransportFailure {
    fn from(error: ProtocolError) -> Self {
        TransportFailure::Protocol(error)
    }
}

impl<E> From<TransportFailure> for CallError<E> {
    fn from(failure: TransportFailure) -> Self {
        match failure {
            TransportFailure::Timeout(error) => error.into(),
            TransportFailure::Protocol(error) => error.into(),
            TransportFailure::Error(error) => error.into(),
        }
    }
}

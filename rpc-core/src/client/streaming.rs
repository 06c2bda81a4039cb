//! [`StreamCall`] and [`Streaming`]: calls whose answer is a stream.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::call::CallDraft;
use super::lazy::Lazy;
use super::method_name::MethodName;
use super::options::{Options, options, secrets};
use super::resuming::{Reopened, Resuming};
use super::stream_items::Items;
use super::{
    StreamItem, StreamMessage, Transport, TransportFailure, TransportReply, TransportStream,
};
use crate::error::{
    Addressed, CallError, CallTarget, Judge, MethodError, ProtocolError, TimeoutError, code,
};
use crate::json::id::Id;
use crate::limits::SlowReader;
use crate::runtime::BoxFuture;
use crate::secret::Secret;
use crate::wire::response::{Decoded, not_response, read_single};
use crate::wire::write;

/// A call whose answer is a stream: a future that sends its message when it is first polled, and completes when the stream
/// has begun.
///
/// Awaiting it gives a [`Streaming`], or the error with which the server refused to open the stream. A
/// [`timeout`](Self::timeout) is the time until the stream has begun. Dropping it gives the call up.
///
/// ```
/// # use rpc_core::{CallError, Transport, rpc};
/// # use futures_util::{Stream, StreamExt};
/// #[rpc(namespace = "prices")]
/// trait Prices {
///     fn watch(&self, symbol: &str) -> impl Stream<Item = u64>;
/// }
///
/// # async fn run<T: Transport>(prices: PricesClient<T>) -> Result<(), CallError> {
/// let mut watched = prices.watch("tea").await?;
/// while let Some(price) = watched.next().await {
///     println!("{}", price?);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Panics
///
/// As [`Call`](super::Call) does.
#[must_use = "a call does nothing until it is awaited or polled"]
pub struct StreamCall<T, R, E> {
    work: Lazy<CallDraft<T>, Opened<R, E>>,
    items: Items<R>,
}

type Opened<R, E> = Result<Streaming<R, E>, CallError<E>>;

impl<T: Transport, R, E> StreamCall<T, R, E> {
    options!();
    secrets!();

    pub(super) fn new(draft: CallDraft<T>) -> Self
    where
        R: DeserializeOwned,
    {
        StreamCall::of(draft, Items::plain())
    }

    pub(super) fn of(draft: CallDraft<T>, items: Items<R>) -> Self {
        StreamCall {
            work: Lazy::Draft(draft),
            items,
        }
    }

    /// Makes it a subscription, which this method closes.
    pub(super) fn unsubscribed_with(mut self, method: String) -> Self {
        self.options_mut().stream_mut().unsubscribe = Some(method);
        self
    }

    /// Uses this id, instead of the client's next one.
    #[track_caller]
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.work.draft_mut().id = Some(id.into());
        self
    }

    /// How long the stream may be silent once it has begun; by default for ever. If it is silent for longer, it ends with
    /// [`CallError::Timeout`], and the server is told to stop.
    #[track_caller]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.options_mut().stream_mut().idle_timeout = Some(timeout);
        self
    }

    /// What happens if the items come faster than they are read; by default the stream ends with [`CallError::Overflow`].
    #[track_caller]
    pub fn slow_reader(mut self, slow_reader: SlowReader) -> Self {
        self.options_mut().stream_mut().slow_reader = slow_reader;
        self
    }

    #[track_caller]
    fn options_mut(&mut self) -> &mut Options {
        &mut self.work.draft_mut().options
    }
}

impl<T: Transport, R: 'static, E: MethodError + 'static> Future for StreamCall<T, R, E> {
    type Output = Result<Streaming<R, E>, CallError<E>>;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let items = this.items;
        let start = |draft: CallDraft<T>| Box::pin(open(draft, items)) as _;
        this.work.poll(task, start)
    }
}

impl<T, R, E> fmt::Debug for StreamCall<T, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamCall").finish_non_exhaustive()
    }
}

async fn open<T: Transport, R, E: MethodError>(
    draft: CallDraft<T>,
    items: Items<R>,
) -> Opened<R, E> {
    let CallDraft {
        client,
        mut message,
        mut options,
        id,
    } = draft;
    let target = client.target(MethodName::of(&message));
    let opening = async {
        options.check()?;
        let id = id.unwrap_or_else(|| client.next_id());
        if let Some(name) = items.token() {
            write::add_param(&mut message, name, &id);
        }
        write::end_request(&mut message, &id);
        let mut request = options.into_request(message, true)?;
        let is_subscription = request.unsubscribe.is_some();
        request.call = Some(id.clone());
        let resuming = items
            .cursor()
            .and_then(|parameter| Resuming::new(&client, &request, parameter));
        let mut messages = client.transport().open(request).await?;
        let first = match messages.next().await {
            None => return Err(ProtocolError::StreamCut.into()),
            Some(first) => first?,
        };
        let mut streaming = Streaming::new(messages, id, target.clone(), items);
        streaming.is_subscription = is_subscription;
        match first {
            StreamMessage::Opened => {}
            StreamMessage::End(reply) => streaming.end(reply).into_result()?,
            first => streaming.first = Some(first),
        }
        streaming.resuming = resuming.map(Box::new);
        Ok(streaming)
    };
    let opened: Result<_, CallError<E>> = opening.await;
    opened.map_err(|error| error.in_call(|| target))
}

/// The items that a server sends: a [`Stream`] of results.
///
/// - `Some(Ok(item))`: an item.
/// - `Some(Err(error))`: the stream has failed, and this is the last of it. The error says how: the method's own error, a lost
///   connection, a reader that was too slow, an item of the wrong type. Only after [`CallError::Overflow`] with
///   [a number of missed items](crate::Overflow::missed) does it go on.
/// - `None`: the stream has come to its end, and nothing is missing. A server does not report the clean end of a subscription, so
///   a subscription ends with `None` only after [`close`](Self::close).
///
/// Dropping it tells the server to stop.
///
/// The stream of a method with `stream(resume)` goes on when its connection is lost, if the transport can connect again: it is
/// opened again after the last item that was read, and nothing is missing. [`resumed`](Self::resumed) says how often that has
/// happened. Meanwhile there are no items, for as long as the [`idle_timeout`](StreamCall::idle_timeout) allows. A server that
/// refuses to go on ends it: with [`CannotResume`](crate::CannotResume), for example.
pub struct Streaming<R, E> {
    source: Source,
    first: Option<StreamMessage>,
    is_subscription: bool,
    /// The server has been asked to stop.
    is_closing: bool,
    id: Id,
    target: CallTarget,
    items: Items<R>,
    /// Items that have come with the response.
    list: VecDeque<R>,
    resuming: Option<Box<Resuming>>,
    error: PhantomData<fn() -> E>,
}

/// Where the items come from.
enum Source {
    Open(TransportStream),
    /// The connection was lost, and the stream is being opened again.
    Lost(BoxFuture<'static, Reopened>),
    Ended,
}

/// How a stream has ended.
enum End<E> {
    /// It is complete.
    Clean,
    /// It is over.
    Failed(CallError<E>),
    /// It was cut off for a reason that passes.
    Cut(CallError<E>),
}

impl<E> End<E> {
    fn into_result(self) -> Result<(), CallError<E>> {
        match self {
            End::Clean => Ok(()),
            End::Failed(error) | End::Cut(error) => Err(error),
        }
    }
}

impl<R, E> Unpin for Streaming<R, E> {}

impl<R, E: MethodError> Streaming<R, E> {
    fn new(messages: TransportStream, id: Id, target: CallTarget, items: Items<R>) -> Self {
        Streaming {
            source: Source::Open(messages),
            first: None,
            is_subscription: false,
            is_closing: false,
            id,
            target,
            items,
            list: VecDeque::new(),
            resuming: None,
            error: PhantomData,
        }
    }

    /// Asks the server to stop. The items that it has sent already come first, and then `None`, once the server has stopped.
    ///
    /// ```
    /// # use futures_util::TryStreamExt;
    /// # use rpc_core::{CallError, Streaming};
    /// # use std::convert::Infallible;
    /// async fn rest(mut heads: Streaming<u64, Infallible>) -> Result<Vec<u64>, CallError> {
    ///     heads.close();
    ///     heads.try_collect().await
    /// }
    /// ```
    ///
    /// Over server-sent events, only a closed connection tells the server to stop. There the stream ends at once.
    pub fn close(&mut self) {
        if std::mem::replace(&mut self.is_closing, true) {
            return;
        }
        match &mut self.source {
            Source::Open(messages) => messages.stop(),
            Source::Lost(_) => self.source = Source::Ended,
            Source::Ended => {}
        }
    }

    /// Whether the server has said that the stream is open, and has not ended it since.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.source, Source::Ended)
    }

    /// The id of the call that opened the stream, which its messages carry.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// How often the stream was opened again since its connection was lost. It grows before the first item that comes after the
    /// gap. Always 0 if the method does not say `stream(resume)`.
    pub fn resumed(&self) -> u64 {
        self.resuming
            .as_ref()
            .map_or(0, |resuming| resuming.count())
    }

    /// Reads the response that ends the stream.
    fn end(&mut self, reply: TransportReply) -> End<E> {
        self.source = Source::Ended;
        let (body, said) = reply.into_parts();
        let response = match read_single::<Decoded<IgnoredAny>>(&body) {
            Ok(response) => response,
            Err(error) => return cut_off(said.invalid(error)),
        };
        if !response.answers(&self.id) {
            let (expected, found) = (self.id.clone(), response.id);
            return End::Failed(ProtocolError::WrongId { expected, found }.into());
        }
        match response.outcome {
            Ok(_) if self.is_subscription => End::Failed(not_a_subscription(&body).into()),
            Ok(_) => match self.items.read_list(&body) {
                Ok(list) => {
                    self.list = list.into();
                    End::Clean
                }
                Err(error) => End::Failed(error.into()),
            },
            Err(error) if self.is_closing && error.code() == code::CANCELLED => End::Clean,
            Err(error) => {
                let to = match response.id.is_null() && !self.id.is_null() {
                    true => Addressed::Message,
                    false => Addressed::ThisCall,
                };
                let passes = error.verdict().is_retryable;
                let error = CallError::<E>::from_object(error, to, said);
                let passes =
                    passes || matches!(error, CallError::Object(_)) && error.is_retryable();
                match passes {
                    true => End::Cut(error),
                    false => End::Failed(error),
                }
            }
        }
    }

    fn item(&mut self, item: &StreamItem) -> Result<R, CallError<E>> {
        match self.items.read(item) {
            Ok((value, cursor)) => {
                if let Some(resuming) = &mut self.resuming {
                    resuming.passed(cursor);
                }
                Ok(value)
            }
            Err(error) => {
                self.source = Source::Ended;
                Err(error.into())
            }
        }
    }

    /// What a message says: an item, or the end. `None` if the stream goes on.
    fn message(&mut self, message: StreamMessage) -> Option<Option<Result<R, CallError<E>>>> {
        match message {
            StreamMessage::Opened => None,
            StreamMessage::Item(item) => Some(Some(self.item(&item))),
            StreamMessage::Overflow(overflow) if overflow.has_ended() => {
                self.ended(End::Failed(overflow.into()))
            }
            StreamMessage::Overflow(overflow) => Some(Some(Err(overflow.into()))),
            StreamMessage::Unsubscribed => self.ended(End::Clean),
            StreamMessage::End(reply) => {
                let end = self.end(reply);
                self.ended(end)
            }
        }
    }

    /// The end of the stream, unless it is to be opened again.
    fn ended(&mut self, end: End<E>) -> Option<Option<Result<R, CallError<E>>>> {
        self.source = Source::Ended;
        match (end, &mut self.resuming) {
            (End::Clean, _) => Some(self.list.pop_front().map(Ok)),
            (End::Cut(error), Some(resuming)) if !self.is_closing => {
                log_reopening(&self.target, &error);
                self.source = Source::Lost(resuming.attempt());
                None
            }
            (End::Failed(error) | End::Cut(error), _) => Some(Some(Err(error))),
        }
    }

    fn poll_message(&mut self, task: &mut Context<'_>) -> Poll<Option<Result<R, CallError<E>>>> {
        loop {
            if let Some(first) = self.first.take() {
                match self.message(first) {
                    None => continue,
                    Some(said) => return Poll::Ready(said),
                }
            }
            let said = match &mut self.source {
                Source::Ended => return Poll::Ready(self.list.pop_front().map(Ok)),
                Source::Open(messages) => match ready!(messages.poll_next_unpin(task)) {
                    Some(Ok(message)) => self.message(message),
                    Some(Err(failure)) => self.ended(cut_off(failure.into())),
                    None if self.is_closing => self.ended(End::Clean),
                    None => self.ended(End::Cut(ProtocolError::StreamCut.into())),
                },
                Source::Lost(reopening) => match reopening.as_mut().poll(task) {
                    Poll::Pending => {
                        ready!(self.poll_silence(task));
                        self.ended(End::Failed(TimeoutError::Reply.into()))
                    }
                    Poll::Ready(reopened) => self.reopened(reopened),
                },
            };
            if let Some(said) = said {
                return Poll::Ready(said);
            }
        }
    }

    /// Waits until the stream has been silent for too long while it is being opened again.
    fn poll_silence(&mut self, task: &mut Context<'_>) -> Poll<()> {
        match &mut self.resuming {
            Some(resuming) => resuming.poll_silence(task),
            None => Poll::Pending,
        }
    }

    fn reopened(&mut self, reopened: Reopened) -> Option<Option<Result<R, CallError<E>>>> {
        match reopened {
            Ok((messages, first)) => {
                self.source = Source::Open(messages);
                if let (StreamMessage::Opened | StreamMessage::Item(_), Some(resuming)) =
                    (&first, &mut self.resuming)
                {
                    resuming.resumed();
                }
                self.message(first)
            }
            // Nobody answers yet.
            Err(failure @ TransportFailure::Timeout(_)) => self.ended(End::Cut(failure.into())),
            Err(failure) => self.ended(cut_off(failure.into())),
        }
    }
}

#[cold]
fn log_reopening<E>(target: &CallTarget, error: &CallError<E>) {
    let error: Option<&dyn fmt::Display> = match error {
        CallError::Transport(error) => Some(error),
        CallError::Timeout(error) => Some(error),
        CallError::Object(error) => Some(error),
        _ => None,
    };
    let error = error.map(tracing::field::display);
    tracing::debug!(%target, error, "a stream was cut off, and is opened again");
}

/// How a stream has ended that was not answered.
fn cut_off<E>(error: CallError<E>) -> End<E> {
    let is_cut = match &error {
        CallError::Transport(error) => error.is_retryable(),
        CallError::Protocol(error) => matches!(**error, ProtocolError::StreamCut),
        _ => false,
    };
    match is_cut {
        true => End::Cut(error),
        false => End::Failed(error),
    }
}

impl<R, E: MethodError> Stream for Streaming<R, E> {
    type Item = Result<R, CallError<E>>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.poll_message(task));
        let target = || self.target.clone();
        Poll::Ready(next.map(|item| item.map_err(|error| error.in_call(target))))
    }
}

impl<R, E> fmt::Debug for Streaming<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streaming")
            .field("id", &self.id)
            .field("has_ended", &matches!(self.source, Source::Ended))
            .finish_non_exhaustive()
    }
}

/// What is wrong with a response that should name a subscription.
fn not_a_subscription(response: &[u8]) -> ProtocolError {
    let reason = "the result should be the id of a subscription, a string or a number";
    not_response(reason, &String::from_utf8_lossy(response))
}

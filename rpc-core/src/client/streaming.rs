//! [`StreamCall`] and [`Streaming`]: calls whose answer is a stream.

use std::borrow::Cow;
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
use super::{StreamMessage, Transport, TransportReply, TransportStream};
use crate::error::{Addressed, CallError, CallTarget, MethodError, ProtocolError, code};
use crate::json::cursor::Cursor;
use crate::json::id::Id;
use crate::limits::SlowReader;
use crate::secret::Secret;
use crate::wire::response::{Decoded, not_response, read_single, wrong_item};
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
    read: ReadItem<R>,
}

type Opened<R, E> = Result<Streaming<R, E>, CallError<E>>;
type ReadItem<R> = fn(&[u8]) -> Result<R, ProtocolError>;

impl<T: Transport, R, E> StreamCall<T, R, E> {
    options!();
    secrets!();

    pub(super) fn new(draft: CallDraft<T>) -> Self
    where
        R: DeserializeOwned,
    {
        StreamCall {
            work: Lazy::Draft(draft),
            read: read_item,
        }
    }

    /// Makes it a subscription, which this method closes.
    pub(super) fn unsubscribed_with(mut self, method: String) -> Self {
        self.options_mut().unsubscribe = Some(method);
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
        self.options_mut().idle_timeout = Some(timeout);
        self
    }

    /// What happens if the items come faster than they are read; by default the stream ends with [`CallError::Overflow`].
    #[track_caller]
    pub fn slow_reader(mut self, slow_reader: SlowReader) -> Self {
        self.options_mut().slow_reader = slow_reader;
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
        let read = this.read;
        let start = |draft: CallDraft<T>| Box::pin(open(draft, read)) as _;
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
    read: ReadItem<R>,
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
        write::end_request(&mut message, &id);
        let is_subscription = options.unsubscribe.is_some();
        let mut request = options.into_request(message, true)?;
        request.call = Some(id.clone());
        let mut messages = client.transport().open(request).await?;
        let first = match messages.next().await {
            None => return Err(ProtocolError::StreamCut.into()),
            Some(first) => first?,
        };
        let mut streaming = Streaming::new(messages, id, target.clone(), read);
        streaming.is_subscription = is_subscription;
        match first {
            StreamMessage::Opened => {}
            StreamMessage::End(reply) => streaming.end(reply)?,
            first => streaming.first = Some(first),
        }
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
/// - `None`: the stream has come to its end, and nothing is missing. Nothing tells the client of the end of a subscription, so
///   there it comes only after [`close`](Self::close).
///
/// Dropping it tells the server to stop.
pub struct Streaming<R, E> {
    /// `None` once it has ended.
    messages: Option<TransportStream>,
    first: Option<StreamMessage>,
    is_subscription: bool,
    /// The server has been asked to stop.
    is_closing: bool,
    id: Id,
    target: CallTarget,
    read: ReadItem<R>,
    error: PhantomData<fn() -> E>,
}

impl<R, E> Unpin for Streaming<R, E> {}

impl<R, E: MethodError> Streaming<R, E> {
    fn new(messages: TransportStream, id: Id, target: CallTarget, read: ReadItem<R>) -> Self {
        Streaming {
            messages: Some(messages),
            first: None,
            is_subscription: false,
            is_closing: false,
            id,
            target,
            read,
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
        if !std::mem::replace(&mut self.is_closing, true)
            && let Some(messages) = &mut self.messages
        {
            messages.stop();
        }
    }

    /// The id of the call that opened the stream, which its messages carry.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Reads the response that ends the stream.
    fn end(&mut self, reply: TransportReply) -> Result<(), CallError<E>> {
        self.messages = None;
        let (body, said) = reply.into_parts();
        let response = match read_single::<Decoded<IgnoredAny>>(&body) {
            Ok(response) => response,
            Err(error) => return Err(said.invalid(error)),
        };
        if !response.answers(&self.id) {
            let (expected, found) = (self.id.clone(), response.id);
            return Err(ProtocolError::WrongId { expected, found }.into());
        }
        match response.outcome {
            Ok(_) if self.is_subscription => Err(not_a_subscription(&body).into()),
            Ok(_) => Ok(()),
            Err(error) if self.is_closing && error.code() == code::CANCELLED => Ok(()),
            Err(error) => {
                let to = match response.id.is_null() && !self.id.is_null() {
                    true => Addressed::Message,
                    false => Addressed::ThisCall,
                };
                Err(CallError::from_object(error, to, said))
            }
        }
    }

    fn item(&mut self, item: &[u8]) -> Result<R, CallError<E>> {
        (self.read)(item).map_err(|error| {
            self.messages = None;
            error.into()
        })
    }

    fn poll_message(&mut self, task: &mut Context<'_>) -> Poll<Option<Result<R, CallError<E>>>> {
        loop {
            let message = match (self.first.take(), &mut self.messages) {
                (Some(first), _) => Some(Ok(first)),
                (None, Some(messages)) => ready!(messages.poll_next_unpin(task)),
                (None, None) => return Poll::Ready(None),
            };
            let result = match message {
                Some(Ok(StreamMessage::Opened)) => continue,
                Some(Ok(StreamMessage::Item(item))) => self.item(&item),
                Some(Ok(StreamMessage::Overflow(overflow))) => {
                    if overflow.has_ended() {
                        self.messages = None;
                    }
                    Err(overflow.into())
                }
                Some(Ok(StreamMessage::End(reply))) => match self.end(reply) {
                    Ok(()) => return Poll::Ready(None),
                    Err(error) => Err(error),
                },
                Some(Ok(StreamMessage::Unsubscribed)) => {
                    self.messages = None;
                    return Poll::Ready(None);
                }
                Some(Err(failure)) => {
                    self.messages = None;
                    Err(failure.into())
                }
                None => {
                    self.messages = None;
                    match self.is_closing {
                        true => return Poll::Ready(None),
                        false => Err(ProtocolError::StreamCut.into()),
                    }
                }
            };
            return Poll::Ready(Some(result));
        }
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
            .field("has_ended", &self.messages.is_none())
            .finish_non_exhaustive()
    }
}

/// What is wrong with a response that should name a subscription.
fn not_a_subscription(response: &[u8]) -> ProtocolError {
    let reason = "the result should be the id of a subscription, a string or a number";
    not_response(reason, &String::from_utf8_lossy(response))
}

fn read_item<R: DeserializeOwned>(item: &[u8]) -> Result<R, ProtocolError> {
    let text = std::str::from_utf8(item).map_err(ProtocolError::not_utf8)?;
    let mut cursor = Cursor::new(text);
    let read = cursor.decode::<R>().and_then(|value| match cursor.end() {
        Ok(()) => Ok(value),
        Err(_) => Err(serde::de::Error::custom("trailing characters")),
    });
    read.map_err(|error| wrong_item(&error, text))
}

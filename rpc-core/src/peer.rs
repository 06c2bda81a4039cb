//! [`Peer`]: the other end of a connection over which both ends talk.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll, ready};
use std::time::Duration;

use futures_util::Stream;
use futures_util::future::{Either, select};

use crate::client::{
    Client, IdSource, StreamLog, StreamMessage, Transport, TransportFailure, TransportReply,
    TransportRequest, TransportStream,
};
use crate::duplex::{Duplex, Ids, Key, Lost, Received};
use crate::error::{Destination, TimeoutError, TransportError};
use crate::json::id::Id;
use crate::message_log::ClientExchange;
use crate::runtime::BoxFuture;
use crate::service::Context;
use crate::wire::summary::Summary;

/// The other end of a connection over which both ends talk, as a [`Transport`].
///
/// A method calls its client with it, through the client's own contract:
///
/// ```
/// use rpc_core::{CallError, Peer, rpc};
///
/// #[rpc]
/// trait Ui {
///     async fn ask(&self, question: &str) -> bool;
/// }
///
/// #[rpc]
/// trait Files {
///     async fn remove(&self, name: &str, #[rpc(peer)] ui: &UiClient<Peer>) -> bool;
/// }
///
/// struct Disk;
///
/// impl Files for Disk {
///     async fn remove(&self, name: &str, ui: &UiClient<Peer>) -> bool {
///         let sure: Result<bool, CallError> = ui.ask(&format!("Remove {name}?")).await;
///         sure.unwrap_or(false)
///     }
/// }
/// ```
///
/// A clone is the same end. It may be kept, and used as long as the connection lives: afterwards its calls fail.
#[derive(Clone)]
pub struct Peer {
    /// `None`: the transport has no way back.
    link: Option<Link>,
}

#[derive(Clone)]
struct Link {
    duplex: Arc<Duplex>,
    timeout: Option<Duration>,
}

impl Peer {
    /// The client of the call's own peer, through which a method calls back. Over a transport without a way back, such as plain
    /// HTTP, its calls fail before anything is sent.
    pub fn of(cx: &Context) -> Client<Peer> {
        let duplex = cx.metadata().duplex();
        match duplex.filter(|duplex| !duplex.is_one_way()) {
            Some(duplex) => Client::with_ids(
                Peer::new(Arc::clone(duplex), None),
                CallbackIds(Arc::clone(duplex)),
            ),
            None => Client::from_transport(Peer { link: None }),
        }
    }

    /// `timeout` is the time of calls that have none of their own.
    pub(crate) fn client(duplex: Arc<Duplex>, timeout: Option<Duration>) -> Client<Peer> {
        let ids = ConnectionIds(Arc::clone(&duplex));
        Client::with_ids(Peer::new(duplex, timeout), ids)
    }

    fn new(duplex: Arc<Duplex>, timeout: Option<Duration>) -> Self {
        let link = Some(Link { duplex, timeout });
        Peer { link }
    }

    /// Whether the connection is closed, so that calls fail. It is never opened again.
    pub fn is_closed(&self) -> bool {
        self.link
            .as_ref()
            .is_none_or(|link| link.duplex.is_closed())
    }

    fn link(&self) -> Result<&Link, TransportFailure> {
        self.link.as_ref().ok_or_else(|| {
            let error = TransportError::message("the connection has no way back to the client");
            error.not_run().with_retryable(false).into()
        })
    }
}

/// What generated code makes a `#[rpc(peer)]` parameter of. A function, since the compiler would find the path of a method that is
/// spelt out at the user's type needlessly long.
pub fn peer(cx: &Context) -> Client<Peer> {
    Peer::of(cx)
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer").finish_non_exhaustive()
    }
}

/// Numbers, which all clients of a connection share.
struct ConnectionIds(Arc<Duplex>);

impl IdSource for ConnectionIds {
    fn next_id(&self) -> Id {
        Id::from(self.0.next_id())
    }
}

/// Strings, so that they differ from the numbers of a client that uses the same connection for calls of its own.
struct CallbackIds(Arc<Duplex>);

impl IdSource for CallbackIds {
    fn next_id(&self) -> Id {
        Id::from(format!("callback-{}", self.0.next_id()))
    }
}

impl Transport for Peer {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        let link = self.link()?;
        let log = link.log(&message);
        let reply = link.send(message).await;
        if let Some(log) = log {
            log.end(&reply, None);
        }
        reply
    }

    async fn open(&self, call: TransportRequest) -> Result<TransportStream, TransportFailure> {
        let link = self.link()?;
        let log = link.log(&call);
        match link.open(call).await {
            Ok(mut messages) => {
                messages.log = StreamLog::new(log);
                Ok(TransportStream::stoppable(messages, Messages::stop))
            }
            Err(failure) => {
                if let Some(log) = log {
                    log.end(&Err::<&[u8], _>(&failure), None);
                }
                Err(failure)
            }
        }
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::new("the other end of the connection"))
    }
}

impl Link {
    fn log(&self, message: &TransportRequest) -> Option<ClientExchange> {
        let endpoint = self.duplex.endpoint();
        if endpoint.is_empty() {
            return None;
        }
        let describe = || (endpoint.to_string(), None);
        ClientExchange::begin(&message.body, &message.secrets, describe)
    }

    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        let Link { duplex, timeout } = self;
        if !message.expects_reply {
            duplex.notify(message.body).map_err(failure)?;
            return Ok(TransportReply::new(Vec::new()));
        }
        let ids = match &message.call {
            Some(id) => Ids::One(id.clone()),
            None => Ids::Several(Summary::read(&message.body).ids),
        };
        let timeout = message.timeout_if_any(*timeout);
        let (key, reply) = duplex.call(ids, message.body).map_err(failure)?;
        let given_up = GivenUp { duplex, key };
        let reply = in_time(duplex, timeout, reply).await?;
        drop(given_up); // which does nothing to a call that has been answered
        let reply = reply.unwrap_or(Err(Lost::Sent)).map_err(failure)?;
        Ok(TransportReply::new(reply))
    }

    async fn open(&self, call: TransportRequest) -> Result<Messages, TransportFailure> {
        let Link { duplex, timeout } = self;
        let timeout = call.timeout_if_any(*timeout);
        let Some(id) = call.call else {
            let error = TransportError::message("only a call can open a stream");
            return Err(error.not_run().with_retryable(false).into());
        };
        let key = match call.unsubscribe {
            None => duplex.open(id, call.body, call.slow_reader),
            Some(unsubscribe) => {
                duplex.open_subscription(id, call.body, unsubscribe, call.slow_reader)
            }
        };
        let key = key.map_err(failure)?;
        let mut messages = Messages {
            duplex: Arc::clone(duplex),
            key,
            idle_timeout: call.idle_timeout,
            silence: None,
            first: None,
            log: StreamLog::default(),
            is_ended: false,
        };
        let first = std::future::poll_fn(|task| duplex.poll_stream(key, task));
        messages.first = Some(in_time(duplex, timeout, first).await?);
        Ok(messages)
    }
}

/// Waits for no longer than this.
async fn in_time<F: Future + Unpin>(
    duplex: &Duplex,
    timeout: Option<Duration>,
    future: F,
) -> Result<F::Output, TransportFailure> {
    let Some(timeout) = timeout else {
        return Ok(future.await);
    };
    let Some(runtime) = duplex.runtime() else {
        let error = TransportError::message("the connection has no clock for timeouts");
        return Err(error.with_retryable(false).into());
    };
    match select(future, runtime.sleep(timeout)).await {
        Either::Left((output, _)) => Ok(output),
        Either::Right(_) => Err(TimeoutError::Reply.into()),
    }
}

/// The reason that no reply will come, as the caller sees it.
fn failure(lost: Lost) -> TransportFailure {
    let error = match lost {
        Lost::NotSent => {
            TransportError::message("the connection was closed before the call was sent").not_run()
        }
        Lost::Sent => TransportError::message(
            "the connection was closed while the call waited for its answer",
        ),
        Lost::IdInUse => TransportError::message("another call with this id waits for its answer")
            .not_run()
            .with_retryable(false),
        Lost::Full => TransportError::message("too many calls wait on this connection").not_run(),
    };
    error.into()
}

/// Gives a call up when it is dropped, unless it has been answered.
struct GivenUp<'a> {
    duplex: &'a Duplex,
    key: Key,
}

impl Drop for GivenUp<'_> {
    fn drop(&mut self) {
        self.duplex.give_up(self.key);
    }
}

/// What a stream of the other end says.
struct Messages {
    duplex: Arc<Duplex>,
    key: Key,
    idle_timeout: Option<Duration>,
    /// Ends when the stream has been silent for too long.
    silence: Option<BoxFuture<'static, ()>>,
    first: Option<Received>,
    log: StreamLog,
    is_ended: bool,
}

impl Messages {
    fn stop(&mut self) {
        self.duplex.stop_stream(self.key);
    }

    fn poll_received(&mut self, task: &mut Task<'_>) -> Poll<Received> {
        match self.first.take() {
            Some(first) => Poll::Ready(first),
            None => self.duplex.poll_stream(self.key, task),
        }
    }

    /// Notes what is handed on.
    fn handed_on(
        &mut self,
        message: Result<StreamMessage, TransportFailure>,
    ) -> Poll<Option<Result<StreamMessage, TransportFailure>>> {
        self.log.note(&message);
        self.is_ended = message.as_ref().map_or(true, StreamMessage::is_last);
        Poll::Ready(Some(message))
    }

    /// Whether the stream has been silent for too long.
    fn poll_silence(&mut self, task: &mut Task<'_>) -> Poll<()> {
        let (Some(timeout), Some(runtime)) = (self.idle_timeout, self.duplex.runtime()) else {
            return Poll::Pending;
        };
        let silence = self.silence.get_or_insert_with(|| {
            let runtime = runtime.clone();
            Box::pin(async move { runtime.sleep(timeout).await })
        });
        silence.as_mut().poll(task)
    }
}

impl Stream for Messages {
    type Item = Result<StreamMessage, TransportFailure>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        if self.is_ended {
            return Poll::Ready(None);
        }
        let Poll::Ready(received) = self.poll_received(task) else {
            ready!(self.poll_silence(task));
            return self.handed_on(Err(TimeoutError::Reply.into()));
        };
        self.silence = None;
        self.handed_on(match received {
            Received::Opened => Ok(StreamMessage::Opened),
            Received::Item(item, _) => Ok(StreamMessage::Item(item)),
            Received::Unsubscribed => Ok(StreamMessage::Unsubscribed),
            Received::Overflow(overflow) => Ok(StreamMessage::Overflow(overflow)),
            Received::End(reply) => Ok(StreamMessage::End(TransportReply::new(reply))),
            Received::Lost(lost) => Err(failure(lost)),
        })
    }
}

impl Drop for Messages {
    fn drop(&mut self) {
        self.duplex.give_up(self.key);
    }
}

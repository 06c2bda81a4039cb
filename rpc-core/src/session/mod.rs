//! [`Session`]: one connection over which both ends talk, without its bytes.
//!
//! A transport reads messages and hands them to [`Session::receive`], and writes those that [`Session::poll_outgoing`] gives it.
//! The session does the rest: it runs calls and streams, matches replies to the calls that wait for them, and stops what is
//! given up. It does no I/O. Programs don't need this module: they use a transport.

mod builder;
mod handler;
mod refusals;

use std::collections::VecDeque;
use std::fmt;
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use http::HeaderMap;
use serde_json::value::RawValue;

pub use self::builder::SessionBuilder;
use self::handler::Handler;
use self::refusals::{busy, stopping};
use crate::client::Client;
use crate::duplex::{Duplex, Notice};
use crate::error::{ErrorObject, code};
use crate::json::id::Id;
use crate::peer::Peer;
use crate::runtime::BoxFuture;
use crate::server::Reply;
use crate::service::{RequestMetadata, panics};
use crate::wire::control::{self, Control, Incoming, Said};
use crate::wire::item::StreamItem;
use crate::wire::summary::Summary;
use crate::wire::{refusal, write};

/// While more bytes than this wait to be written in replies, a transport should not read.
const MAX_UNREAD: usize = 4 * 1024 * 1024;

/// One connection over which both ends talk, without its bytes.
///
/// ```
/// use std::collections::VecDeque;
/// use std::task::{Context, Waker};
/// use rpc_core::Dispatcher;
/// use rpc_core::session::SessionBuilder;
///
/// let service = Dispatcher::new().method("echo", |text: String| async { text });
/// let mut session = SessionBuilder::new().serve(service).build();
/// let mut task = Context::from_waker(Waker::noop());
///
/// session.receive(r#"{"jsonrpc":"2.0","method":"echo","params":["hi"],"id":1}"#.into(), &mut task);
/// let mut messages = VecDeque::new();
/// assert!(session.poll_outgoing(&mut task, &mut messages).is_ready());
/// assert_eq!(messages[0], r#"{"jsonrpc":"2.0","result":"hi","id":1}"#);
/// ```
///
/// When it is dropped, the connection counts as closed: calls in both directions end, and notifications run on.
pub struct Session {
    duplex: Arc<Duplex>,
    handler: Option<Arc<dyn Handler>>,
    metadata: RequestMetadata,
    /// Streams that run. Without a runtime, also the other calls that wait. The first entry never completes: see
    /// [`keep`](Session::keep).
    running: FuturesUnordered<Running>,
    timeout: Option<Duration>,
    is_stopping: bool,
    /// Whether messages that are not JSON get no answer.
    passes_over_not_json: bool,
    /// How many messages have come.
    received: u64,
    /// How many of the last ones were not JSON.
    not_json: usize,
    wakers: Vec<Waker>,
}

impl Session {
    /// A client of the other end.
    pub fn peer(&self) -> Client<Peer> {
        Peer::client(Arc::clone(&self.duplex), self.timeout)
    }

    /// Takes a message of the other end. Calls begin in the order of their messages. One that is not done at once goes on in a
    /// task of the runtime, or while the session is polled.
    ///
    /// `task` is the task that polls the session.
    pub fn receive(&mut self, message: Bytes, task: &mut Task<'_>) {
        self.received += 1;
        let not_json = std::mem::take(&mut self.not_json);
        match control::read(&message) {
            Incoming::Request if self.is_notice(&message) => {}
            Incoming::Request => self.request(message, not_json, task),
            Incoming::Control(control) => self.control(control, &message),
            Incoming::Response(id) | Incoming::Responses(id) => {
                if self.duplex.response(id.as_ref(), message.clone()) {
                    return;
                }
                match control::is_request(&message) {
                    true => self.request(message, not_json, task),
                    false => tracing::debug!(id = ?id, "a response that nobody waits for"),
                }
            }
            Incoming::Mixed(controls) => {
                for control in controls {
                    self.control(control, &message);
                }
                self.request(message.clone(), not_json, task);
            }
        }
    }

    /// Takes a message about calls that run: that one is to stop, or that a stream may send more. Anything else is dropped. For a
    /// transport whose other end may not call anything over this session.
    pub fn receive_control(&mut self, message: &Bytes) {
        self.received += 1;
        match control::read(message) {
            Incoming::Control(control) => self.control(control, message),
            _ => tracing::debug!("dropped a message that is not about a call"),
        }
    }

    /// Lets the stream that this call will open send so many bytes before it is granted more. For a transport over which credit
    /// comes with the call, and not in a message before it.
    pub fn grant(&self, call: &[u8], bytes: u64) {
        for id in Summary::read(call).ids {
            self.duplex.window(&id, bytes);
        }
    }

    /// Takes a call, and waits until its stream is open. For a transport whose answer takes another form then. It is for the
    /// only call of a session.
    ///
    /// Dropping the future drops the call.
    pub async fn open(&mut self, call: Bytes) -> Opened {
        let Some(handler) = &self.handler else {
            return Opened::No(None);
        };
        let mut call = handler.handle(call, self.metadata.clone(), self.duplex.endpoint());
        let polled = poll_fn(|task| match call.as_mut().poll(task) {
            Poll::Ready(reply) => Poll::Ready(Some(reply)),
            Poll::Pending if self.duplex.has_opened_stream() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        });
        let headers = match polled.await {
            Some(reply) if !self.duplex.has_opened_stream() => return Opened::No(reply),
            Some(mut reply) => {
                let headers = reply.as_mut().and_then(Reply::take_headers);
                send(&self.duplex, reply, true);
                headers
            }
            None => {
                self.keep(call, true);
                self.metadata.take_reply_headers()
            }
        };
        Opened::Stream(headers)
    }

    /// Calls a method without a message, and waits until its stream is open, like [`open`](Self::open). For a transport whose
    /// callers do not write messages. The session's messages have this id.
    pub async fn open_method(
        &mut self,
        method: &str,
        params: Option<&RawValue>,
        id: &Id,
    ) -> Opened {
        let call = write::call(method, params.map(RawValue::get), id);
        self.open(call.into()).await
    }

    fn control(&self, control: Control<'_>, message: &Bytes) {
        match control {
            Control::Progress { token, value } => {
                let value = value.map(|value| StreamItem::of(message, value));
                self.duplex.progress(&token, value, message.len());
            }
            Control::Cancel(id) => self.duplex.cancel(&id),
            Control::Window { token, add } => self.duplex.window(&token, add),
            Control::Unknown => {}
        }
    }

    /// Takes a notification about a subscription of this end. One that may be about a subscription whose id is not known yet is
    /// kept, and is a notification for the service as well.
    fn is_notice(&self, message: &Bytes) -> bool {
        if !self.duplex.has_subscriptions() {
            return false;
        }
        let Some((id, said)) = control::notice(message) else {
            return false;
        };
        let notice = match said {
            Said::Item(item) => Notice::Item(StreamItem::of(message, item.into())),
            Said::Failed(error) => Notice::Failed(message.slice_ref(error.as_bytes())),
        };
        self.duplex.notice(&id, notice, message.len())
    }

    /// `not_json`: how many messages right before this one were not JSON.
    fn request(&mut self, message: Bytes, not_json: usize, task: &mut Task<'_>) {
        let Some(handler) = &self.handler else {
            return self.refuse(&message, &ErrorObject::method_not_found());
        };
        if self.is_stopping {
            return self.refuse(&message, &stopping());
        }
        if !self.duplex.has_room_for_call() && !Summary::read(&message).is_silent {
            return self.refuse(&message, &busy());
        }
        self.duplex.has_begun_stream();
        let mut call = handler.handle(message, self.metadata.clone(), self.duplex.endpoint());
        match call.as_mut().poll(task) {
            Poll::Ready(Some(reply)) if reply.error_code() == Some(code::PARSE_ERROR) => {
                self.not_json = not_json + 1;
                if !self.passes_over_not_json {
                    send(&self.duplex, Some(reply), false);
                }
            }
            Poll::Ready(reply) => send(&self.duplex, reply, self.duplex.has_begun_stream()),
            Poll::Pending => self.go_on(call),
        }
    }

    /// Lets a call go on that is not done at once.
    fn go_on(&self, call: BoxFuture<'static, Option<Reply>>) {
        // Streams stay here, so that they are polled while there is room for their items.
        let streams = self.duplex.has_begun_stream();
        match self.duplex.runtime().filter(|_| !streams) {
            None => self.keep(call, streams),
            Some(runtime) => {
                let duplex = Arc::clone(&self.duplex);
                runtime.spawn(Box::pin(async move { send(&duplex, call.await, false) }));
            }
        }
    }

    /// Polls a call with the session.
    fn keep(&self, call: BoxFuture<'static, Option<Reply>>, streams: bool) {
        if self.running.is_empty() {
            // `FuturesUnordered` wakes its own task after it has polled every call in it. An entry that is never polled again
            // prevents that, so a connection with one stream is polled half as often.
            let never = Box::pin(pending());
            self.running.push(Running {
                call: never,
                streams: false,
            });
        }
        self.running.push(Running { call, streams });
    }

    /// Whether a call is polled with the session.
    fn keeps_any(&self) -> bool {
        self.running.len() > 1
    }

    /// Answers the calls in a message with an error. Nothing of it runs.
    #[cold]
    fn refuse(&self, message: &[u8], error: &ErrorObject) {
        if let Some(reply) = refusal(message, error) {
            self.duplex.reply(reply, false);
        }
    }

    /// How many messages were not JSON, since the last one that was. A transport may close the connection to an end that says
    /// nothing else.
    pub fn not_json_in_a_row(&self) -> usize {
        self.not_json
    }

    /// How many messages have come.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// Answers a message that the transport did not read, since it is larger than so many bytes.
    pub fn refuse_too_large(&mut self, limit: usize) {
        let message = format!("the message is larger than {limit} bytes");
        let error = ErrorObject::new(code::INVALID_REQUEST, message);
        self.duplex
            .reply(write::error_response(&error, &Id::NULL), false);
    }

    /// Runs the streams, as far as there is room for their items. A transport does this even while it can't write, so that
    /// calls can be stopped.
    ///
    /// What they send does not wake the task that polls the session. It calls [`poll_outgoing`](Self::poll_outgoing) before it
    /// waits, unless it waits until it can write.
    pub fn poll_calls(&mut self, task: &mut Task<'_>) {
        if !self.keeps_any() {
            return;
        }
        self.duplex.writer_is_awake();
        while let Poll::Ready(Some((reply, streams))) = self.running.poll_next_unpin(task) {
            send(&self.duplex, reply, streams);
        }
    }

    /// [Runs](Self::poll_calls) the streams, and takes the messages that are to be written, in order. Waits if there are none.
    pub fn poll_outgoing(
        &mut self,
        task: &mut Task<'_>,
        messages: &mut VecDeque<Bytes>,
    ) -> Poll<()> {
        self.poll_calls(task);
        self.duplex.poll_messages(task, messages, &mut self.wakers)
    }

    /// Whether the transport should read on. If the other end does not read its replies, or if a reader of this end
    /// [holds](crate::SlowReader::Hold) the connection, it should not.
    ///
    /// `task` is woken when a reader lets go of the connection. Otherwise, more has to be written first.
    pub fn wants_to_read(&self, task: &Task<'_>) -> bool {
        self.duplex.wants_to_read(MAX_UNREAD, task)
    }

    /// Whether a reader of this end [holds](crate::SlowReader::Hold) the connection, so that nothing is read from it. The silence
    /// of the other end means nothing then.
    pub fn is_held(&self) -> bool {
        self.duplex.is_held()
    }

    /// Begins to shut down: new calls are refused, and streams end with error -32802. Calls go on.
    pub fn stop(&mut self) {
        self.is_stopping = true;
        self.duplex.stop_streams();
    }

    /// Whether nothing is under way in either direction.
    pub fn is_idle(&self) -> bool {
        self.duplex.is_idle() && !self.keeps_any()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Calls that run in tasks end there, and notifications run on.
        self.duplex.close();
        panics::contain(|| self.running.clear());
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("endpoint", self.duplex.endpoint())
            .field("is_idle", &self.is_idle())
            .finish_non_exhaustive()
    }
}

/// What [`Session::open`] has come to.
#[derive(Debug)]
pub enum Opened {
    /// The stream is open. The session has its items, and its end. These are the headers that the call has added to its reply.
    Stream(Option<Box<HeaderMap>>),
    /// The call did not open a stream. This is its reply, unless it was a notification.
    No(Option<Reply>),
}

/// A call that waits for something.
struct Running {
    call: BoxFuture<'static, Option<Reply>>,
    streams: bool,
}

impl Future for Running {
    /// The reply, and whether it ends a stream.
    type Output = (Option<Reply>, bool);

    fn poll(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Self::Output> {
        let streams = self.streams;
        self.call.as_mut().poll(task).map(|reply| (reply, streams))
    }
}

/// Sends a reply. One that ends a stream must not overtake the stream's items.
fn send(duplex: &Duplex, reply: Option<Reply>, ends_stream: bool) {
    if let Some(reply) = reply {
        // A call may turn out to return a stream only while it runs.
        let ends_stream = ends_stream || reply.items().is_some();
        duplex.reply(reply.into_body(), ends_stream);
    }
}

//! [`Batched`]: concurrent calls share a message, without their callers knowing.

mod group;
mod reply;

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use futures_channel::oneshot;
use futures_util::future::{Either, select};

use self::group::{Delivery, Group, Groups, QueuedCall};
use super::{Progress, Transport, TransportFailure, TransportReply, TransportRequest};
use crate::error::{Destination, ErrorObject, TransportError, code};
use crate::json::id::Id;
use crate::limits::{BATCHING_MAX_SIZE, MAX_BATCH};
use crate::runtime::Runtime;

/// When concurrent calls are collected into one message, and how many. For [`Batched`], and for the builders of transports.
///
/// ```
/// use std::time::Duration;
/// use rpc_core::Batching;
///
/// // Up to 20 calls that are made within two milliseconds.
/// let batching = Batching::default().window(Duration::from_millis(2)).max_calls(20);
/// # drop(batching);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batching {
    window: Duration,
    max_calls: usize,
    max_size: usize,
    refusal: Option<Refusal>,
}

/// Whether an error that answers a whole batch says that none of it has run.
#[derive(Debug, Clone, Copy)]
struct Refusal(fn(&ErrorObject) -> bool);

impl PartialEq for Refusal {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::fn_addr_eq(self.0, other.0)
    }
}

impl Eq for Refusal {}

impl Default for Batching {
    fn default() -> Self {
        Batching {
            window: Duration::ZERO,
            max_calls: MAX_BATCH,
            max_size: BATCHING_MAX_SIZE,
            refusal: None,
        }
    }
}

impl Batching {
    /// How long the first call of a message waits for others; default zero: for what is ready in the same turn of the
    /// event loop. A call is never faster for a longer window, but fewer messages may be sent.
    #[must_use]
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// The most calls in a message; default [`MAX_BATCH`], which is what a [`Server`](crate::Server) takes by default. More are split
    /// into several messages; with less than two, calls are not collected.
    #[must_use]
    pub fn max_calls(mut self, calls: usize) -> Self {
        self.max_calls = calls;
        self
    }

    /// The largest message of several calls, in bytes; default [`BATCHING_MAX_SIZE`]. More are split into several messages, and a call
    /// that is larger by itself is sent alone.
    #[must_use]
    pub fn max_size(mut self, bytes: usize) -> Self {
        self.max_size = bytes;
        self
    }

    /// Recognises a server's refusal of a batch: an error without an id that answers all of it, and says that none of it has
    /// run. By default that is -32600 or -32700, unless the transport has a rule of its own.
    #[must_use]
    pub fn refusal(mut self, is_refusal: fn(&ErrorObject) -> bool) -> Self {
        self.refusal = Some(Refusal(is_refusal));
        self
    }

    /// Uses this [rule](Self::refusal) unless there is one: for transports that know how their servers refuse batches.
    #[must_use]
    pub fn or_refusal(mut self, is_refusal: fn(&ErrorObject) -> bool) -> Self {
        self.refusal.get_or_insert(Refusal(is_refusal));
        self
    }

    fn is_refusal(&self, error: &ErrorObject) -> bool {
        match self.refusal {
            Some(Refusal(is_refusal)) => is_refusal(error),
            None => matches!(error.code(), code::INVALID_REQUEST | code::PARSE_ERROR),
        }
    }
}

/// A transport that collects concurrent calls into one message, a batch (section 6 of the specification), and gives each its
/// own answer.
///
/// The transports of this project have it as an option of their builders. It suits many small calls to a server that
/// understands batches. The server answers a message only when its slowest call has finished, so slow calls should be sent
/// [unbatched](crate::Call::unbatched).
///
/// - A call without others is sent as a plain call. Notifications, batches and raw messages are sent as they are.
/// - Calls with different headers never share a message.
/// - Each call keeps its own timeout. One that is dropped before its message is sent is left out of it; later, its answer
///   is dropped. A message whose calls have all been dropped is given up.
/// - When a message gets lost, the calls inside fail with its error, and no others.
/// - A server that refuses a batch, unread, gets its calls one by one, and no batch from then on. It refuses by one error
///   response with `"id": null` that [`Batching::refusal`] recognises, or by a reply that the transport says is a
///   [refusal](TransportReply::refused). Both mean that nothing of the message has run.
///
/// A message is sent on the runtime of its first call. Calls from another runtime that share it depend on that runtime, so
/// each runtime should have a client of its own.
pub struct Batched<T, R> {
    shared: Arc<Shared<T, R>>,
    timeout: Option<Duration>,
}

struct Shared<T, R> {
    transport: T,
    runtime: R,
    batching: Batching,
    groups: Groups,
    /// The server has refused a batch.
    refused: AtomicBool,
}

impl<T: Transport, R: Runtime> Batched<T, R> {
    /// Collects the calls over this transport.
    pub fn new(transport: T, batching: Batching, runtime: R) -> Self {
        Batched {
            shared: Arc::new(Shared {
                transport,
                runtime,
                batching,
                groups: Groups::default(),
                refused: AtomicBool::new(false),
            }),
            timeout: None,
        }
    }

    /// How long a call without a timeout of its own may take, from when it is collected to its answer, even if it has to be
    /// sent again. By default each message takes as long as its transport allows.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The transport that carries the messages.
    pub fn transport(&self) -> &T {
        &self.shared.transport
    }

    /// The id of a call that may share its message.
    fn shareable_id<'a>(&self, message: &'a TransportRequest) -> Option<&'a Id> {
        let Shared {
            batching, refused, ..
        } = &*self.shared;
        let may = !message.unbatched
            && batching.max_calls > 1
            && group::size_of(message) <= batching.max_size
            && !refused.load(Ordering::Relaxed);
        message.call.as_ref().filter(|_| may)
    }

    /// Adds a call to the next message.
    fn collect(
        &self,
        id: Id,
        message: TransportRequest,
    ) -> (oneshot::Receiver<Delivery>, Progress) {
        let shared = &self.shared;
        let (entry, answer) = QueuedCall::new(id, message);
        let (progress, opened) = shared.groups.join(entry, &shared.batching);
        if let Some(group) = opened {
            let carrier = Arc::clone(shared);
            shared
                .runtime
                .spawn(async move { carrier.carry(group).await });
        }
        (answer, progress)
    }
}

/// A clone shares the transport, and collects calls into the same messages.
impl<T, R> Clone for Batched<T, R> {
    fn clone(&self) -> Self {
        Batched {
            shared: Arc::clone(&self.shared),
            timeout: self.timeout,
        }
    }
}

impl<T, R> fmt::Debug for Batched<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Batched")
            .field("transport", &std::any::type_name::<T>())
            .field("batching", &self.shared.batching)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl<T: Transport, R: Runtime> Transport for Batched<T, R> {
    async fn send(
        &self,
        mut message: TransportRequest,
    ) -> Result<TransportReply, TransportFailure> {
        let Some(id) = self.shareable_id(&message).cloned() else {
            return self.shared.send(message).await;
        };
        message.timeout = message.timeout.or(self.timeout);
        let timeout = message.timeout;
        let (answer, progress) = self.collect(id, message);
        let exchange = async {
            match answer.await {
                Ok(Delivery::Reply(reply)) => reply,
                Ok(Delivery::Refused(message)) => {
                    self.shared.send_with(message, progress.clone()).await
                }
                Err(oneshot::Canceled) => {
                    let text = "the task that sent the message was ended";
                    Err(TransportError::message(text).into())
                }
            }
        };
        let Some(timeout) = timeout else {
            return exchange.await;
        };
        match select(pin!(exchange), pin!(self.shared.runtime.sleep(timeout))).await {
            Either::Left((reply, _)) => reply,
            Either::Right(_) => Err(progress.timeout().into()),
        }
    }

    fn destination(&self) -> Option<Destination> {
        self.shared.transport.destination()
    }
}

impl<T: Transport, R: Runtime> Shared<T, R> {
    /// Sends a message. The futures of transports are large. Boxed, they are neither moved with the task that sends a group,
    /// nor does a call hold room for several of them.
    fn send(
        &self,
        message: TransportRequest,
    ) -> Pin<Box<dyn Future<Output = Result<TransportReply, TransportFailure>> + Send + '_>> {
        Box::pin(self.transport.send(message))
    }

    /// The same, and notes how far the message has come.
    fn send_with(
        &self,
        mut message: TransportRequest,
        progress: Progress,
    ) -> Pin<Box<dyn Future<Output = Result<TransportReply, TransportFailure>> + Send + '_>> {
        // What is true of a transport that does not say.
        progress.sending();
        message.progress = Some(progress);
        self.send(message)
    }

    /// Waits for more calls, sends the group's message, and hands out the answers.
    async fn carry(&self, group: Group) {
        let progress = group.progress();
        let mut entries = self.complete(group).await;
        entries.retain(QueuedCall::is_awaited);
        if entries.len() > 1 {
            return self.carry_together(entries, progress).await;
        }
        for entry in entries {
            let (message, mut answer) = entry.into_parts();
            let sending = self.send_with(message, progress.clone());
            let reply = unless(answer.cancellation(), sending).await;
            if let Some(reply) = reply {
                // A caller that has gone needs no answer.
                let _gone = answer.send(Delivery::Reply(reply));
            }
        }
    }

    async fn carry_together(&self, mut entries: Vec<QueuedCall>, progress: Progress) {
        let message = group::joined(&entries);
        let all_gone = async {
            for entry in &mut entries {
                entry.gone().await;
            }
        };
        let sending = self.send_with(message, progress);
        let Some(reply) = unless(all_gone, sending).await else {
            return;
        };
        let reply = match reply {
            Ok(reply) => reply,
            Err(failure) => {
                return entries
                    .into_iter()
                    .for_each(|entry| entry.answer(Err(failure.clone())));
            }
        };
        if let Some(refused) = reply::hand_out(reply, entries, &self.batching) {
            if !self.refused.swap(true, Ordering::Relaxed) {
                tracing::warn!("the server refuses batches: calls are sent one by one from now on");
            }
            refused.into_iter().for_each(QueuedCall::refuse);
        }
    }

    /// The group's entries, when its window has ended or it is full.
    async fn complete(&self, mut group: Group) -> Vec<QueuedCall> {
        let window = self.batching.window;
        if window.is_zero() {
            turn().await;
        } else {
            let end = pin!(self.runtime.sleep(window));
            if let Either::Right((Ok(entries), _)) = select(end, group.full()).await {
                return entries;
            }
        }
        match group.take() {
            Some(entries) => entries,
            None => group.full().await.unwrap_or_default(), // it was full before
        }
    }
}

/// Lets everything else that is ready in this turn of the event loop run first.
async fn turn() {
    let mut waited = false;
    poll_fn(|task| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        task.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The output of `work`, or `None` if `end` completes first.
async fn unless<W: Future>(end: impl Future<Output = ()>, work: W) -> Option<W::Output> {
    match select(pin!(work), pin!(end)).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(((), _)) => None,
    }
}

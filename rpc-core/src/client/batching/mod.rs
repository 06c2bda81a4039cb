//! [`Batched`]: concurrent calls share a message, without their callers knowing.

mod group;
mod pause;
mod reply;
mod settings;

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_channel::oneshot;
use futures_util::future::{Either, select};

use self::group::{Delivery, Group, Groups, QueuedCall};
use self::pause::Pause;
use self::reply::Handed;
use super::{Progress, Transport, TransportFailure, TransportReply, TransportRequest};
use crate::error::{Destination, TransportError};
use crate::json::id::Id;
use crate::runtime::Runtime;

pub use self::settings::Batching;

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
/// - A server that refuses a batch, unread, gets its calls one by one, so that none of them fails. It refuses by one error
///   response with `"id": null` that [`Batching::refusal`] recognises, or by a reply that the transport says is a
///   [refusal](TransportReply::refused). Both mean that nothing of the message has run.
/// - Any other reply that answers none of the calls, such as an error object, a page, plain text or nothing at all, fails the
///   calls in that message, since some of them may have run. It too is taken to mean that the server does not understand
///   batches, unless the transport says that another attempt may succeed, as it does if a server is busy.
/// - After either, calls are sent alone for a while: see [`Batching::pause`].
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
    pause: Pause,
}

impl<T: Transport, R: Runtime> Batched<T, R> {
    /// Collects the calls over this transport.
    pub fn new(transport: T, batching: Batching, runtime: R) -> Self {
        Batched {
            shared: Arc::new(Shared {
                transport,
                runtime,
                pause: Pause::new(batching.pause),
                batching,
                groups: Groups::default(),
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
        let batching = &self.shared.batching;
        let may = !message.unbatched
            && batching.max_calls > 1
            && group::size_of(message) <= batching.max_size
            && !self.shared.is_pausing();
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
                Ok(Delivery::Alone(message)) => {
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
        if entries.len() > 1 && self.is_pausing() {
            // Another message was refused while this one was collected.
            return entries.into_iter().for_each(QueuedCall::send_alone);
        }
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
        match reply::hand_out(reply, entries, &self.batching, || {
            self.transport.destination()
        }) {
            Handed::Answers => self.pause.reset(),
            Handed::OutageOfServer => {}
            Handed::Failed => self.pause_batches(),
            Handed::Unread(calls) => {
                self.pause_batches();
                calls.into_iter().for_each(QueuedCall::send_alone);
            }
        }
    }

    /// Whether calls are sent alone, since the server has refused a batch.
    fn is_pausing(&self) -> bool {
        self.pause.is_on(|| self.runtime.now())
    }

    fn pause_batches(&self) {
        let Some(pause) = self.pause.begin(self.runtime.now()) else {
            return; // another message was refused before
        };
        let server = self.transport.destination();
        let server = server.map(tracing::field::display);
        match pause.is_first {
            true => {
                tracing::warn!(server, pause = ?pause.length, "the server refuses batches: calls are sent alone for a while")
            }
            false => {
                tracing::debug!(server, pause = ?pause.length, "the server still refuses batches")
            }
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

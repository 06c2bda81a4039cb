//! [`Batched`]: concurrent calls share a message, without their callers knowing.

mod group;
mod pause;
mod reply;
mod settings;

use std::fmt;
use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_channel::oneshot;
use futures_util::future::{Either, select};

use self::group::{Alone, Delivery, Group, Groups, QueuedCall};
use self::pause::Pause;
use self::reply::Handed;
use super::{
    Progress, Transport, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
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

    /// The id of a call that may share its message, taken from it.
    fn take_shareable_id(&self, message: &mut TransportRequest) -> Option<Id> {
        let batching = &self.shared.batching;
        let may = !message.unbatched
            && batching.max_calls > 1
            && group::size_of(message) <= batching.max_size
            && !self.shared.is_pausing();
        message.call.take_if(|_| may)
    }

    /// Adds a call to the next message. Returns its answer, and the progress if the call has to watch its time by itself.
    fn collect(
        &self,
        id: Id,
        message: TransportRequest,
        deadline: Option<Instant>,
    ) -> (oneshot::Receiver<Delivery>, Option<Progress>) {
        let shared = &self.shared;
        let runtime = deadline.and_then(|_| shared.runtime.id());
        let (entry, answer) = QueuedCall::new(id, message, deadline);
        let joined = shared.groups.join(entry, runtime, &shared.batching);
        if let Some(group) = joined.opened {
            let carrier = Arc::clone(shared);
            shared
                .runtime
                .spawn(async move { carrier.carry(group).await });
        }
        (answer, joined.own_timer)
    }

    /// When the time of a call is over whose timeout is that of all calls. The calls of a message share a timer for this: the
    /// first of them is the first to time out.
    fn shared_deadline(&self, message: &TransportRequest) -> Option<Instant> {
        let timeout = self.timeout.filter(|_| message.timeout.is_none())?;
        // Nothing watches the time of a message that is still collected.
        let is_collected_in_time = self.shared.batching.window < timeout;
        let now = is_collected_in_time.then(|| self.shared.runtime.now())?;
        now.checked_add(timeout)
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
        let Some(id) = self.take_shareable_id(&mut message) else {
            return self.shared.send(message).await;
        };
        if message.time_left.is_some() {
            message.timeout = message.timeout_if_any(self.timeout);
        }
        let deadline = self.shared_deadline(&message);
        message.timeout = message.timeout.or(self.timeout);
        let timeout = message.timeout;
        let (answer, own_timer) = self.collect(id, message, deadline);
        let exchange = self.shared.outcome(answer);
        match own_timer.zip(timeout) {
            None => exchange.await,
            Some((progress, timeout)) => self.shared.within(timeout, progress, exchange).await,
        }
    }

    /// A stream is never collected.
    fn open(
        &self,
        call: TransportRequest,
    ) -> impl Future<Output = Result<TransportStream, TransportFailure>> + Send {
        self.shared.transport.open(call)
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.shared.transport.sleep(duration)
    }

    fn now(&self) -> Instant {
        self.shared.transport.now()
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

    /// What becomes of a call that was collected.
    async fn outcome(
        &self,
        answer: oneshot::Receiver<Delivery>,
    ) -> Result<TransportReply, TransportFailure> {
        match answer.await {
            Ok(Delivery::Reply(reply)) => reply,
            Ok(Delivery::Alone(call)) => Box::pin(self.send_alone(*call)).await,
            Err(oneshot::Canceled) => {
                let text = "the task that sent the message was ended";
                Err(TransportError::message(text).into())
            }
        }
    }

    async fn send_alone(&self, call: Alone) -> Result<TransportReply, TransportFailure> {
        let progress = call.progress;
        let sending = self.send_with(call.message, progress.clone());
        match call.deadline {
            None => sending.await,
            Some(deadline) => {
                let left = deadline.saturating_duration_since(self.runtime.now());
                self.within(left, progress, sending).await
            }
        }
    }

    /// Gives an exchange up when its time is over. Boxed, since few calls have a timer of their own.
    fn within<'a>(
        &'a self,
        timeout: Duration,
        progress: Progress,
        exchange: impl Future<Output = Result<TransportReply, TransportFailure>> + Send + 'a,
    ) -> Pin<Box<dyn Future<Output = Result<TransportReply, TransportFailure>> + Send + 'a>> {
        Box::pin(async move {
            let reply = unless(self.runtime.sleep(timeout), exchange).await;
            reply.unwrap_or_else(|| Err(progress.timeout().into()))
        })
    }

    /// Waits for more calls, sends the group's message, and hands out the answers.
    async fn carry(&self, group: Group) {
        let progress = group.progress();
        let mut entries = self.complete(group).await;
        if entries.iter().any(|entry| entry.deadline().is_some()) {
            let now = Some(self.runtime.now());
            let entries = entries.iter_mut();
            entries.for_each(|entry| entry.end_if_late(now, &progress));
        }
        entries.retain(QueuedCall::is_awaited);
        if let [entry] = &mut *entries {
            let message = entry.take_message();
            let one = std::slice::from_mut(entry);
            if let Some(reply) = self.send_for(one, message, progress).await {
                entry.answer(reply);
            }
        } else if !entries.is_empty() && self.is_pausing() {
            // Another message was refused while this one was collected.
            let entries = entries.into_iter();
            entries.for_each(|entry| entry.send_alone(&progress));
        } else if !entries.is_empty() {
            self.carry_together(entries, progress).await;
        }
    }

    async fn carry_together(&self, mut entries: Vec<QueuedCall>, progress: Progress) {
        let message = group::joined(&entries);
        let reply = self.send_for(&mut entries, message, progress.clone());
        let reply = match reply.await {
            None => return,
            Some(Ok(reply)) => reply,
            Some(Err(failure)) => {
                let entries = entries.iter_mut();
                return entries.for_each(|entry| entry.answer(Err(failure.clone())));
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
                let calls = calls.into_iter();
                calls.for_each(|call| call.send_alone(&progress));
            }
        }
    }

    /// Sends a message and waits for its reply, as long as anybody waits for one of its calls. Ends the calls whose time is over.
    async fn send_for(
        &self,
        calls: &mut [QueuedCall],
        message: TransportRequest,
        progress: Progress,
    ) -> Option<Result<TransportReply, TransportFailure>> {
        let mut sending = self.send_with(message, progress.clone());
        loop {
            let next = calls.iter().filter_map(QueuedCall::deadline).min();
            {
                let (time_is_over, all_gone) = (pin!(self.reach(next)), pin!(all_gone(calls)));
                match select(&mut sending, select(time_is_over, all_gone)).await {
                    Either::Left((reply, _)) => return Some(reply),
                    Either::Right((Either::Right(_), _)) => return None,
                    Either::Right((Either::Left(_), _)) => {}
                }
            }
            // The timer has rung, whatever the clock says.
            let now = Some(self.runtime.now()).max(next);
            let calls = calls.iter_mut();
            calls.for_each(|call| call.end_if_late(now, &progress));
        }
    }

    /// Completes at this time. Without a time, it never completes.
    async fn reach(&self, time: Option<Instant>) {
        let Some(time) = time else {
            return pending().await;
        };
        let left = time.saturating_duration_since(self.runtime.now());
        self.runtime.sleep(left).await;
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

/// Completes when nobody waits for any of these calls.
async fn all_gone(calls: &mut [QueuedCall]) {
    for call in calls {
        call.gone().await;
    }
}

/// The output of `work`, or `None` if `end` completes first.
async fn unless<W: Future>(end: impl Future<Output = ()>, work: W) -> Option<W::Output> {
    match select(pin!(work), pin!(end)).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(((), _)) => None,
    }
}

//! [`Duplex`]: what is under way on one connection over which both ends talk.
//!
//! Everybody who takes part shares it: the task of the connection, the calls that run for the other end, and the callers who
//! wait for the other end. It does no I/O. Each method takes the lock for a moment, and nobody is woken under it.

mod buffer;
mod callers;
mod calls;
mod early_windows;
mod incoming;
mod outbox;
mod outgoing;
mod totals;
mod waiting;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Task, Poll, Waker};

use bytes::Bytes;

pub(crate) use self::buffer::{Lost, Received};
pub(crate) use self::calls::{Begun, SubscriptionEnd, SubscriptionNews};
use self::incoming::Incoming;
pub(crate) use self::incoming::{NotBegun, Stopped, Subscribed};
use self::outbox::Outbox;
use self::outgoing::{Answered, Outgoing, Stop};
pub(crate) use self::outgoing::{Ids, Key, Notice};
pub(crate) use self::totals::Totals;
use self::waiting::{wait, wake};
use crate::json::id::Id;
use crate::limits::DuplexLimits;
use crate::runtime::DynRuntime;
use crate::wire::control;
use crate::wire::item::StreamItem;

/// What is under way on one connection.
pub(crate) struct Duplex {
    /// The name of the connection in the message log.
    endpoint: Arc<str>,
    state: Mutex<State>,
    limits: DuplexLimits,
    totals: Totals,
    runtime: Option<DynRuntime>,
    /// Whether the other end can't be called.
    is_one_way: bool,
    /// The last id that a client of this end was given.
    last_id: AtomicU64,
    /// Whether this end has ever opened a subscription, so that notifications may be about one.
    has_subscribed: AtomicBool,
}

#[derive(Default)]
struct State {
    outbox: Outbox,
    incoming: Incoming,
    outgoing: Outgoing,
    /// The connection's task, if it waits for something to write.
    writer: Option<Waker>,
    /// The connection's task, if a reader holds the connection.
    held: Option<Waker>,
    is_closed: bool,
    has_begun_stream: bool,
    has_opened_stream: bool,
    news: SubscriptionNews,
}

impl Duplex {
    pub(crate) fn new(
        endpoint: Arc<str>,
        limits: DuplexLimits,
        totals: Totals,
        runtime: Option<DynRuntime>,
        is_one_way: bool,
    ) -> Arc<Self> {
        Arc::new(Duplex {
            endpoint,
            state: Mutex::default(),
            limits,
            totals,
            runtime,
            is_one_way,
            last_id: AtomicU64::new(0),
            has_subscribed: AtomicBool::new(false),
        })
    }

    /// An id for a call of this end. All clients of this end count together, since the other end can't tell them apart.
    pub(crate) fn next_id(&self) -> u64 {
        self.last_id.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn endpoint(&self) -> &Arc<str> {
        &self.endpoint
    }

    pub(crate) fn runtime(&self) -> Option<&DynRuntime> {
        self.runtime.as_ref()
    }

    /// Whether the other end can't be called.
    pub(crate) fn is_one_way(&self) -> bool {
        self.is_one_way
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock panics half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and then wakes the connection's task, which has something to write.
    fn writing<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.lock();
        let result = change(&mut state);
        let writer = state.writer.take();
        drop(state);
        wake(writer);
        result
    }

    // What the connection's task does.

    /// Takes the messages that wait to be written: replies and control messages, then items. Waits if there are none. `wakers` is
    /// an empty list, which is only kept for its memory.
    pub(crate) fn poll_messages(
        &self,
        task: &mut Task<'_>,
        messages: &mut VecDeque<Bytes>,
        wakers: &mut Vec<Waker>,
    ) -> Poll<()> {
        let mut state = self.lock();
        let State {
            outbox,
            outgoing,
            incoming,
            ..
        } = &mut *state;
        if outbox.is_empty() {
            wait(&mut state.writer, task);
            return Poll::Pending;
        }
        outbox.take(messages, |call| outgoing.sent(call));
        incoming.take_waiting(wakers);
        drop(state);
        wakers.drain(..).for_each(Waker::wake);
        Poll::Ready(())
    }

    /// Whether more should be read: the other end reads its replies, of which no more than so many bytes wait to be written, and
    /// no reader holds the connection.
    pub(crate) fn wants_to_read(&self, max_unread: usize, task: &Task<'_>) -> bool {
        let mut state = self.lock();
        if state.outgoing.is_holding() {
            wait(&mut state.held, task);
            return false;
        }
        state.outbox.unread() <= max_unread
    }

    /// No reader holds the connection any more, so its task reads on, even if it waits until it can write.
    fn release(&self) {
        let held = self.lock().held.take();
        wake(held);
    }

    /// Whether a reader holds the connection.
    pub(crate) fn is_held(&self) -> bool {
        self.lock().outgoing.is_holding()
    }

    /// The connection's task is running, so nothing has to wake it before it waits again.
    pub(crate) fn writer_is_awake(&self) {
        let writer = self.lock().writer.take();
        drop(writer);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().is_closed
    }

    /// Whether nothing is under way in either direction.
    pub(crate) fn is_idle(&self) -> bool {
        let state = self.lock();
        state.incoming.is_empty() && state.outgoing.is_empty() && state.outbox.is_empty()
    }

    /// Routes a response, or an array of them.
    pub(crate) fn response(&self, id: Option<&Id>, message: Bytes) -> bool {
        let answered = self.lock().outgoing.answer(id, message, &self.limits);
        match answered {
            None | Some(Answered::Ignored) => return false,
            Some(Answered::Reply(sender, message)) => return sender.send(Ok(message)).is_ok(),
            Some(Answered::Stream(waker)) => wake(waker),
            Some(Answered::Stopped(waker, stop)) => {
                self.tell_to_stop(stop);
                wake(waker);
            }
            Some(Answered::GivenUp(stop)) => self.tell_to_stop(stop),
        }
        true
    }

    /// Routes an item, or the news that a stream is open. `bytes` is the length of its message.
    pub(crate) fn progress(&self, token: &Id, value: Option<StreamItem>, bytes: usize) {
        let mut state = self.lock();
        let (waker, stop) = state.outgoing.progress(token, value, bytes, &self.limits);
        drop(state);
        stop.into_iter().for_each(|stop| self.tell_to_stop(stop));
        wake(waker);
    }

    /// Whether a notification may be about a subscription.
    pub(crate) fn has_subscriptions(&self) -> bool {
        // Most connections never have any, and need not take the lock for each request.
        self.has_subscribed.load(Ordering::Relaxed) && self.lock().outgoing.has_subscriptions()
    }

    /// Routes what a notification says about a subscription. `bytes` is the length of its message.
    /// False if no subscription of this end is known to have that id.
    pub(crate) fn notice(&self, id: &Id, notice: Notice, bytes: usize) -> bool {
        let noticed = self.lock().outgoing.notice(id, notice, bytes, &self.limits);
        let Some((waker, stop)) = noticed else {
            return false;
        };
        stop.into_iter().for_each(|stop| self.tell_to_stop(stop));
        wake(waker);
        true
    }

    /// Tells the other end that something of its is not wanted any more. Nobody waits for an answer.
    fn tell_to_stop(&self, stop: Stop) {
        match stop {
            Stop::Cancel(ids) => self.cancel_calls(&ids),
            Stop::Unsubscribe(method, id) => {
                let call = self.unsubscribe_id();
                self.call_unsubscribe(&method, &id, &call);
            }
        }
    }

    fn cancel_calls(&self, ids: &Ids) {
        self.writing(|state| {
            for id in ids.iter() {
                state.outbox.cancel_request(id);
            }
        });
    }

    fn call_unsubscribe(&self, method: &str, subscription: &Id, call: &Id) {
        let message = control::unsubscribe(method, subscription, call);
        self.writing(|state| state.outbox.control(message.into(), None));
    }

    /// An id for a call that closes a subscription. A string, which differs from the numbers that clients use.
    fn unsubscribe_id(&self) -> Id {
        Id::from(format!("unsubscribe-{}", self.next_id()))
    }

    /// The other end stops a call. Items that have not been written are not sent.
    pub(crate) fn cancel(&self, id: &Id) {
        let mut state = self.lock();
        let State {
            incoming, outbox, ..
        } = &mut *state;
        let waker = incoming.stop(id, Stopped::ByCaller, |call| outbox.discard(call));
        drop(state);
        wake(waker);
    }

    /// The other end has room for more bytes of a stream.
    pub(crate) fn window(&self, token: &Id, add: u64) {
        let waker = self.lock().incoming.window(token, add);
        wake(waker);
    }

    /// Stops all streams, since this end is about to close the connection.
    pub(crate) fn stop_streams(&self) {
        let wakers = self.lock().incoming.stop_streams();
        wakers.into_iter().for_each(Waker::wake);
    }

    /// The connection is closed. Calls in both directions end, and so does what waits to be written.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        let calls = state.incoming.stop_all();
        let waiting = state.outgoing.fail_all();
        state.outbox = Outbox::default();
        drop(state);
        calls.into_iter().for_each(Waker::wake);
        waiting.into_iter().for_each(outgoing::Failed::tell);
    }

    /// Sends a reply, or another message that is not a call of ours. The end of a stream follows the stream's items.
    pub(crate) fn reply(&self, message: Vec<u8>, ends_stream: bool) {
        self.writing(|state| match (state.is_closed, ends_stream) {
            (true, _) => {}
            (false, true) => state.outbox.about_stream(&message, None),
            (false, false) => state.outbox.control(message.into(), None),
        });
    }
}

impl State {
    fn check_open(&self) -> Result<(), Lost> {
        match self.is_closed {
            true => Err(Lost::NotSent),
            false => Ok(()),
        }
    }
}

//! [`Incoming`]: the calls that run for the other end.

use std::borrow::Cow;
use std::collections::HashMap;
use std::task::{Context as Task, Poll, Waker};

use super::early_windows::EarlyWindows;
use super::waiting::wait;
use crate::contract::Subscription;
use crate::json::id::Id;
use crate::limits::{CallInFlight, DuplexLimits};

/// The calls that run for the other end, and can be stopped by it.
#[derive(Default)]
pub(super) struct Incoming {
    /// Those that have not been answered.
    by_id: HashMap<Id, usize>,
    /// Subscriptions, which have been answered with these ids.
    subscriptions: HashMap<Id, usize>,
    slots: Vec<Option<Running>>,
    free: Vec<usize>,
    last: u64,
    calls: usize,
    streams: usize,
    /// The slots of streams that wait for room in the outbox.
    room_wanted: Vec<usize>,
    /// Streams with tokens that are not the ids of their calls.
    by_token: HashMap<Id, usize>,
    /// Credit for streams that have not begun.
    early: EarlyWindows,
}

struct Running {
    id: Id,
    /// Tells its items from those of another stream that had the same slot.
    serial: u64,
    streams: bool,
    subscription: Option<Subscribed>,
    /// Its token, if that is not the id of its call.
    token: Option<Id>,
    stopped: Option<Stopped>,
    /// How many more bytes the other end has room for, if it says so. A stream may overdraw it by one item.
    credit: Option<i64>,
    waits_for_room: bool,
    waker: Option<Waker>,
    /// It counts among the calls or streams of all connections as long as this is kept.
    _counted_in_all: Option<CallInFlight>,
}

/// A subscription of the other end.
#[derive(Debug, Clone)]
pub(crate) struct Subscribed {
    pub(crate) id: Id,
    /// The method that closes it.
    unsubscribe: Cow<'static, str>,
}

/// Why a call is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// The caller has cancelled it.
    ByCaller,
    /// This end is shutting down.
    Shutdown,
    /// The connection is closed.
    Closed,
}

/// Why a call can't begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotBegun {
    /// A call with the same id runs.
    IdInUse,
    /// This many streams run already on this connection.
    TooManyStreams(usize),
    /// This many streams run already on all connections of the server.
    TooManyStreamsInAll(usize),
}

impl Incoming {
    pub(super) fn is_empty(&self) -> bool {
        self.calls + self.streams == 0
    }

    pub(super) fn contains(&self, id: &Id) -> bool {
        !self.by_id.is_empty() && self.by_id.contains_key(id)
    }

    /// How many calls run that are not streams.
    pub(super) fn calls(&self) -> usize {
        self.calls
    }

    pub(super) fn begin(
        &mut self,
        id: &Id,
        streams: bool,
        counted: Option<CallInFlight>,
        limits: &DuplexLimits,
    ) -> Result<usize, NotBegun> {
        if self.contains(id) {
            return Err(NotBegun::IdInUse);
        }
        let early = self.early.remove(id);
        if streams {
            self.check_room_for_stream(limits)?;
        }
        self.streams += usize::from(streams);
        self.calls += usize::from(!streams);
        self.last += 1;
        let running = Running {
            id: id.clone(),
            serial: self.last,
            streams,
            subscription: None,
            token: None,
            stopped: None,
            credit: early.map(clamp),
            waits_for_room: false,
            waker: None,
            _counted_in_all: counted,
        };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot] = Some(running);
                slot
            }
            None => {
                self.slots.push(Some(running));
                self.slots.len() - 1
            }
        };
        self.by_id.insert(id.clone(), slot);
        Ok(slot)
    }

    /// Makes a stream of a call that runs.
    pub(super) fn become_stream(
        &mut self,
        id: &Id,
        counted: Option<CallInFlight>,
        limits: &DuplexLimits,
    ) -> Result<(), NotBegun> {
        self.check_room_for_stream(limits)?;
        let slot = self.by_id.get(id).copied();
        if let Some(running) = slot.and_then(|slot| self.running(slot))
            && !std::mem::replace(&mut running.streams, true)
        {
            running._counted_in_all = counted;
            self.calls -= 1;
            self.streams += 1;
        }
        Ok(())
    }

    fn check_room_for_stream(&self, limits: &DuplexLimits) -> Result<(), NotBegun> {
        match self.streams >= limits.max_streams {
            true => Err(NotBegun::TooManyStreams(limits.max_streams)),
            false => Ok(()),
        }
    }

    pub(super) fn end(&mut self, slot: usize) {
        if let Some(running) = self.slots.get_mut(slot).and_then(Option::take) {
            self.streams -= usize::from(running.streams);
            self.calls -= usize::from(!running.streams);
            if let Some(token) = &running.token {
                self.by_token.remove(token);
            }
            match running.subscription {
                // Another call may have its id by now.
                Some(subscription) => self.subscriptions.remove(&subscription.id),
                None => self.by_id.remove(&running.id),
            };
            self.free.push(slot);
        }
    }

    /// Makes a subscription of a stream. Its call has been answered then.
    pub(super) fn subscribe(&mut self, slot: usize, form: &Subscription) -> Id {
        let mut id = random_id(form);
        while self.subscriptions.contains_key(&id) {
            id = random_id(form);
        }
        let Some(running) = self.slots.get_mut(slot).and_then(Option::as_mut) else {
            return id; // never happens: the slot is kept until the call has ended
        };
        self.by_id.remove(&running.id);
        self.subscriptions.insert(id.clone(), slot);
        running.subscription = Some(Subscribed {
            id: id.clone(),
            unsubscribe: form.unsubscribe.clone(),
        });
        id
    }

    /// The subscription that a stream has become.
    pub(super) fn subscription(&self, slot: usize) -> Option<&Subscribed> {
        self.slots.get(slot)?.as_ref()?.subscription.as_ref()
    }

    /// Closes a subscription, if this method closes it. `discard` gets what its items are marked with.
    pub(super) fn unsubscribe(
        &mut self,
        id: &Id,
        method: &str,
        discard: impl FnOnce(u64),
    ) -> Option<Option<Waker>> {
        let slot = *self.subscriptions.get(id)?;
        let running = self.slots.get_mut(slot)?.as_mut()?;
        if running.subscription.as_ref()?.unsubscribe != method {
            return None;
        }
        self.subscriptions.remove(id);
        running.stopped.get_or_insert(Stopped::ByCaller);
        discard(running.serial);
        Some(running.waker.take())
    }

    pub(super) fn stream(&self, id: &Id) -> Option<usize> {
        let slot = *self.by_id.get(id)?;
        let running = self.slots.get(slot)?.as_ref()?;
        running.streams.then_some(slot)
    }

    fn running(&mut self, slot: usize) -> Option<&mut Running> {
        self.slots.get_mut(slot)?.as_mut()
    }

    pub(super) fn has_credit(&mut self, slot: usize) -> bool {
        self.running(slot).is_some_and(|it| it.credit.is_some())
    }

    /// Takes an item off a stream's credit. Returns what its items are marked with, and whether there is credit for another one.
    pub(super) fn spend(&mut self, slot: usize, bytes: usize) -> (Option<u64>, bool) {
        let Some(running) = self.running(slot) else {
            return (None, false);
        };
        if let Some(credit) = &mut running.credit {
            *credit = credit.saturating_sub(clamp(bytes as u64));
        }
        let has_credit = running.credit.is_none_or(|credit| credit > 0);
        (Some(running.serial), has_credit)
    }

    /// Wakes a stream when there is room in the outbox again.
    pub(super) fn wait_for_room(&mut self, slot: usize, task: &Task<'_>) {
        let Some(running) = self.running(slot) else {
            return;
        };
        wait(&mut running.waker, task);
        // Each stream is listed once, however often it is polled.
        if !std::mem::replace(&mut running.waits_for_room, true) {
            self.room_wanted.push(slot);
        }
    }

    /// Those who wait for room. The first is the one that has used it up, so it comes last.
    pub(super) fn take_waiting(&mut self, wakers: &mut Vec<Waker>) {
        let Incoming {
            room_wanted, slots, ..
        } = self;
        let first = room_wanted.len().min(1);
        room_wanted.rotate_left(first);
        wakers.extend(room_wanted.drain(..).filter_map(|slot| {
            let running = slots.get_mut(slot)?.as_mut()?;
            running.waits_for_room = false;
            running.waker.take()
        }));
    }

    pub(super) fn poll_credit(&mut self, slot: usize, task: &mut Task<'_>) -> Poll<()> {
        match self.running(slot) {
            Some(running) if running.credit.is_some_and(|credit| credit <= 0) => {
                wait(&mut running.waker, task);
                Poll::Pending
            }
            _ => Poll::Ready(()),
        }
    }

    pub(super) fn poll_stopped(&mut self, slot: usize, task: &mut Task<'_>) -> Poll<Stopped> {
        let Some(running) = self.running(slot) else {
            return Poll::Pending; // never happens: the slot is kept until the call has ended
        };
        match running.stopped {
            Some(stopped) => Poll::Ready(stopped),
            None => {
                wait(&mut running.waker, task);
                Poll::Pending
            }
        }
    }

    /// Gives a stream a token, which may be the id of any call. False if another stream has it.
    pub(super) fn name(&mut self, slot: usize, token: &Id) -> bool {
        if self.by_id.get(token) == Some(&slot) {
            return true;
        }
        if self.by_token.contains_key(token) || self.stream(token).is_some() {
            return false;
        }
        let early = self.early.remove(token);
        let Some(running) = self.running(slot) else {
            return false; // never happens: the slot is kept until the call has ended
        };
        running.credit = running.credit.or(early.map(clamp));
        running.token = Some(token.clone());
        self.by_token.insert(token.clone(), slot);
        true
    }

    /// Adds to a stream's credit, also before its request has come.
    pub(super) fn window(&mut self, token: &Id, add: u64) -> Option<Waker> {
        let known = self.by_token.get(token).or_else(|| self.by_id.get(token));
        match known.copied() {
            Some(slot) => {
                let running = self.running(slot)?;
                let credit = running.credit.unwrap_or(0);
                running.credit = Some(credit.saturating_add(clamp(add)));
                running.waker.take()
            }
            None => {
                self.early.add(token, add);
                None
            }
        }
    }

    /// Stops a call. `discard` gets what the items of a stream are marked with.
    pub(super) fn stop(
        &mut self,
        id: &Id,
        why: Stopped,
        discard: impl FnOnce(u64),
    ) -> Option<Waker> {
        self.early.remove(id);
        let slot = *self.by_id.get(id)?;
        let running = self.running(slot)?;
        running.stopped.get_or_insert(why);
        let waker = running.waker.take();
        if running.streams {
            discard(running.serial);
        }
        waker
    }

    pub(super) fn stop_streams(&mut self) -> Vec<Waker> {
        self.stop_where(Stopped::Shutdown, |running| running.streams)
    }

    pub(super) fn stop_all(&mut self) -> Vec<Waker> {
        self.early.clear();
        self.stop_where(Stopped::Closed, |_| true)
    }

    fn stop_where(&mut self, why: Stopped, which: impl Fn(&Running) -> bool) -> Vec<Waker> {
        let running = self.slots.iter_mut().flatten();
        running
            .filter(|running| which(running))
            .filter_map(|running| {
                running.stopped.get_or_insert(why);
                running.waker.take()
            })
            .collect()
    }
}

/// An id for a subscription. It is valid on its own connection only, so it need not be a secret.
fn random_id(form: &Subscription) -> Id {
    match form.topic {
        Some(_) => Id::from(format!("0x{:x}", fastrand::u128(1..))),
        None => Id::from(fastrand::u64(1..1 << 53)),
    }
}

/// More credit than this is never used up.
fn clamp(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

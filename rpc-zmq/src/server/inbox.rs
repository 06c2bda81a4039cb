//! [`Inbox`]: what comes from one client.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rpc_core::Service;
use rpc_tokio::ReadHalf;
use rpc_tokio::server::{ConnectionJobs, Peer, Stopping};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep, sleep_until};

use super::calls::Calls;
use super::permits::{ConnectionPermits, MessagePermit};
use super::replies::{Activity, Outbound};
use super::timeouts::Timeouts;
use crate::envelope::Envelope;
use crate::heartbeat::{Beat, Heartbeat};
use crate::reader::{ReadError, Reader};
use crate::zmtp::{Command, Event};

/// How often a client is told that the server is alive while its messages are not read.
const HELD_BACK: Duration = Duration::from_secs(1);

/// Why nothing more is read.
pub(super) enum End {
    Read(ReadError),
    Stopped,
    /// The client has missed a deadline.
    Overdue(&'static str),
    /// The client reads nothing of what is written.
    Unwritable,
}

/// What comes from one client.
pub(super) struct Inbox<'a, S> {
    pub(super) calls: &'a Arc<Calls<S>>,
    pub(super) peer: Peer,
    pub(super) timeouts: Timeouts,
    pub(super) stopping: &'a Stopping,
    pub(super) reader: &'a mut Reader<ReadHalf>,
    pub(super) heartbeat: Heartbeat,
    pub(super) activity: &'a Activity,
    pub(super) permits: ConnectionPermits,
    pub(super) running: JoinSet<()>,
    pub(super) jobs: ConnectionJobs,
    pub(super) replies: mpsc::Sender<Outbound>,
    /// When the client was last told that the server is alive, and does not read just now.
    pub(super) told: Instant,
}

impl<S: Service> Inbox<'_, S> {
    /// Takes messages, until there are no more, or the server accepts no more.
    pub(super) async fn read(&mut self) -> End {
        let mut stopped = pin!(self.stopping.clone().grace_is_over());
        let mut timer = pin!(sleep_until(self.deadline()));
        loop {
            let deadline = self.deadline();
            if timer.deadline() > deadline {
                timer.as_mut().reset(deadline);
            }
            let step = tokio::select! {
                () = &mut stopped => return End::Stopped,
                step = self.reader.step() => Some(step),
                () = &mut timer => None,
            };
            match step {
                Some(Ok(Some(event))) => self.take(event).await,
                Some(Ok(None)) => {}
                Some(Err(error)) => return End::Read(error),
                None => {
                    if let Err(overdue) = self.check_time(timer.as_mut()).await {
                        return overdue;
                    }
                }
            }
        }
    }

    async fn take(&mut self, event: Event) {
        match event {
            Event::Message(frames) => self.take_message(frames).await,
            Event::Command(Command::Ping { context }) => {
                self.send(Outbound::Pong { context }).await;
            }
            Event::Command(_) | Event::Greeting(_) | Event::Oversized(_) => {}
        }
    }

    async fn take_message(&mut self, frames: Vec<Bytes>) {
        let (envelope, body) = Envelope::split(frames);
        let mut body = body.into_iter();
        let message = match (body.next(), body.next()) {
            // PROBE_ROUTER sends this to show that it is there.
            (None, _) => return,
            (Some(message), None) => message,
            // A client that sends its body in pieces also waits for an answer. The answer to an empty message is right.
            (Some(_), Some(_)) => Bytes::new(),
        };
        self.activity.note();
        let permit = match self.permits.try_acquire() {
            Some(permit) => permit,
            None => self.wait_for_permit().await,
        };
        while self.running.try_join_next().is_some() {}
        let answered = Arc::clone(self.calls).answer(
            envelope,
            message,
            self.peer,
            permit,
            self.replies.clone(),
        );
        self.running.spawn(self.jobs.count(answered));
    }

    /// Meanwhile nothing of the connection is read, not even a PING. A client that sent a PING and hears nothing would think
    /// the server dead. So the client is sent a PING now and then, even if each of many messages waits only for a moment.
    async fn wait_for_permit(&mut self) -> MessagePermit {
        let mut permit = pin!(self.permits.acquire());
        loop {
            tokio::select! {
                permit = &mut permit => {
                    self.reader.listen_again();
                    return permit;
                }
                () = sleep_until(self.told + HELD_BACK), if self.heartbeat.knows_ping() => {
                    // If this finds no room, the client has enough to read.
                    let _full = self.replies.try_send(Outbound::Ping);
                    self.told = Instant::now();
                }
            }
        }
    }

    async fn send(&mut self, outbound: Outbound) {
        let _gone = self.replies.send(outbound).await;
    }

    /// Waits for the calls that still run. A stopping server accepts no more calls, but still answers a PING.
    pub(super) async fn finish(mut self, end: &End) {
        let mut answers_pings = matches!(end, End::Stopped);
        while !self.running.is_empty() {
            tokio::select! {
                _done = self.running.join_next() => {}
                step = self.reader.step(), if answers_pings => match step {
                    Ok(Some(Event::Command(Command::Ping { context }))) => {
                        self.send(Outbound::Pong { context }).await;
                    }
                    Ok(_) => {}
                    Err(_) => answers_pings = false,
                },
            }
        }
    }

    /// When something has to be done, if nothing arrives before.
    fn deadline(&self) -> Instant {
        let timeouts = self.timeouts;
        let far = Instant::now() + Duration::from_secs(86_400);
        let idle = self.activity.last().checked_add(timeouts.idle);
        let message = self
            .reader
            .begun()
            .and_then(|it| it.checked_add(timeouts.message));
        let heartbeat = self.heartbeat.deadline(self.sign_of_life());
        [idle, message, heartbeat]
            .into_iter()
            .flatten()
            .fold(far, Instant::min)
    }

    /// A PING waits behind a large reply. A client that is still reading the reply can't answer yet, but is alive.
    fn sign_of_life(&self) -> Instant {
        self.reader.heard().max(self.activity.taken())
    }

    async fn check_time(&mut self, timer: Pin<&mut Sleep>) -> Result<(), End> {
        let timeouts = self.timeouts;
        let now = Instant::now();
        if self.permits.are_in_use() {
            self.activity.note();
        }
        let reached =
            |since: Instant, limit| since.checked_add(limit).is_some_and(|end| end <= now);
        if self
            .reader
            .begun()
            .is_some_and(|it| reached(it, timeouts.message))
        {
            return Err(End::Overdue("its message took too long"));
        }
        if reached(self.activity.last(), timeouts.idle) {
            return Err(End::Overdue("it was idle"));
        }
        match self.heartbeat.check(self.sign_of_life(), now) {
            Beat::Wait => {}
            Beat::Ask => self.send(Outbound::Ping).await,
            Beat::GiveUp => return Err(End::Overdue("it was silent, and did not answer a PING")),
        }
        timer.reset(self.deadline());
        Ok(())
    }
}

//! [`Connection`]: one client, from its handshake to its end.

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rpc_core::Service;
use tokio::io::AsyncWriteExt;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep, sleep, sleep_until, timeout};

use super::calls::{Calls, Place, Share};
use super::replies::{Activity, Outbound, write_replies};
use crate::envelope::Envelope;
use crate::handshake::{HandshakeError, ROUTER, shake_hands};
use crate::heartbeat::{Beat, Heartbeat};
use crate::reader::{ReadError, Reader};
use crate::stream::{ReadHalf, Stream, WriteHalf};
use crate::zmtp::{Command, Decoder, Event, Greeting, Violation};

/// How long messages are taken after the signal to stop. A client can't be told of it, and may just be sending one.
const GRACE: Duration = Duration::from_millis(500);

/// How long a connection that is closed on this side is listened to. Closed with unread bytes in it, it would be reset, and
/// take the last replies with it.
const LINGER: Duration = Duration::from_secs(1);

/// How often a client is told that the server is there, while its messages are not read.
const HELD_BACK: Duration = Duration::from_secs(1);

/// How many replies wait to be written. Further ones wait with their calls.
const OUTBOX: usize = 64;

/// Who sent a message: methods find it in their context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Peer {
    /// Somebody at this address.
    Tcp(SocketAddr),
    /// A process of this machine.
    Ipc,
}

/// How long a connection may take for what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) handshake: Duration,
    pub(super) message: Duration,
    pub(super) write: Duration,
    pub(super) heartbeat: Duration,
    pub(super) idle: Duration,
}

/// All that a connection needs.
pub(super) struct Connection<S> {
    pub(super) calls: Arc<Calls<S>>,
    pub(super) peer: Peer,
    pub(super) max_message: usize,
    pub(super) times: Times,
    pub(super) stopping: watch::Receiver<()>,
}

/// Why nothing more is read.
enum End {
    Read(ReadError),
    Stopped,
    /// The client has not done in time what it should.
    Overdue(&'static str),
    /// The client takes nothing of what is written.
    Unwritable,
}

impl<S: Service> Connection<S> {
    pub(super) async fn run(self, stream: Stream) {
        let mut stopping = self.stopping.clone();
        let broken_off = async { while stopping.changed().await.is_ok() {} };
        tokio::select! {
            () = self.serve(stream) => {}
            () = broken_off => {}
        }
    }

    async fn serve(&self, stream: Stream) {
        let (read, mut write) = match stream.split(self.times.heartbeat) {
            Ok(halves) => halves,
            Err(error) => return tracing::debug!(peer = ?self.peer, %error, "no connection"),
        };
        let mut reader = Reader::new(read, Decoder::new(self.max_message));
        let handshake = shake_hands(&ROUTER, &mut reader, &mut write);
        let shaken = tokio::select! {
            shaken = timeout(self.times.handshake, handshake) => shaken,
            () = stopped(self.stopping.clone()) => return,
        };
        match shaken {
            Ok(Ok(greeting)) => self.exchange(greeting, reader, write).await,
            // ZeroMQ's sockets tell their monitor alone, so that a client may wait in vain, and never say why.
            Ok(Err(HandshakeError::Read(ReadError::Violation(
                violation @ Violation::Mechanism { .. },
            )))) => tracing::warn!(peer = ?self.peer, %violation, "no connection"),
            Ok(Err(error)) => tracing::debug!(peer = ?self.peer, %error, "no connection"),
            Err(_elapsed) => tracing::debug!(peer = ?self.peer, "no handshake in time"),
        }
    }

    async fn exchange(
        &self,
        greeting: Greeting,
        mut reader: Reader<ReadHalf>,
        mut write: WriteHalf,
    ) {
        let (end, written) = self.both_ways(greeting, &mut reader, &mut write).await;
        self.log(&end, written);
        let _closed = write.shutdown().await;
        if !matches!(end, End::Read(ReadError::Closed) | End::Unwritable) {
            let mut rest = reader.into_inner();
            let nowhere = &mut tokio::io::sink();
            let _in_time = timeout(LINGER, tokio::io::copy(&mut rest, nowhere)).await;
        }
    }

    /// Reads until the end, and writes until all that was read is answered.
    async fn both_ways(
        &self,
        greeting: Greeting,
        reader: &mut Reader<ReadHalf>,
        write: &mut WriteHalf,
    ) -> (End, io::Result<()>) {
        let activity = Activity::new();
        let (replies, outbox) = mpsc::channel(OUTBOX);
        let mut inbox = Inbox {
            connection: self,
            reader,
            heartbeat: Heartbeat::new(self.times.heartbeat, greeting),
            activity: &activity,
            share: Share::new(self.calls.max_per_connection, self.max_message),
            running: JoinSet::new(),
            replies,
            told: Instant::now(),
        };
        let mut writing = pin!(write_replies(write, outbox, self.times.write, &activity));
        let (end, written) = {
            let mut reading = pin!(inbox.read());
            tokio::select! {
                end = &mut reading => (end, None),
                written = &mut writing => match &written {
                    Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                        (End::Unwritable, Some(written))
                    }
                    // A client that has gone may have sent notifications before, which are still to be read.
                    _ => (reading.await, Some(written)),
                },
            }
        };
        // Without the inbox, and when all calls are done, there is nothing more to be written.
        let finished = inbox.finish(&end);
        let written = match written {
            None => tokio::join!(finished, writing).1,
            Some(written) => {
                finished.await;
                written
            }
        };
        (end, written)
    }

    fn log(&self, end: &End, written: io::Result<()>) {
        let peer = self.peer;
        match end {
            End::Read(ReadError::Closed) | End::Stopped => {}
            // Its sender may never hear why it waits in vain.
            End::Read(ReadError::Violation(violation @ Violation::MessageTooLong { .. })) => {
                tracing::warn!(?peer, %violation, "a client was disconnected");
            }
            End::Read(error) => tracing::debug!(?peer, %error, "a connection ended early"),
            End::Overdue(what) => tracing::debug!(?peer, what, "a client was disconnected"),
            End::Unwritable => {}
        }
        if let Err(error) = written {
            tracing::debug!(?peer, %error, "replies could not be written");
        }
    }
}

/// What comes from one client.
struct Inbox<'a, S> {
    connection: &'a Connection<S>,
    reader: &'a mut Reader<ReadHalf>,
    heartbeat: Heartbeat,
    activity: &'a Activity,
    share: Share,
    running: JoinSet<()>,
    replies: mpsc::Sender<Outbound>,
    /// When the client was told last that the server is there, and does not read just now.
    told: Instant,
}

impl<S: Service> Inbox<'_, S> {
    /// Takes messages, until there are no more or there should be none.
    async fn read(&mut self) -> End {
        let mut stopped = pin!(stopped(self.connection.stopping.clone()));
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
            // What PROBE_ROUTER sends, to say that it is there.
            (None, _) => return,
            (Some(message), None) => message,
            // Who sends a body in pieces waits for an answer, too. That to no text at all is the right one.
            (Some(_), Some(_)) => Bytes::new(),
        };
        self.activity.note();
        let calls = &self.connection.calls;
        let place = match calls.try_place(&self.share) {
            Some(place) => place,
            None => match self.wait_for_place().await {
                Some(place) => place,
                None => return,
            },
        };
        while self.running.try_join_next().is_some() {}
        self.running.spawn(Arc::clone(calls).answer(
            envelope,
            message,
            self.connection.peer,
            place,
            self.replies.clone(),
        ));
    }

    /// Meanwhile nothing of the connection is read, no PING either. A client that sent one, and hears nothing, would take
    /// the server for dead: so it is sent one itself now and then, also where each of many messages waits for a moment only.
    async fn wait_for_place(&mut self) -> Option<Place> {
        let mut place = pin!(self.connection.calls.place(&self.share));
        loop {
            tokio::select! {
                place = &mut place => {
                    self.reader.listen_again();
                    return place;
                }
                () = sleep_until(self.told + HELD_BACK), if self.heartbeat.knows_ping() => {
                    // Where this finds no room, there is enough to be heard.
                    let _full = self.replies.try_send(Outbound::Ping);
                    self.told = Instant::now();
                }
            }
        }
    }

    async fn send(&mut self, outbound: Outbound) {
        let _gone = self.replies.send(outbound).await;
    }

    /// Waits for the calls that still run. A server that stops takes no more, and is there until they are done: a client
    /// that asks is told so.
    async fn finish(mut self, end: &End) {
        let mut is_asked = matches!(end, End::Stopped);
        while !self.running.is_empty() {
            tokio::select! {
                _done = self.running.join_next() => {}
                step = self.reader.step(), if is_asked => match step {
                    Ok(Some(Event::Command(Command::Ping { context }))) => {
                        self.send(Outbound::Pong { context }).await;
                    }
                    Ok(_) => {}
                    Err(_) => is_asked = false,
                },
            }
        }
    }

    /// When something has to be done, if nothing comes before.
    fn deadline(&self) -> Instant {
        let times = &self.connection.times;
        let far = Instant::now() + Duration::from_secs(86_400);
        let idle = self.activity.last().checked_add(times.idle);
        let message = self
            .reader
            .begun()
            .and_then(|it| it.checked_add(times.message));
        let heartbeat = self.heartbeat.deadline(self.sign_of_life());
        [idle, message, heartbeat]
            .into_iter()
            .flatten()
            .fold(far, Instant::min)
    }

    /// A PING waits behind a large reply, so that a client which takes that can't answer yet, and is there.
    fn sign_of_life(&self) -> Instant {
        self.reader.heard().max(self.activity.taken())
    }

    async fn check_time(&mut self, timer: Pin<&mut Sleep>) -> Result<(), End> {
        let times = &self.connection.times;
        let now = Instant::now();
        if self.share.is_in_use() {
            self.activity.note();
        }
        let reached =
            |since: Instant, limit| since.checked_add(limit).is_some_and(|end| end <= now);
        if self
            .reader
            .begun()
            .is_some_and(|it| reached(it, times.message))
        {
            return Err(End::Overdue("its message took too long"));
        }
        if reached(self.activity.last(), times.idle) {
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

/// Some time after the signal to stop, which never comes where all is broken off.
async fn stopped(mut stopping: watch::Receiver<()>) {
    if stopping.changed().await.is_err() {
        pending().await
    }
    sleep(GRACE).await;
}

//! [`Line`]: one end of a stream over NATS, and how its messages go back and forth.
//!
//! A stream has a session of its own at both ends. The client says that it can take one by a header of the call. From then on,
//! each message has a number, so that one that is lost is noticed: NATS drops messages where a connection breaks, or where a
//! subscriber is too slow. Each end sends an empty message when it has said nothing for a while, so that the other knows that it is
//! still there.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use async_nats::{Client, HeaderMap, Message, PublishErrorKind, StatusCode, Subject};
use bytes::Bytes;
use rpc_core::session::Session;
#[cfg(feature = "server")]
use rpc_core::{ErrorKind, ErrorObject, code, wire};
use tokio::time::{Instant, sleep_until, timeout};

use crate::defaults::{BREAK_OFF_TIMEOUT, LONGEST_BEAT, MISSED_BEATS, SHORTEST_BEAT};
use crate::lines::Entered;
use crate::subject::numbered;

/// How an end of a stream has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Everything has been said.
    Done,
    /// NATS says that the other end takes nothing any more.
    Gone,
    /// A message of the other end is lost.
    Gap,
    /// The other end has said nothing for too long.
    Silent,
    /// This end's connection to NATS has been lost or closed.
    Closed,
    /// NATS does not take a message of this end.
    Unsendable,
}

/// Where the messages of one end go to.
#[derive(Debug)]
pub(crate) enum Way {
    /// From a worker to the client's reply subject. Their own reply subject is this one, a dot, and their number.
    #[cfg(feature = "server")]
    ToClient {
        to: Subject,
        back: Subject,
        /// The call that has opened the stream.
        call: Bytes,
    },
    /// From a client to this subject, a dot, and their number. NATS says at `back` that the worker has gone.
    #[cfg(feature = "client")]
    ToWorker { to: String, back: Subject },
}

/// One end of a stream.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) nats: Client,
    pub(crate) way: Way,
    /// The number of the last message of this end.
    pub(crate) sent: u64,
    /// The number of the last message of the other end.
    pub(crate) received: u64,
    /// How long this end says nothing at most.
    pub(crate) beat: Duration,
    /// How long the other end says nothing at most.
    pub(crate) their_beat: Duration,
    /// Headers of the messages before the other end has said anything. Should the first one be lost, the others are known by them.
    pub(crate) headers: Option<HeaderMap>,
}

impl Line {
    /// Carries the messages of a session until nothing is under way any more. When `stop` completes, streams end with an
    /// error that says so. When `over` does, nobody wants the stream any more, or it can't go on.
    pub(crate) async fn run(
        mut self,
        session: &mut Session,
        incoming: &mut Entered,
        stop: impl Future<Output = ()>,
        over: impl Future<Output = ()>,
    ) -> Ended {
        let ended = self.carry(session, incoming, stop, over).await;
        if matches!(ended, Ended::Gap | Ended::Silent | Ended::Closed) {
            let _sent = timeout(BREAK_OFF_TIMEOUT, self.break_off()).await;
        }
        ended
    }

    async fn carry(
        &mut self,
        session: &mut Session,
        incoming: &mut Entered,
        stop: impl Future<Output = ()>,
        over: impl Future<Output = ()>,
    ) -> Ended {
        let (mut stop, mut over) = (pin!(stop), pin!(over));
        let mut is_stopped = false;
        let mut outgoing = VecDeque::new();
        // A client says at once that it reads.
        let mut beats_at = match self.way {
            #[cfg(feature = "server")]
            Way::ToClient { .. } => Instant::now() + self.beat,
            #[cfg(feature = "client")]
            Way::ToWorker { .. } => Instant::now(),
        };
        let mut silent_at = self.silent_at();
        while !session.is_idle() {
            let is_read = wants_to_read(session).await;
            let beat = tokio::select! {
                // A stream that never waits does not keep its own cancellation from being read.
                biased;
                () = &mut over => return Ended::Closed,
                () = &mut stop, if !is_stopped => {
                    is_stopped = true;
                    session.stop();
                    continue;
                }
                message = incoming.next(), if is_read => {
                    silent_at = self.silent_at();
                    let received = match message {
                        Some(message) => self.receive(message, session).await,
                        None if incoming.is_closed() => Err(Ended::Closed),
                        // More came than there was room for.
                        None => Err(Ended::Gap),
                    };
                    match received {
                        Ok(()) => continue,
                        Err(ended) => return ended,
                    }
                }
                () = poll_fn(|task| match session.poll_outgoing(task, &mut outgoing) {
                    Poll::Pending if !is_read && session.wants_to_read(task) => Poll::Ready(()),
                    polled => polled,
                }) => None,
                () = sleep_until(beats_at) => Some(Bytes::new()),
                // While nothing is read, silence means nothing.
                () = sleep_until(silent_at), if is_read => return Ended::Silent,
            };
            for message in outgoing.drain(..).chain(beat) {
                let sent = tokio::select! {
                    biased;
                    // A connection that takes nothing may never take it.
                    () = &mut over => Err(Ended::Closed),
                    sent = self.send(message) => sent,
                };
                if let Err(ended) = sent {
                    return ended;
                }
                beats_at = Instant::now() + self.beat;
            }
        }
        Ended::Done
    }

    fn silent_at(&self) -> Instant {
        Instant::now() + self.their_beat * MISSED_BEATS
    }

    /// Takes a message of the other end.
    pub(crate) async fn receive(
        &mut self,
        message: Message,
        session: &mut Session,
    ) -> Result<(), Ended> {
        match message.status {
            None => {}
            Some(StatusCode::NO_RESPONDERS) => return Err(Ended::Gone),
            Some(_) => return Ok(()),
        }
        match self.number_of(&message) {
            Some(number) if number == self.received + 1 => self.received = number,
            // It came before.
            Some(number) if number <= self.received => return Ok(()),
            _ => return Err(Ended::Gap),
        }
        // The other end need not be told any more that this is a stream.
        self.headers = None;
        if message.payload.is_empty() {
            return Ok(());
        }
        match self.way {
            // A client may call other methods only where its permissions are checked.
            #[cfg(feature = "server")]
            Way::ToClient { .. } => session.receive_control(&message.payload),
            #[cfg(feature = "client")]
            Way::ToWorker { .. } => {
                // A copy, since an item that waits would keep everything else that was read with it.
                let message = Bytes::copy_from_slice(&message.payload);
                poll_fn(|task| {
                    session.receive(message.clone(), task);
                    Poll::Ready(())
                })
                .await;
            }
        }
        Ok(())
    }

    fn number_of(&self, message: &Message) -> Option<u64> {
        let subject = match &self.way {
            #[cfg(feature = "server")]
            Way::ToClient { .. } => &message.subject,
            #[cfg(feature = "client")]
            Way::ToWorker { .. } => message.reply.as_ref()?,
        };
        subject.rsplit('.').next()?.parse().ok()
    }

    /// Sends a message of this end.
    async fn send(&mut self, message: Bytes) -> Result<(), Ended> {
        self.sent += 1;
        let (to, back) = match &self.way {
            #[cfg(feature = "server")]
            Way::ToClient { to, back, .. } => (to.clone(), numbered(back, self.sent)),
            #[cfg(feature = "client")]
            Way::ToWorker { to, back } => (numbered(to, self.sent), back.clone()),
        };
        let published = match self.headers.clone() {
            None => self.nats.publish_with_reply(to, back, message).await,
            Some(headers) => {
                self.nats
                    .publish_with_reply_and_headers(to, back, headers, message)
                    .await
            }
        };
        let Err(error) = published else {
            return Ok(());
        };
        tracing::debug!(%error, "a message of a stream was not sent");
        if error.kind() == PublishErrorKind::MaxPayloadExceeded {
            self.end_with_too_large().await;
        }
        Err(Ended::Unsendable)
    }

    /// Lets the other end know that it is over, by leaving a number out.
    async fn break_off(&mut self) {
        self.sent += 1;
        let _ended_anyway = self.send(Bytes::new()).await;
    }

    /// Ends the stream in place of an item that is too large.
    #[cfg_attr(not(feature = "server"), expect(clippy::unused_async))]
    async fn end_with_too_large(&mut self) {
        match &self.way {
            #[cfg(feature = "server")]
            Way::ToClient { to, back, call } => {
                let limit = self.nats.max_payload();
                let text = format!("an item is longer than {limit} bytes");
                let error =
                    ErrorObject::new(code::REPLY_TOO_LARGE, text).with_kind(ErrorKind::Internal);
                let end = wire::refusal(call, &error).unwrap_or_default();
                // The item has not been sent, so its number is still free.
                let back = numbered(back, self.sent);
                let sent = self.nats.publish_with_reply(to.clone(), back, end.into());
                if let Err(error) = sent.await {
                    tracing::debug!(%error, "the end of a stream was not sent");
                }
            }
            #[cfg(feature = "client")]
            Way::ToWorker { .. } => {}
        }
    }
}

async fn wants_to_read(session: &mut Session) -> bool {
    poll_fn(|task| {
        // Exclusively, since a shared reference could not be held by the task of a stream.
        let session: &mut Session = session;
        Poll::Ready(session.wants_to_read(task))
    })
    .await
}

/// The value of a header that says how often its sender says something.
pub(crate) fn beat_text(beat: Duration) -> String {
    beat.as_millis().to_string()
}

/// Reads it; `None` if it says nothing that makes sense.
pub(crate) fn read_beat(text: &str) -> Option<Duration> {
    let beat = Duration::from_millis(text.parse().ok()?);
    Some(beat.clamp(SHORTEST_BEAT, LONGEST_BEAT))
}

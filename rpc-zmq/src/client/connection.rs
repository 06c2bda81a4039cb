//! [`Connection`]: messages out, replies in.

use std::collections::VecDeque;
use std::io;
use std::pin::pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use rpc_core::TransportError;
use rpc_tokio::client::{Ended, Outgoing, PendingCalls, Request};
use rpc_tokio::{ReadHalf, WriteHalf};
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, sleep_until, timeout};

use super::error::ZmqError;
use crate::envelope::Envelope;
use crate::heartbeat::{Beat, Heartbeat};
use crate::reader::Reader;
use crate::zmtp::{self, Command, Event, Greeting};

/// When this many bytes wait to be written, no more messages are taken from the queue.
const FULL: usize = 64 * 1024;

/// A connection whose handshake is done.
pub(super) struct Connection {
    reader: Reader<ReadHalf>,
    write: WriteHalf,
    heartbeat: Heartbeat,
    out: BytesMut,
    /// How many bytes have been written.
    written: u64,
    /// The notifications in `out`. Each has been written, and is done, after this many bytes.
    notifications: VecDeque<(u64, u32)>,
    /// Whether the peer has said anything since the handshake.
    heard: bool,
    /// The system has not accepted all that it was given, because the peer is not reading.
    is_full: bool,
    /// When the peer last read something that the system had buffered.
    taken: Instant,
}

impl Connection {
    pub(super) fn new(
        reader: Reader<ReadHalf>,
        write: WriteHalf,
        greeting: Greeting,
        heartbeat: Duration,
    ) -> Self {
        Connection {
            reader,
            write,
            heartbeat: Heartbeat::new(heartbeat, greeting),
            out: BytesMut::new(),
            written: 0,
            notifications: VecDeque::new(),
            heard: false,
            is_full: false,
            taken: Instant::now(),
        }
    }

    /// Sends what is outgoing, and hands out the replies.
    pub(super) async fn run(
        mut self,
        outgoing: &mut Outgoing<u32>,
        max_reply: usize,
        close_timeout: Duration,
    ) -> Ended<ZmqError> {
        match self.try_run(outgoing, max_reply, close_timeout).await {
            Ok(()) => Ended::Finished,
            Err(cause) => Ended::Lost {
                cause,
                heard: self.heard,
            },
        }
    }

    async fn try_run(
        &mut self,
        outgoing: &mut Outgoing<u32>,
        max_reply: usize,
        close_timeout: Duration,
    ) -> Result<(), ZmqError> {
        let pending = outgoing.pending().clone();
        self.send_all(outgoing);
        let mut timer = pin!(sleep_until(self.deadline()));
        loop {
            tokio::select! {
                request = outgoing.recv(), if self.out.len() < FULL => match request {
                    None => break,
                    Some(request) => {
                        self.send(request);
                        self.send_all(outgoing);
                    }
                },
                written = self.write.write_buf(&mut self.out), if !self.out.is_empty() => {
                    match written? {
                        0 => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                        length => self.written(length, &pending),
                    }
                }
                event = self.reader.next() => {
                    let event = event?;
                    self.heard = true;
                    self.take(event, &pending, max_reply);
                }
                () = &mut timer => {
                    match self.heartbeat.check(self.sign_of_life(), Instant::now()) {
                        Beat::Wait => {}
                        Beat::Ask => zmtp::write_ping(&mut self.out),
                        Beat::GiveUp => return Err(ZmqError::Silent),
                    }
                    timer.as_mut().reset(self.deadline());
                }
            }
        }
        let _in_time = timeout(close_timeout, self.close()).await;
        Ok(())
    }

    /// Writes what is left, and reads to the end. If it were closed with replies unread, the connection would be reset, and
    /// what is still on its way would be lost.
    async fn close(&mut self) -> Result<(), ZmqError> {
        self.write.write_all_buf(&mut self.out).await?;
        self.write.shutdown().await?;
        loop {
            self.reader.step().await?;
        }
    }

    /// Takes messages, as long as there are any and more may wait to be written.
    fn send_all(&mut self, outgoing: &mut Outgoing<u32>) {
        while self.out.len() < FULL
            && let Some(request) = outgoing.try_recv()
        {
            self.send(request);
        }
    }

    /// REP and ROUTER sockets send the envelope back as it came. So the number in it says which call a reply is for, and
    /// nothing has to be read in the body.
    fn send(&mut self, request: Request<u32>) {
        zmtp::write_more(&mut self.out, &request.key.to_be_bytes());
        zmtp::write_more(&mut self.out, b"");
        zmtp::write_last(&mut self.out, &request.message.body);
        if !request.message.expects_reply {
            let end = self.written + self.out.len() as u64;
            self.notifications.push_back((end, request.key));
        }
    }

    fn written(&mut self, length: usize, pending: &PendingCalls<u32>) {
        self.written += length as u64;
        // Bytes that find room at once are not a sign of life: the system accepts some even if the peer has gone.
        if self.is_full {
            self.taken = Instant::now();
        }
        self.is_full = !self.out.is_empty();
        while let Some(&(end, number)) = self.notifications.front()
            && end <= self.written
        {
            self.notifications.pop_front();
            pending.answer(&number, Ok(Bytes::new()));
        }
        // A large message's room is not kept for small ones.
        if self.out.is_empty() && self.out.capacity() > 2 * FULL {
            self.out = BytesMut::new();
        }
    }

    fn take(&mut self, event: Event, pending: &PendingCalls<u32>, max_reply: usize) {
        match event {
            Event::Message(frames) => hand_out(frames, pending, max_reply),
            Event::Oversized(frames) => {
                if let Some(number) = number(&frames) {
                    pending.answer(&number, Err(too_large(max_reply)));
                }
            }
            Event::Command(Command::Ping { context }) => {
                // A server that asks faster than it reads the answers gets no more of them.
                if self.out.len() < FULL {
                    zmtp::write_pong(&mut self.out, &context);
                }
            }
            Event::Command(_) | Event::Greeting(_) => {}
        }
    }

    /// A PING waits behind a long message. A peer that is still reading the message can't answer yet, but is alive.
    fn sign_of_life(&self) -> Instant {
        self.reader.heard().max(self.taken)
    }

    fn deadline(&self) -> Instant {
        let deadline = self.heartbeat.deadline(self.sign_of_life());
        deadline.unwrap_or_else(|| Instant::now() + Duration::from_secs(86_400))
    }
}

/// Hands a call its reply. The empty reply to a notification finds no call, since the notification is done by then. Nor does
/// the reply to a call that was given up.
fn hand_out(frames: Vec<Bytes>, pending: &PendingCalls<u32>, max_reply: usize) {
    let (envelope, body) = Envelope::split(frames);
    let Some(number) = number(envelope.frames()) else {
        return tracing::debug!("a reply without a number");
    };
    let mut body = body.into_iter();
    let answer = match (body.next().unwrap_or_default(), body.next()) {
        (body, None) if body.len() > max_reply => Err(too_large(max_reply)),
        (body, None) => Ok(body),
        (_, Some(_)) => Err(failure(ZmqError::SeveralFrames)),
    };
    pending.answer(&number, answer);
}

fn number(frames: &[Bytes]) -> Option<u32> {
    let number = frames.first()?.first_chunk()?;
    Some(u32::from_be_bytes(*number)).filter(|_| frames[0].len() == 4)
}

fn too_large(limit: usize) -> TransportError {
    failure(ZmqError::ReplyTooLarge { limit })
}

fn failure(error: ZmqError) -> TransportError {
    TransportError::new("the reply can't be taken", error).with_retryable(false)
}

//! [`write_replies`]: writes what goes to one client.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::permits::MessagePermit;
use crate::zmtp;

/// A body of at least this size is written by itself, rather than copied to others.
const LARGE: usize = 16 * 1024;

/// How many small replies are written at once.
const AT_ONCE: usize = 64;

/// What is to be sent to a client.
#[derive(Debug)]
pub(super) enum Outbound {
    Reply {
        /// The envelope, as it is written.
        head: BytesMut,
        body: Vec<u8>,
        permit: MessagePermit,
    },
    Ping,
    Pong {
        context: Bytes,
    },
}

/// When a connection was last in use, and when its client last read something.
#[derive(Debug)]
pub(super) struct Activity {
    start: Instant,
    /// In milliseconds from the start, as the next one.
    used: AtomicU64,
    taken: AtomicU64,
}

impl Activity {
    pub(super) fn new() -> Self {
        Activity {
            start: Instant::now(),
            used: AtomicU64::new(0),
            taken: AtomicU64::new(0),
        }
    }

    /// Notes that the connection is in use.
    pub(super) fn note(&self) {
        self.note_in(&self.used);
    }

    pub(super) fn last(&self) -> Instant {
        self.read(&self.used)
    }

    /// When the client last read something that the system had buffered.
    pub(super) fn taken(&self) -> Instant {
        self.read(&self.taken)
    }

    fn note_in(&self, milliseconds: &AtomicU64) {
        let now = self.start.elapsed().as_millis() as u64;
        milliseconds.store(now, Ordering::Relaxed);
    }

    fn read(&self, milliseconds: &AtomicU64) -> Instant {
        self.start + Duration::from_millis(milliseconds.load(Ordering::Relaxed))
    }
}

/// Writes what there is to be sent, until nobody can add anything.
pub(super) async fn write_replies<W: AsyncWrite + Unpin>(
    io: &mut W,
    mut outbox: mpsc::Receiver<Outbound>,
    limit: Duration,
    activity: &Activity,
) -> io::Result<()> {
    let mut writer = Writer {
        io,
        out: BytesMut::new(),
        limit,
        activity,
        is_full: false,
    };
    let mut outbound = Vec::with_capacity(AT_ONCE);
    // A message's permit is given back when its reply has been written.
    let mut permits = Vec::with_capacity(AT_ONCE);
    while outbox.recv_many(&mut outbound, AT_ONCE).await > 0 {
        for outbound in outbound.drain(..) {
            permits.extend(writer.take(outbound).await?);
        }
        writer.flush().await?;
        permits.clear();
    }
    Ok(())
}

struct Writer<'a, W> {
    io: &'a mut W,
    out: BytesMut,
    /// How long the peer may read nothing.
    limit: Duration,
    activity: &'a Activity,
    /// The system has not accepted all that it was given, because the peer is not reading.
    is_full: bool,
}

impl<W: AsyncWrite + Unpin> Writer<'_, W> {
    /// Writes large replies at once, and the others with the next flush. A permit that is returned is needed until then.
    async fn take(&mut self, outbound: Outbound) -> io::Result<Option<MessagePermit>> {
        match outbound {
            Outbound::Ping => zmtp::write_ping(&mut self.out),
            Outbound::Pong { context } => zmtp::write_pong(&mut self.out, &context),
            Outbound::Reply { head, body, permit } => {
                self.activity.note();
                self.out.extend_from_slice(&head);
                if body.len() < LARGE && self.out.len() < LARGE {
                    zmtp::write_last(&mut self.out, &body);
                    return Ok(Some(permit));
                }
                zmtp::write_header_of_last(&mut self.out, body.len());
                self.flush().await?;
                self.write(&body).await?;
                self.activity.note();
            }
        }
        Ok(None)
    }

    async fn flush(&mut self) -> io::Result<()> {
        let out = std::mem::take(&mut self.out);
        self.write(&out).await?;
        // The memory of a large envelope is not kept for small ones.
        if out.capacity() <= 4 * LARGE {
            self.out = out;
            self.out.clear();
        }
        Ok(())
    }

    async fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = match timeout(self.limit, self.io.write(bytes)).await {
                Ok(written) => written?,
                Err(_elapsed) => return Err(io::ErrorKind::TimedOut.into()),
            };
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            bytes = &bytes[written..];
            // Bytes that find room at once are not a sign of life: the system accepts some even if the client has gone.
            if self.is_full {
                self.activity.note_in(&self.activity.taken);
            }
            self.is_full = !bytes.is_empty();
        }
        Ok(())
    }
}

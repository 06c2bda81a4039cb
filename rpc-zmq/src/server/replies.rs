//! [`write_replies`]: what goes to one client.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::calls::Place;
use crate::envelope::Envelope;
use crate::zmtp;

/// From which size on a body is written by itself, and not copied to others.
const LARGE: usize = 16 * 1024;

/// How many replies are written at once, if they are small.
const AT_ONCE: usize = 64;

/// What is to be sent to a client.
#[derive(Debug)]
pub(super) enum Outbound {
    Reply {
        envelope: Envelope,
        body: Vec<u8>,
        place: Place,
    },
    Ping,
    Pong {
        context: Bytes,
    },
}

/// When a connection was of use last.
#[derive(Debug)]
pub(super) struct Activity {
    start: Instant,
    milliseconds: AtomicU64,
}

impl Activity {
    pub(super) fn new() -> Self {
        Activity {
            start: Instant::now(),
            milliseconds: AtomicU64::new(0),
        }
    }

    pub(super) fn note(&self) {
        let milliseconds = self.start.elapsed().as_millis() as u64;
        self.milliseconds.store(milliseconds, Ordering::Relaxed);
    }

    pub(super) fn last(&self) -> Instant {
        self.start + Duration::from_millis(self.milliseconds.load(Ordering::Relaxed))
    }
}

/// Writes what there is to be sent, until there can't be any more.
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
    };
    let mut outbound = Vec::with_capacity(AT_ONCE);
    // Only when a reply has been written is there room for another message.
    let mut places = Vec::with_capacity(AT_ONCE);
    while outbox.recv_many(&mut outbound, AT_ONCE).await > 0 {
        for outbound in outbound.drain(..) {
            places.extend(writer.take(outbound).await?);
        }
        writer.flush().await?;
        places.clear();
    }
    Ok(())
}

struct Writer<'a, W> {
    io: &'a mut W,
    out: BytesMut,
    /// How long the peer may take nothing.
    limit: Duration,
    activity: &'a Activity,
}

impl<W: AsyncWrite + Unpin> Writer<'_, W> {
    /// Writes now what is large, and the rest with the next flush. A place that is returned is needed until then.
    async fn take(&mut self, outbound: Outbound) -> io::Result<Option<Place>> {
        match outbound {
            Outbound::Ping => zmtp::write_ping(&mut self.out),
            Outbound::Pong { context } => zmtp::write_pong(&mut self.out, &context),
            Outbound::Reply {
                envelope,
                body,
                place,
            } => {
                self.activity.note();
                envelope.write(&mut self.out);
                if body.len() < LARGE && self.out.len() < LARGE {
                    zmtp::write_last(&mut self.out, &body);
                    return Ok(Some(place));
                }
                zmtp::write_header_of_last(&mut self.out, body.len());
                self.flush().await?;
                write_all(self.io, &body, self.limit).await?;
                self.activity.note();
            }
        }
        Ok(None)
    }

    async fn flush(&mut self) -> io::Result<()> {
        write_all(self.io, &self.out, self.limit).await?;
        self.out.clear();
        Ok(())
    }
}

async fn write_all<W: AsyncWrite + Unpin>(
    io: &mut W,
    mut bytes: &[u8],
    limit: Duration,
) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = match timeout(limit, io.write(bytes)).await {
            Ok(written) => written?,
            Err(_elapsed) => return Err(io::ErrorKind::TimedOut.into()),
        };
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = &bytes[written..];
    }
    Ok(())
}

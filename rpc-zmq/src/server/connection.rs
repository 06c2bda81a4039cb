//! [`Connection`]: one client, from its handshake to its end.

use std::io;
use std::pin::pin;
use std::sync::Arc;

use rpc_core::{Excerpt, Service};
use rpc_tokio::server::{ConnectionJobs, Peer, Stopping, linger};
use rpc_tokio::{ReadHalf, Stream, WriteHalf};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::calls::Calls;
use super::inbox::{End, Inbox};
use super::permits::ConnectionPermits;
use super::replies::{Activity, write_replies};
use super::timeouts::Timeouts;
use crate::handshake::{HandshakeError, ROUTER, shake_hands};
use crate::heartbeat::Heartbeat;
use crate::reader::{ReadError, Reader};
use crate::zmtp::{Decoder, Greeting, Violation};

/// How many replies wait to be written. Further ones wait with their calls.
const OUTBOX: usize = 64;

/// All that a connection needs.
pub(super) struct Connection<S> {
    pub(super) calls: Arc<Calls<S>>,
    pub(super) peer: Peer,
    pub(super) max_message: usize,
    pub(super) timeouts: Timeouts,
    pub(super) stopping: Stopping,
}

impl<S: Service> Connection<S> {
    pub(super) async fn serve(self, stream: Stream) {
        if let Err(error) = stream.keep_alive(self.timeouts.heartbeat) {
            let error = Excerpt::for_log(error);
            return tracing::debug!(peer = %self.peer, %error, "no connection");
        }
        let (read, mut write) = stream.into_split();
        let mut reader = Reader::new(read, Decoder::new(self.max_message));
        let handshake = shake_hands(&ROUTER, &mut reader, &mut write);
        let shaken = tokio::select! {
            shaken = timeout(self.timeouts.handshake, handshake) => shaken,
            () = self.stopping.clone().grace_is_over() => return,
        };
        match shaken {
            Ok(Ok(greeting)) => self.exchange(greeting, reader, write).await,
            // ZeroMQ's sockets report this only to their monitor, so the client may wait in vain.
            Ok(Err(HandshakeError::Read(ReadError::Violation(
                violation @ Violation::Mechanism { .. },
            )))) => {
                let violation = Excerpt::for_log(violation);
                tracing::warn!(peer = %self.peer, %violation, "no connection");
            }
            Ok(Err(error)) => {
                let error = Excerpt::for_log(error);
                tracing::debug!(peer = %self.peer, %error, "no connection");
            }
            Err(_elapsed) => tracing::debug!(peer = %self.peer, "no handshake in time"),
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
            linger(&mut reader.into_inner()).await;
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
        let jobs = ConnectionJobs::current();
        let (replies, outbox) = mpsc::channel(OUTBOX);
        let mut inbox = Inbox {
            calls: &self.calls,
            peer: self.peer,
            timeouts: self.timeouts,
            stopping: &self.stopping,
            reader,
            heartbeat: Heartbeat::new(self.timeouts.heartbeat, greeting),
            activity: &activity,
            permits: ConnectionPermits::new(
                self.calls.max_per_connection,
                &self.calls.in_flight,
                self.max_message,
            ),
            running: JoinSet::new(),
            jobs: jobs.clone(),
            replies,
            told: Instant::now(),
        };
        let mut writing = pin!(write_replies(write, outbox, self.timeouts.write, &activity));
        let (end, written) = {
            let mut reading = pin!(inbox.read());
            tokio::select! {
                end = &mut reading => (end, None),
                written = &mut writing => match &written {
                    Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                        (End::Unwritable, Some(written))
                    }
                    // A client that has gone may have sent notifications before. They are still read.
                    _ => {
                        jobs.client_has_gone();
                        (reading.await, Some(written))
                    }
                },
            }
        };
        if !matches!(end, End::Stopped) {
            jobs.client_has_gone();
        }
        // Writing ends when the inbox is gone and all calls are done.
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
            // Otherwise nobody may ever learn why the sender waits in vain.
            End::Read(ReadError::Violation(violation @ Violation::MessageTooLong { .. })) => {
                let violation = Excerpt::for_log(violation);
                tracing::warn!(%peer, %violation, "a client was disconnected");
            }
            End::Read(error) => {
                let error = Excerpt::for_log(error);
                tracing::debug!(%peer, %error, "a connection ended early");
            }
            End::Overdue(what) => tracing::debug!(%peer, what, "a client was disconnected"),
            End::Unwritable => {}
        }
        if let Err(error) = written {
            let error = Excerpt::for_log(error);
            tracing::debug!(%peer, %error, "replies could not be written");
        }
    }
}

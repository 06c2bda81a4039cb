//! [`Driver`]: the task that connects, and connects again.

use std::sync::Arc;
use std::time::Duration;

use rpc_core::TransportError;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::pump::{Connection, Pumped};
use super::{Common, Request, ZmqError};
use crate::Address;
use crate::handshake::{DEALER, shake_hands};
use crate::reader::Reader;
use crate::stream::Stream;
use crate::zmtp::Decoder;

/// The first pause before an attempt to connect.
const FIRST_BACKOFF: Duration = Duration::from_millis(50);

/// Room for the envelope of a reply beside its body.
const ENVELOPE: usize = 256;

/// The task that connects, and connects again, as long as there are calls.
pub(super) struct Driver {
    pub(super) common: Arc<Common>,
    pub(super) requests: mpsc::UnboundedReceiver<Request>,
    /// The first that has not been sent.
    pub(super) next: Option<Request>,
    backoff: Duration,
}

impl Driver {
    pub(super) fn new(common: Arc<Common>, requests: mpsc::UnboundedReceiver<Request>) -> Self {
        Driver {
            common,
            requests,
            next: None,
            backoff: FIRST_BACKOFF,
        }
    }

    /// Ends when there are no more clients.
    pub(super) async fn run(mut self) {
        while self.is_wanted().await {
            match self.connect().await {
                Ok(connection) => {
                    *self.common.failure() = None;
                    match connection.pump(&mut self).await {
                        Pumped::Finished => return,
                        Pumped::Lost { cause, heard } => self.lost(cause, heard),
                    }
                }
                Err(error) => {
                    tracing::debug!(address = %self.common.address, %error, "could not connect");
                    *self.common.failure() = Some(Arc::new(error));
                }
            }
            self.pause().await;
        }
    }

    /// Waits until there is a message to be sent. False: there will be none.
    async fn is_wanted(&mut self) -> bool {
        loop {
            if let Some(request) = &self.next
                && self.common.waiting.contains(request.number)
            {
                return true;
            }
            self.next = self.requests.recv().await;
            if self.next.is_none() {
                return false;
            }
        }
    }

    async fn connect(&self) -> Result<Connection, ZmqError> {
        let settings = &self.common.settings;
        let connecting = async {
            let stream = open(&self.common.address).await?;
            let (read, mut write) = stream.split(settings.heartbeat)?;
            let longest = settings.max_reply.saturating_add(ENVELOPE);
            let mut reader = Reader::new(read, Decoder::passing_over(longest));
            let greeting = shake_hands(&DEALER, &mut reader, &mut write).await?;
            Ok(Connection::new(reader, write, greeting, settings.heartbeat))
        };
        match timeout(settings.connect_timeout, connecting).await {
            Ok(connected) => connected,
            Err(_elapsed) => Err(ZmqError::ConnectTimeout),
        }
    }

    /// What was sent may have run, so it is not sent again.
    fn lost(&mut self, cause: ZmqError, heard: bool) {
        tracing::debug!(address = %self.common.address, error = %cause, "the connection was lost");
        self.common.waiting.lose(&Arc::new(cause));
        if heard {
            self.backoff = FIRST_BACKOFF;
        }
    }

    async fn pause(&mut self) {
        let most = self.backoff.min(self.common.settings.max_backoff);
        self.backoff = most.saturating_mul(2);
        sleep(most.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
    }
}

/// A runtime that ends drops the driver, and there may be calls from other runtimes that wait.
impl Drop for Driver {
    fn drop(&mut self) {
        let ended = Arc::new(ZmqError::Ended);
        // First: from when the queue is closed on, there may be another driver, whose calls are not lost.
        self.common.waiting.lose(&ended);
        self.requests.close();
        let next = self.next.take();
        let queued = std::iter::from_fn(|| self.requests.try_recv().ok());
        for request in next.into_iter().chain(queued) {
            let cause = ZmqError::NotConnected(Arc::clone(&ended));
            let error = TransportError::new("nothing was sent", cause);
            self.common.waiting.answer(request.number, Err(error));
        }
    }
}

async fn open(address: &Address) -> Result<Stream, ZmqError> {
    match address {
        Address::Tcp { host, port } => {
            let stream = TcpStream::connect(format!("{host}:{port}")).await?;
            Ok(Stream::Tcp(stream))
        }
        #[cfg(unix)]
        Address::Ipc { path } => {
            let stream = tokio::net::UnixStream::connect(path).await?;
            Ok(Stream::Ipc(stream))
        }
        #[cfg(not(unix))]
        Address::Ipc { .. } => Err(crate::stream::no_ipc().into()),
    }
}

//! [`Driver`]: the task that connects for a [`Channel`](super::Channel), and connects again.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;

use rpc_core::{TransportError, TransportRequest};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::channel::Shared;
use super::{Backoff, PendingCall, PendingCalls};
use crate::permits::Permit;

/// What a transport adds to a [`Channel`](super::Channel): how to connect, and what goes over a connection.
pub trait Protocol: Send + Sync + 'static {
    /// By which a reply is matched to its call.
    type Key: Clone + Eq + Hash + Send + Sync + 'static;
    /// A connection that is ready for messages.
    type Connection: Send;
    /// What can be wrong with a connection. It is the source of the transport errors.
    type Error: Error + From<ChannelError<Self::Error>> + Send + Sync + 'static;

    /// The server's address, for the log and for errors. It has no secrets in it.
    fn address(&self) -> String;

    /// Enters a call, under the key by which its reply will be known.
    ///
    /// # Errors
    ///
    /// The protocol can't carry this message. It is not sent.
    fn enter(
        &self,
        pending: &PendingCalls<Self::Key>,
        message: &TransportRequest,
    ) -> Result<PendingCall<Self::Key>, TransportError>;

    /// Connects once. The channel bounds the time.
    fn connect(&self) -> impl Future<Output = Result<Self::Connection, Self::Error>> + Send;

    /// Sends what is outgoing, and hands replies to the pending calls, until the connection ends.
    fn run(
        &self,
        connection: Self::Connection,
        outgoing: &mut Outgoing<Self::Key>,
    ) -> impl Future<Output = Ended<Self::Error>> + Send;
}

/// How a connection ended.
#[derive(Debug)]
pub enum Ended<E> {
    /// There are no more clients, and everything is written.
    Finished,
    /// The connection was lost.
    Lost {
        /// Why.
        cause: E,
        /// Whether the server said anything after the handshake. If so, the back-off starts again.
        heard: bool,
    },
}

/// What can be wrong with a channel's connection, whatever the protocol.
#[derive(Debug)]
pub enum ChannelError<E> {
    /// There was no connection, for this reason. The message was not sent.
    NotConnected(Arc<E>),
    /// The connection was lost after the message had been sent. The method may have run.
    Lost(Arc<E>),
    /// Connecting took too long.
    ConnectTimeout,
    /// The runtime that the connection belonged to has ended.
    RuntimeEnded,
}

impl<E> fmt::Display for ChannelError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChannelError::NotConnected(_) => f.write_str("not connected"),
            ChannelError::Lost(_) => f.write_str("the connection was lost"),
            ChannelError::ConnectTimeout => f.write_str("connecting took too long"),
            ChannelError::RuntimeEnded => f.write_str("the runtime of the connection has ended"),
        }
    }
}

impl<E: Error + 'static> Error for ChannelError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ChannelError::NotConnected(cause) | ChannelError::Lost(cause) => Some(&**cause),
            ChannelError::ConnectTimeout | ChannelError::RuntimeEnded => None,
        }
    }
}

/// A message that is to be sent.
pub struct Request<K> {
    /// By which its reply is matched.
    pub key: K,
    /// The message.
    pub message: TransportRequest,
    /// Given back when it has been sent and answered.
    pub(super) _permit: Arc<Permit>,
}

impl<K: fmt::Debug> fmt::Debug for Request<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("key", &self.key)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

/// The messages that are to be sent, in order, and the calls that wait.
pub struct Outgoing<K> {
    pub(super) requests: mpsc::UnboundedReceiver<Request<K>>,
    /// The first that has not been sent.
    next: Option<Request<K>>,
    pending: PendingCalls<K>,
}

impl<K: Clone + Eq + Hash> Outgoing<K> {
    /// The next message, which is about to be sent. Messages of calls that were given up are left out. `None` when there are
    /// no more clients.
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn recv(&mut self) -> Option<Request<K>> {
        loop {
            let request = match self.next.take() {
                Some(request) => request,
                None => self.requests.recv().await?,
            };
            if self.pending.begin(&request.key) {
                return Some(request);
            }
        }
    }

    /// The same, if there is one now.
    pub fn try_recv(&mut self) -> Option<Request<K>> {
        loop {
            let next = self.next.take();
            let request = next.or_else(|| self.requests.try_recv().ok())?;
            if self.pending.begin(&request.key) {
                return Some(request);
            }
        }
    }

    /// The calls that wait for their replies.
    pub fn pending(&self) -> &PendingCalls<K> {
        &self.pending
    }

    /// Waits until there is a message to be sent. False if there will be none.
    async fn is_wanted(&mut self) -> bool {
        loop {
            if let Some(request) = &self.next
                && self.pending.contains(&request.key)
            {
                return true;
            }
            self.next = self.requests.recv().await;
            if self.next.is_none() {
                return false;
            }
        }
    }
}

impl<K> fmt::Debug for Outgoing<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").finish_non_exhaustive()
    }
}

/// The task that connects, and connects again, as long as there are calls.
pub(super) struct Driver<P: Protocol> {
    shared: Arc<Shared<P>>,
    outgoing: Outgoing<P::Key>,
    backoff: Backoff,
}

impl<P: Protocol> Driver<P> {
    pub(super) fn new(
        shared: Arc<Shared<P>>,
        requests: mpsc::UnboundedReceiver<Request<P::Key>>,
    ) -> Self {
        Driver {
            backoff: Backoff::new(shared.settings.max_backoff),
            outgoing: Outgoing {
                requests,
                next: None,
                pending: shared.pending.clone(),
            },
            shared,
        }
    }

    /// Ends when there are no more clients.
    pub(super) async fn run(mut self) {
        while self.outgoing.is_wanted().await {
            match self.connect().await {
                Ok(connection) => {
                    *self.shared.failure() = None;
                    let protocol = &self.shared.protocol;
                    match protocol.run(connection, &mut self.outgoing).await {
                        Ended::Finished => return,
                        Ended::Lost { cause, heard } => self.lost(cause, heard),
                    }
                }
                Err(error) => {
                    let address = self.shared.protocol.address();
                    tracing::debug!(address, %error, "could not connect");
                    *self.shared.failure() = Some(Arc::new(error));
                }
            }
            sleep(self.backoff.next_pause()).await;
        }
    }

    async fn connect(&self) -> Result<P::Connection, P::Error> {
        let limit = self.shared.settings.connect_timeout;
        match timeout(limit, self.shared.protocol.connect()).await {
            Ok(connected) => connected,
            Err(_elapsed) => Err(ChannelError::ConnectTimeout.into()),
        }
    }

    /// What was sent may have run, so it is not sent again.
    fn lost(&mut self, cause: P::Error, heard: bool) {
        let address = self.shared.protocol.address();
        tracing::debug!(address, error = %cause, "the connection was lost");
        self.fail_sent(Arc::new(cause));
        if heard {
            self.backoff.reset();
        }
    }

    fn fail_sent(&self, cause: Arc<P::Error>) {
        let context = "the connection was lost while the call waited for its answer";
        let lost = P::Error::from(ChannelError::Lost(cause));
        let error = TransportError::new(context, lost);
        self.shared.pending.fail_sent(&error);
    }
}

/// When a runtime ends, it drops the driver. Calls of other runtimes may still wait.
impl<P: Protocol> Drop for Driver<P> {
    fn drop(&mut self) {
        let ended = Arc::new(P::Error::from(ChannelError::RuntimeEnded));
        // First: as soon as the queue is closed there may be another driver, and its calls are not lost.
        self.fail_sent(Arc::clone(&ended));
        self.outgoing.requests.close();
        let next = self.outgoing.next.take();
        let queued = std::iter::from_fn(|| self.outgoing.requests.try_recv().ok());
        for request in next.into_iter().chain(queued) {
            let cause = P::Error::from(ChannelError::NotConnected(Arc::clone(&ended)));
            let error = TransportError::new("nothing was sent", cause);
            self.shared.pending.answer(&request.key, Err(error));
        }
    }
}

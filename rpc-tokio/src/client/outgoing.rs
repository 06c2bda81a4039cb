//! [`Outgoing`]: the messages that are to be sent over a channel's connection.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use rpc_core::transport::TransportRequest;
use tokio::sync::mpsc;

use super::pending::PendingCalls;
use crate::permits::Permit;

/// A message that is to be sent.
pub struct Request<K> {
    /// The key that matches its reply.
    pub key: K,
    /// The message.
    pub message: TransportRequest,
    /// The permit, which is given back when the message has been sent and answered.
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

/// The queue of messages.
pub(super) type Queue<K> = mpsc::UnboundedSender<Request<K>>;

/// The messages that are to be sent, in order, and the calls that wait.
pub struct Outgoing<K> {
    pub(super) requests: mpsc::UnboundedReceiver<Request<K>>,
    /// The first that has not been sent.
    pub(super) next: Option<Request<K>>,
    pub(super) pending: PendingCalls<K>,
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
            if self.begin(&request) {
                return Some(request);
            }
        }
    }

    /// The same, if there is one now.
    pub fn try_recv(&mut self) -> Option<Request<K>> {
        loop {
            let next = self.next.take();
            let request = next.or_else(|| self.requests.try_recv().ok())?;
            if self.begin(&request) {
                return Some(request);
            }
        }
    }

    /// Notes that a message is about to be sent. False if its call was given up.
    fn begin(&self, request: &Request<K>) -> bool {
        let is_wanted = self.pending.begin(&request.key);
        if let Some(progress) = request.message.progress.as_ref().filter(|_| is_wanted) {
            progress.sending();
        }
        is_wanted
    }

    /// The calls that wait for their replies.
    pub fn pending(&self) -> &PendingCalls<K> {
        &self.pending
    }

    /// Waits until there is a message to be sent. False if there will be none.
    pub(super) async fn is_wanted(&mut self) -> bool {
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

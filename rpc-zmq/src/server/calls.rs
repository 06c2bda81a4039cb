//! [`Calls`]: messages are counted in, handled and answered.

use std::sync::Arc;

use bytes::Bytes;
use http::{Extensions, HeaderMap};
use rpc_core::message_log::ServerExchange;
use rpc_core::{Reply, RequestMetadata, Server, Service};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::Peer;
use super::replies::Outbound;
use crate::envelope::Envelope;

/// What all messages have in common, whichever connection they come from.
pub(super) struct Calls<S> {
    pub(super) server: Server<S>,
    /// Where messages come to, for the log.
    pub(super) endpoint: String,
    pub(super) extensions: Extensions,
    pub(super) max_per_connection: usize,
    in_flight: Arc<Semaphore>,
}

/// What one connection may take up.
#[derive(Debug)]
pub(super) struct Share {
    messages: Arc<Semaphore>,
    most: usize,
    /// Bytes of replies that wait to be written, and have no place among all messages any more.
    replies: Arc<Semaphore>,
}

/// Counts a message in, until its reply has been written, and all that it has started is done.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Among those of its connection.
    _own: Arc<OwnedSemaphorePermit>,
    /// Among those of all connections; and when it is done, among what waits to be written.
    _common: Arc<OwnedSemaphorePermit>,
    replies: Arc<Semaphore>,
}

impl Share {
    pub(super) fn new(messages: usize, reply_bytes: usize) -> Self {
        Share {
            messages: Arc::new(Semaphore::new(messages)),
            most: messages,
            replies: Arc::new(Semaphore::new(reply_bytes.min(Semaphore::MAX_PERMITS))),
        }
    }

    pub(super) fn is_in_use(&self) -> bool {
        self.messages.available_permits() < self.most
    }

    fn place(&self, own: OwnedSemaphorePermit, common: OwnedSemaphorePermit) -> Place {
        Place {
            _own: Arc::new(own),
            _common: Arc::new(common),
            replies: Arc::clone(&self.replies),
        }
    }
}

impl Place {
    /// Once a message is done, its place among all of them is for others, that a client which takes no replies may not
    /// keep it from them. What has no room among the connection's replies keeps it, so that there is a bound.
    fn of_reply(self, bytes: usize) -> Place {
        let room = u32::try_from(bytes).ok().and_then(|bytes| {
            let replies = Arc::clone(&self.replies);
            replies.try_acquire_many_owned(bytes).ok()
        });
        match room {
            None => self,
            Some(room) => Place {
                _common: Arc::new(room),
                ..self
            },
        }
    }
}

impl<S: Service> Calls<S> {
    pub(super) fn new(server: Server<S>) -> Self {
        Calls {
            server,
            endpoint: String::new(),
            extensions: Extensions::new(),
            max_per_connection: 256,
            in_flight: Arc::new(Semaphore::new(1024)),
        }
    }

    pub(super) fn max_in_flight(&mut self, messages: usize) {
        self.in_flight = Arc::new(Semaphore::new(messages.clamp(1, Semaphore::MAX_PERMITS)));
    }

    /// A place for one more message, if there is one.
    pub(super) fn try_place(&self, share: &Share) -> Option<Place> {
        let own = Arc::clone(&share.messages).try_acquire_owned().ok()?;
        let common = Arc::clone(&self.in_flight).try_acquire_owned().ok()?;
        Some(share.place(own, common))
    }

    /// A place for one more message, when there is one. (`None` can't be: the semaphores are never closed.)
    pub(super) async fn place(&self, share: &Share) -> Option<Place> {
        // First the connection's own, so that a connection without any keeps none from the others.
        let own = Arc::clone(&share.messages).acquire_owned().await.ok()?;
        let common = Arc::clone(&self.in_flight).acquire_owned().await.ok()?;
        Some(share.place(own, common))
    }

    /// Handles one message, and answers it.
    pub(super) async fn answer(
        self: Arc<Self>,
        envelope: Envelope,
        message: Bytes,
        peer: Peer,
        place: Place,
        replies: mpsc::Sender<Outbound>,
    ) {
        let mut extensions = self.extensions.clone();
        extensions.insert(peer);
        let metadata = RequestMetadata::holding(HeaderMap::new(), extensions, place.clone());
        let log = ServerExchange::is_wanted().then(|| self.log(&message));
        let reply = self.server.handle(&message, metadata).await;
        if let Some(log) = log {
            log.end(reply.as_ref().map(Reply::body), None);
        }
        drop(message);
        // A notification is answered, too, with nothing: a REQ socket can't send again before.
        let body = reply.map(rpc_core::Reply::into_body).unwrap_or_default();
        // A copy: a part of what was read would keep all of it.
        let head = envelope.to_bytes();
        drop(envelope);
        let place = place.of_reply(head.capacity() + body.capacity());
        let reply = Outbound::Reply { head, body, place };
        // A client that has gone needs no answer.
        let _gone = replies.send(reply).await;
    }

    #[cold]
    fn log(&self, message: &[u8]) -> Box<ServerExchange> {
        let endpoint = self.endpoint.clone();
        Box::new(ServerExchange::begin(message, endpoint, None, |method| {
            self.server.secret_params(method)
        }))
    }
}

//! [`Calls`]: messages are counted in, handled and answered.

use std::sync::Arc;

use bytes::Bytes;
use http::{Extensions, HeaderMap};
use rpc_core::message_log::ServerExchange;
use rpc_core::{Origin, Server, Service};
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

/// Counts a message in, until its reply has been written, and all that it has started is done.
pub(super) type Place = Arc<(OwnedSemaphorePermit, OwnedSemaphorePermit)>;

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
    pub(super) fn try_place(&self, connection: &Arc<Semaphore>) -> Option<Place> {
        let own = Arc::clone(connection).try_acquire_owned().ok()?;
        let common = Arc::clone(&self.in_flight).try_acquire_owned().ok()?;
        Some(Arc::new((own, common)))
    }

    /// A place for one more message, when there is one. (`None` can't be: the semaphores are never closed.)
    pub(super) async fn place(&self, connection: Arc<Semaphore>) -> Option<Place> {
        // First the connection's own, so that a connection without any keeps none from the others.
        let own = connection.acquire_owned().await.ok()?;
        let common = Arc::clone(&self.in_flight).acquire_owned().await.ok()?;
        Some(Arc::new((own, common)))
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
        let origin = Origin::holding(HeaderMap::new(), extensions, Arc::clone(&place));
        let log = ServerExchange::is_wanted().then(|| self.log(&message));
        let reply = self.server.handle(&message, origin).await;
        if let Some(log) = log {
            log.end(reply.as_ref(), None);
        }
        drop(message);
        // A notification is answered, too, with nothing: a REQ socket can't send again before.
        let body = reply.map(rpc_core::Reply::into_body).unwrap_or_default();
        let reply = Outbound::Reply {
            envelope,
            body,
            place,
        };
        // A client that has gone needs no answer.
        let _gone = replies.send(reply).await;
    }

    #[cold]
    fn log(&self, message: &[u8]) -> Box<ServerExchange> {
        let endpoint = self.endpoint.clone();
        Box::new(ServerExchange::begin(
            message,
            self.server.service(),
            endpoint,
            None,
        ))
    }
}

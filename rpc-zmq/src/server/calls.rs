//! [`Calls`]: messages get their permits, are handled and answered.

use std::sync::Arc;

use bytes::Bytes;
use http::{Extensions, HeaderMap};
use rpc_core::message_log::ServerExchange;
use rpc_core::transport::Reply;
use rpc_core::{RequestMetadata, Server, Service};
use rpc_tokio::Permits;
use rpc_tokio::server::Peer;
use tokio::sync::mpsc;

use super::permits::{ConnectionPermits, MessagePermit};
use super::replies::Outbound;
use crate::defaults;
use crate::envelope::Envelope;

/// What the messages of all connections have in common.
pub(super) struct Calls<S> {
    pub(super) server: Server<S>,
    /// Where messages come to, for the log.
    pub(super) endpoint: String,
    pub(super) extensions: Extensions,
    pub(super) max_per_connection: usize,
    in_flight: Permits,
}

impl<S: Service> Calls<S> {
    pub(super) fn new(server: Server<S>) -> Self {
        Calls {
            server,
            endpoint: String::new(),
            extensions: Extensions::new(),
            max_per_connection: defaults::MAX_IN_FLIGHT_PER_CONNECTION,
            in_flight: Permits::new(defaults::MAX_IN_FLIGHT),
        }
    }

    pub(super) fn max_in_flight(&mut self, messages: usize) {
        self.in_flight = Permits::new(messages);
    }

    /// A permit for one more message, if there is one now.
    pub(super) fn try_acquire(&self, connection: &ConnectionPermits) -> Option<MessagePermit> {
        let of_connection = connection.messages.try_acquire()?;
        let of_all = self.in_flight.try_acquire()?;
        Some(connection.permit(of_connection, of_all))
    }

    /// A permit for one more message, as soon as there is one.
    pub(super) async fn acquire(&self, connection: &ConnectionPermits) -> MessagePermit {
        // The connection's own first, so that a connection without any keeps none from the others.
        let of_connection = connection.messages.acquire().await;
        let of_all = self.in_flight.acquire().await;
        connection.permit(of_connection, of_all)
    }

    /// Handles one message, and answers it.
    pub(super) async fn answer(
        self: Arc<Self>,
        envelope: Envelope,
        message: Bytes,
        peer: Peer,
        permit: MessagePermit,
        replies: mpsc::Sender<Outbound>,
    ) {
        let mut extensions = self.extensions.clone();
        extensions.insert(peer);
        let metadata = RequestMetadata::holding(HeaderMap::new(), extensions, permit.clone());
        let log = ServerExchange::is_wanted().then(|| self.log(&message));
        let reply = self.server.handle(&message, metadata).await;
        if let Some(log) = log {
            log.end(reply.as_ref().map(Reply::body), None);
        }
        drop(message);
        // A notification is answered too, with nothing: a REQ socket can't send again before.
        let body = reply.map(Reply::into_body).unwrap_or_default();
        // A copy, since a part of what was read would keep all of it.
        let head = envelope.to_bytes();
        drop(envelope);
        let permit = permit.for_reply(head.capacity() + body.capacity());
        let reply = Outbound::Reply { head, body, permit };
        // A client that has gone needs no answer.
        let _gone = replies.send(reply).await;
    }

    #[cold]
    fn log(&self, message: &[u8]) -> Box<ServerExchange> {
        let endpoint = self.endpoint.clone();
        let secrets = |method: &str| self.server.secret_params(method);
        Box::new(ServerExchange::begin(message, endpoint, None, secrets))
    }
}

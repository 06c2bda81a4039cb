//! [`Calls`]: messages are handled and answered.

use std::sync::Arc;

use bytes::Bytes;
use http::{Extensions, HeaderMap};
use rpc_core::message_log::ServerExchange;
use rpc_core::transport::Reply;
use rpc_core::{RequestMetadata, Server, Service};
use rpc_tokio::SharedPermits;
use rpc_tokio::server::{Origin, Peer, Values};
use tokio::sync::mpsc;

use super::permits::MessagePermit;
use super::replies::Outbound;
use crate::defaults;
use crate::envelope::Envelope;

/// What the messages of all connections have in common.
pub(super) struct Calls<S> {
    pub(super) server: Server<S>,
    /// The address where messages arrive, for the log.
    pub(super) endpoint: String,
    pub(super) values: Values,
    pub(super) max_per_connection: usize,
    pub(super) in_flight: SharedPermits,
}

impl<S: Service> Calls<S> {
    pub(super) fn new(server: Server<S>) -> Self {
        Calls {
            server,
            endpoint: String::new(),
            values: Values::default(),
            max_per_connection: defaults::MAX_IN_FLIGHT_PER_CONNECTION,
            in_flight: SharedPermits::new(defaults::MAX_IN_FLIGHT),
        }
    }

    pub(super) fn max_in_flight(&mut self, messages: usize) {
        self.in_flight = SharedPermits::new(messages);
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
        let origin = Origin::new(permit.clone())
            .peer(peer)
            .values(self.values.clone());
        let metadata = RequestMetadata::attached(HeaderMap::new(), Extensions::new(), origin);
        let log = ServerExchange::is_wanted().then(|| self.log(&message));
        let reply = self.server.handle(&message, metadata).await;
        if let Some(log) = log {
            log.end(reply.as_ref().map(Reply::body), None);
        }
        drop(message);
        // A notification gets an empty answer too: without one, a REQ socket can't send again.
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

//! [`MaybeBatched`]: calls go out one by one, or in batches.

use std::time::Duration;

use rpc_core::transport::{
    Batched, Destination, TransportFailure, TransportReply, TransportRequest,
};
use rpc_core::{Batching, Transport};

use crate::runtime::Tokio;

/// A transport that sends calls one by one or collects them into batches, as its builder was told.
///
/// It is one type for both, so that a client's type does not depend on the setting.
#[derive(Debug, Clone)]
pub enum MaybeBatched<T> {
    /// Each call is a message of its own.
    Plain(T),
    /// Concurrent calls share a message.
    Batched(Batched<T, Tokio>),
}

impl<T: Transport> MaybeBatched<T> {
    /// With batching, `timeout` is for a call that has none of its own.
    pub fn new(transport: T, batching: Option<Batching>, timeout: Duration) -> Self {
        match batching {
            None => MaybeBatched::Plain(transport),
            Some(batching) => {
                let batched = Batched::new(transport, batching, Tokio);
                MaybeBatched::Batched(batched.timeout(timeout))
            }
        }
    }

    /// The transport that carries the messages.
    pub fn transport(&self) -> &T {
        match self {
            MaybeBatched::Plain(transport) => transport,
            MaybeBatched::Batched(batched) => batched.transport(),
        }
    }
}

impl<T: Transport> Transport for MaybeBatched<T> {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        match self {
            MaybeBatched::Plain(transport) => transport.send(message).await,
            MaybeBatched::Batched(batched) => batched.send(message).await,
        }
    }

    fn destination(&self) -> Option<Destination> {
        self.transport().destination()
    }
}

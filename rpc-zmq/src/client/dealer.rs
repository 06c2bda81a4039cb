//! [`Dealer`]: a DEALER socket, as the protocol of a channel.

use std::time::Duration;

use rpc_core::TransportError;
use rpc_core::transport::TransportRequest;
use rpc_tokio::Stream;
use rpc_tokio::client::{Ended, Outgoing, PendingCall, PendingCalls, Protocol};

use super::connection::Connection;
use super::error::ZmqError;
use crate::address::Address;
use crate::handshake::{DEALER, shake_hands};
use crate::reader::Reader;
use crate::zmtp::Decoder;

/// Room for the envelope of a reply beside its body.
const ENVELOPE: usize = 256;

/// A DEALER socket, as the protocol of a channel. A reply is matched to its call by the number in its envelope.
#[derive(Debug)]
pub(super) struct Dealer {
    pub(super) address: Address,
    pub(super) max_reply: usize,
    pub(super) heartbeat: Duration,
    /// How long the last messages and replies may take once there are no more clients.
    pub(super) close_timeout: Duration,
}

impl Protocol for Dealer {
    type Key = u32;
    type Connection = Connection;
    type Error = ZmqError;

    fn address(&self) -> String {
        self.address.to_string()
    }

    fn enter(
        &self,
        pending: &PendingCalls<u32>,
        _: &TransportRequest,
    ) -> Result<PendingCall<u32>, TransportError> {
        Ok(pending.enter_next())
    }

    async fn connect(&self) -> Result<Connection, ZmqError> {
        let stream = match &self.address {
            Address::Tcp { host, port } => Stream::connect_tcp(&format!("{host}:{port}")).await?,
            Address::Ipc { path } => Stream::connect_unix(path).await?,
        };
        stream.keep_alive(self.heartbeat)?;
        let (read, mut write) = stream.into_split();
        let longest = self.max_reply.saturating_add(ENVELOPE);
        let mut reader = Reader::new(read, Decoder::passing_over(longest));
        let greeting = shake_hands(&DEALER, &mut reader, &mut write).await?;
        Ok(Connection::new(reader, write, greeting, self.heartbeat))
    }

    async fn run(&self, connection: Connection, outgoing: &mut Outgoing<u32>) -> Ended<ZmqError> {
        connection
            .run(outgoing, self.max_reply, self.close_timeout)
            .await
    }
}

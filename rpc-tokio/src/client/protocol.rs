//! [`Protocol`]: what a transport adds to a channel.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;

use rpc_core::TransportError;
use rpc_core::transport::TransportRequest;

use super::outgoing::Outgoing;
use super::pending::{PendingCall, PendingCalls};

/// What a transport adds to a [`Channel`](super::Channel): how to connect, and what goes over a connection.
pub trait Protocol: Send + Sync + 'static {
    /// The key that matches a reply to its call.
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
    /// No connection could be made, for this reason. The message was not sent.
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

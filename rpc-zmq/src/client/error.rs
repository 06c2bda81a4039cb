//! [`ZmqError`]: what is wrong with a connection.

use std::error::Error;
use std::sync::Arc;
use std::{fmt, io};

use rpc_core::Excerpt;
use rpc_tokio::client::ChannelError;

use crate::handshake::HandshakeError;
use crate::reader::ReadError;

/// What is wrong with a connection. It is the source of a [`TransportError`](rpc_core::TransportError).
///
/// ```
/// use rpc_core::CallError;
/// use rpc_zmq::ZmqError;
///
/// /// Whether the server's reply was too large.
/// fn is_too_large(error: &CallError) -> bool {
///     matches!(error.downcast_ref(), Some(ZmqError::ReplyTooLarge { .. }))
/// }
/// # let _: fn(&CallError) -> bool = is_too_large;
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum ZmqError {
    /// No connection could be made within the call's time, for this reason. The message was not sent.
    NotConnected(Arc<ZmqError>),
    /// The connection was lost after the message had been sent. The method may have run.
    Lost(Arc<ZmqError>),
    /// The reply is larger than [`Builder::max_reply`](super::Builder::max_reply).
    ReplyTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The reply's body is in several frames, where it should be one.
    SeveralFrames,
    /// An error of the system.
    Io(io::Error),
    /// Connecting and the handshake took longer than [`Builder::connect_timeout`](super::Builder::connect_timeout).
    ConnectTimeout,
    /// The peer breaks the protocol, or wants something that is not supported, such as CURVE.
    Peer(String),
    /// The peer closed the connection.
    Closed,
    /// The peer was silent, and did not answer a PING.
    Silent,
    /// The runtime that the connection belonged to has ended.
    Ended,
}

impl fmt::Display for ZmqError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            ZmqError::NotConnected(_) => f.write_str("there was no connection"),
            ZmqError::Lost(_) => f.write_str("the connection was lost"),
            ZmqError::ReplyTooLarge { limit } => {
                write!(f, "the reply is larger than {limit} bytes")
            }
            ZmqError::SeveralFrames => f.write_str("the reply's body is in several frames"),
            ZmqError::Io(error) => error.fmt(f),
            ZmqError::ConnectTimeout => f.write_str("connecting took too long"),
            ZmqError::Peer(reason) => Excerpt::new(reason, 300).fmt(f),
            ZmqError::Closed => f.write_str("the peer closed the connection"),
            ZmqError::Ended => f.write_str("the runtime of the connection has ended"),
            ZmqError::Silent => f.write_str("the peer is silent, and does not answer a PING"),
        }
    }
}

impl Error for ZmqError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ZmqError::NotConnected(cause) | ZmqError::Lost(cause) => Some(&**cause),
            _ => None,
        }
    }
}

impl From<io::Error> for ZmqError {
    fn from(error: io::Error) -> Self {
        ZmqError::Io(error)
    }
}

impl From<ChannelError<ZmqError>> for ZmqError {
    fn from(error: ChannelError<ZmqError>) -> Self {
        match error {
            ChannelError::NotConnected(cause) => ZmqError::NotConnected(cause),
            ChannelError::Lost(cause) => ZmqError::Lost(cause),
            ChannelError::ConnectTimeout => ZmqError::ConnectTimeout,
            ChannelError::RuntimeEnded => ZmqError::Ended,
        }
    }
}

impl From<ReadError> for ZmqError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Closed => ZmqError::Closed,
            ReadError::Io(error) => ZmqError::Io(error),
            ReadError::Violation(violation) => ZmqError::Peer(violation.to_string()),
        }
    }
}

impl From<HandshakeError> for ZmqError {
    fn from(error: HandshakeError) -> Self {
        match error {
            HandshakeError::Read(error @ ReadError::Io(_)) => error.into(),
            HandshakeError::Write(error) => error.into(),
            other => ZmqError::Peer(other.to_string()),
        }
    }
}

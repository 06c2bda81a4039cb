//! [`NatsError`]: why NATS did not carry a call.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::HeaderName;
use rpc_core::{Excerpt, TransportError};

/// How soon another attempt may succeed when nobody serves a subject. Workers that reconnect need a moment longer than the client.
const SOON: Duration = Duration::from_millis(100);

/// Why NATS did not carry a call. It is the source of a [`TransportError`].
///
/// ```
/// use rpc_core::CallError;
/// use rpc_nats::NatsError;
///
/// /// Whether no worker was there.
/// fn is_nobody_there(error: &CallError) -> bool {
///     matches!(error.downcast_ref(), Some(NatsError::NoResponders))
/// }
/// # let _: fn(&CallError) -> bool = is_nobody_there;
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum NatsError {
    /// Nobody serves the subject. The method did not run.
    NoResponders,
    /// A worker refused the message before anything of it had run, for this reason: `busy`, `expired` and so on.
    Refused(String),
    /// The message is larger than the NATS server accepts. It was not sent.
    TooLarge {
        /// The limit of the NATS server, in bytes, headers included.
        limit: usize,
    },
    /// The reply is larger than [`Builder::max_reply`](super::Builder::max_reply).
    ReplyTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The connection to NATS was lost after the message had been sent, and no reply has come since. The method may have run.
    Lost,
    /// An open stream was cut: its worker has gone, or a message of it is lost.
    StreamLost {
        /// What happened.
        reason: &'static str,
    },
    /// The reply comes from a JetStream stream that captures the subject, and not from a worker.
    Captured,
    /// The reply to a notification is not JSON-RPC, so it does not come from a worker.
    NotJsonRpc,
    /// The reply has this status, and is not an answer.
    Status(u16),
    /// NATS can't carry this header, since its value is not text. The message was not sent.
    Header(HeaderName),
    /// The connection to NATS has been closed for good. The message was not sent.
    Closed,
    /// The connection to NATS has been lost and is not back yet, and there is another server to try. The message was not sent.
    NotConnected,
    /// The connection to NATS could not be set up.
    Connect(async_nats::ConnectError),
}

impl NatsError {
    /// The error of a transport, with what this says about the call.
    pub(super) fn into_failure(self) -> TransportError {
        let what = match self {
            NatsError::NoResponders => "the call was not delivered",
            NatsError::Refused(_) => "the call was refused",
            NatsError::TooLarge { .. }
            | NatsError::Header(_)
            | NatsError::Closed
            | NatsError::NotConnected
            | NatsError::Connect(_) => "the call can't be sent",
            NatsError::ReplyTooLarge { .. } => "the reply can't be taken",
            NatsError::Captured | NatsError::NotJsonRpc | NatsError::Status(_) => {
                "the reply is not an answer"
            }
            NatsError::Lost => "the reply is lost",
            NatsError::StreamLost { .. } => "the stream is lost",
        };
        let is_transient = matches!(
            self,
            NatsError::NoResponders
                | NatsError::Lost
                | NatsError::StreamLost { .. }
                | NatsError::NotConnected
                | NatsError::Connect(_)
        );
        let runs = matches!(
            self,
            NatsError::Lost
                | NatsError::StreamLost { .. }
                | NatsError::ReplyTooLarge { .. }
                | NatsError::Captured
                | NatsError::NotJsonRpc
                | NatsError::Status(_)
        );
        let is_nobody_there = matches!(self, NatsError::NoResponders);
        let error = TransportError::new(what, self).with_retryable(is_transient);
        match (runs, is_nobody_there) {
            (true, _) => error,
            (false, true) => error.not_run().with_retry_after(SOON),
            (false, false) => error.not_run(),
        }
    }
}

impl fmt::Display for NatsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NatsError::NoResponders => f.write_str("nobody serves the subject"),
            NatsError::Refused(reason) => {
                write!(f, "a worker refused it: {}", Excerpt::new(reason, 100))
            }
            NatsError::TooLarge { limit } => {
                write!(f, "the message is larger than {limit} bytes")
            }
            NatsError::ReplyTooLarge { limit } => {
                write!(f, "the reply is larger than {limit} bytes")
            }
            NatsError::Lost => f.write_str("the connection to NATS was lost"),
            NatsError::StreamLost { reason } => f.write_str(reason),
            NatsError::Captured => f.write_str(
                "a JetStream stream captures the subject, and has answered in place of a worker",
            ),
            NatsError::NotJsonRpc => f.write_str("it is not JSON-RPC"),
            NatsError::Status(status) => write!(f, "it has the status {status}"),
            NatsError::Header(name) => {
                write!(f, "the value of the header `{name}` is not text")
            }
            NatsError::Closed => f.write_str("the connection to NATS has been closed"),
            NatsError::NotConnected => f.write_str("there is no connection to NATS now"),
            NatsError::Connect(error) => Excerpt::new(error, 300).fmt(f),
        }
    }
}

impl Error for NatsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            NatsError::Connect(error) => error.source(),
            _ => None,
        }
    }
}

//! [`Bounds`]: how long a WebSocket may be silent, and how large its messages may be.

use std::time::Duration;

use tokio_websockets::Limits;

/// After this long without a sign of the other end, it is asked for one. If it does not give one within the same time, the
/// connection counts as lost.
pub(crate) const PING_INTERVAL: Duration = Duration::from_secs(30);

/// How long the other end may take to answer a close.
pub(crate) const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// What bounds a WebSocket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) max_message: usize,
    /// `None`: a silent end is never noticed.
    pub(crate) ping_interval: Option<Duration>,
}

impl Bounds {
    pub(crate) fn new(max_message: usize) -> Self {
        Bounds {
            max_message,
            ping_interval: Some(PING_INTERVAL),
        }
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits::default().max_payload_len(Some(self.max_message))
    }
}

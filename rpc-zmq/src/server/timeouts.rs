//! [`Timeouts`]: how long a connection may wait, and for what.

use std::time::Duration;

use crate::defaults;

/// How long a connection may wait, and for what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeouts {
    pub(super) handshake: Duration,
    pub(super) message: Duration,
    pub(super) write: Duration,
    pub(super) heartbeat: Duration,
    pub(super) idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            handshake: defaults::HANDSHAKE_TIMEOUT,
            message: defaults::MESSAGE_TIMEOUT,
            write: defaults::WRITE_TIMEOUT,
            heartbeat: defaults::SERVER_HEARTBEAT,
            idle: defaults::IDLE_TIMEOUT,
        }
    }
}

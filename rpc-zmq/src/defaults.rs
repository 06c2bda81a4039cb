//! The limits and defaults of clients and servers.

use std::time::Duration;

#[cfg(feature = "client")]
pub(crate) use rpc_tokio::defaults::MAX_REPLY;
#[cfg(feature = "server")]
pub(crate) use rpc_tokio::defaults::{
    HANDSHAKE_TIMEOUT, MAX_IN_FLIGHT, MAX_IN_FLIGHT_PER_CONNECTION, MAX_MESSAGE, MESSAGE_TIMEOUT,
    WRITE_TIMEOUT,
};

/// After how much silence a client asks its server whether it is alive.
pub(crate) const CLIENT_HEARTBEAT: Duration = Duration::from_secs(15);

/// After how much silence a server asks a client whether it is alive.
pub(crate) const SERVER_HEARTBEAT: Duration = Duration::from_secs(30);

/// How long a connection may be open without a message. A REQ socket whose request meets the end of its connection waits for
/// ever, so this is long.
pub(crate) const IDLE_TIMEOUT: Duration = Duration::from_secs(3600);

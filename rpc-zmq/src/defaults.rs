//! The limits and defaults of clients and servers.

use std::time::Duration;

#[cfg(feature = "client")]
pub(crate) use rpc_tokio::defaults::MAX_REPLY;
#[cfg(feature = "server")]
pub(crate) use rpc_tokio::defaults::{
    HANDSHAKE_TIMEOUT, MAX_IN_FLIGHT, MAX_IN_FLIGHT_PER_CONNECTION, MAX_MESSAGE, MESSAGE_TIMEOUT,
    WRITE_TIMEOUT,
};

/// How long a server may be silent before its client asks whether it is alive.
pub(crate) const CLIENT_HEARTBEAT: Duration = Duration::from_secs(15);

/// How long a client may be silent before its server asks whether it is alive.
pub(crate) const SERVER_HEARTBEAT: Duration = Duration::from_secs(30);

/// How long a connection may be open without a message. If a connection ends just as a REQ socket sends a request, the socket
/// waits for ever, so this is long.
pub(crate) const IDLE_TIMEOUT: Duration = Duration::from_secs(3600);

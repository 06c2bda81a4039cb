//! The server's limits and defaults.

use std::time::Duration;

pub(super) use rpc_tokio::defaults::{
    HANDSHAKE_TIMEOUT as HEADER_TIMEOUT, MAX_IN_FLIGHT, MAX_MESSAGE,
    MESSAGE_TIMEOUT as BODY_TIMEOUT, WRITE_TIMEOUT,
};

/// How long a connection may be open without a request. More than the minute after which most clients and load balancers
/// close one, so that the server is not the first to do so.
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_secs(75);

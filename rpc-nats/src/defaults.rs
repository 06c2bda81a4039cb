//! The limits and defaults of clients and servers.

use std::time::Duration;

pub(crate) use rpc_tokio::defaults::MAX_IN_FLIGHT;
#[cfg(feature = "server")]
pub(crate) use rpc_tokio::defaults::SHUTDOWN_DEADLINE;
#[cfg(feature = "client")]
pub(crate) use rpc_tokio::defaults::{CALL_TIMEOUT, MAX_REPLY};

/// How long the reply to a call may still come after the loss of the connection has been noticed.
#[cfg(feature = "client")]
pub(crate) const LOSS_TIMEOUT: Duration = Duration::from_millis(750);

/// How long a worker tries to hand a refusal to a connection that takes nothing.
#[cfg(feature = "server")]
pub(crate) const REFUSAL_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a worker that stops waits for the last messages that NATS may have on their way to it.
#[cfg(feature = "server")]
pub(crate) const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);

//! The limits and defaults of clients and servers.

use std::time::Duration;

#[cfg(any(feature = "child", feature = "client"))]
pub(crate) use rpc_tokio::defaults::MAX_REPLY;
pub(crate) use rpc_tokio::defaults::WRITE_TIMEOUT;
#[cfg(feature = "server")]
pub(crate) use rpc_tokio::defaults::{MAX_IN_FLIGHT, MAX_MESSAGE, MAX_STREAMS};

/// After so long without a sign of the other end, TCP asks for one.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// How long calls and streams go on when the client has closed its side.
pub(crate) const DRAIN: Duration = Duration::from_secs(4);

/// How long the last replies may take to be written after that. With [`DRAIN`], it makes five seconds.
pub(crate) const CLOSE: Duration = Duration::from_secs(1);

/// How long a child process may take for each step of its end.
#[cfg(feature = "child")]
pub(crate) const STEP: Duration = Duration::from_secs(2);

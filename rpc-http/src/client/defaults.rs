//! The clients' defaults.

use std::time::Duration;

pub(super) use rpc_tokio::defaults::{CALL_TIMEOUT, MAX_REPLY};

/// How long a connection without a call is kept. Servers and load balancers close one after a minute or so, and a request that
/// meets the close is lost, so the client closes first.
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_secs(50);

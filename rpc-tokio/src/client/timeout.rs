//! [`within`]: a call's timeout.

use std::future::Future;
use std::time::Duration;

use rpc_core::transport::{TransportFailure, TransportReply};

/// Gives an exchange up when its time is over.
pub async fn within(
    limit: Duration,
    exchange: impl Future<Output = Result<TransportReply, TransportFailure>>,
) -> Result<TransportReply, TransportFailure> {
    match tokio::time::timeout(limit, exchange).await {
        Ok(exchanged) => exchanged,
        Err(_elapsed) => Err(TransportFailure::Timeout),
    }
}

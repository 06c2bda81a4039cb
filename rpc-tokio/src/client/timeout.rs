//! [`within`]: a call's timeout. [`asleep`] and [`now`]: the clock of a transport.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use rpc_core::TimeoutError;
use rpc_core::transport::TransportFailure;

/// Gives up an exchange when its time is over, with [`TimeoutError::Reply`]. A transport that knows that nothing was sent
/// returns another variant instead.
pub async fn within<T>(
    limit: Duration,
    exchange: impl Future<Output = Result<T, TransportFailure>>,
) -> Result<T, TransportFailure> {
    match tokio::time::timeout(limit, exchange).await {
        Ok(exchanged) => exchanged,
        Err(_elapsed) => Err(TimeoutError::Reply.into()),
    }
}

/// The clock of transports on tokio, for [`Transport::sleep`](rpc_core::Transport::sleep).
pub fn asleep(duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
    Some(Box::pin(tokio::time::sleep(duration)))
}

/// The time on that clock, which a test may stop, for [`Transport::now`](rpc_core::Transport::now).
pub fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

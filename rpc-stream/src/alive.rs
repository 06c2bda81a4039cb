//! [`watch()`]: whether the other end of a socket is still there.

use std::io;
use std::time::Duration;

use rpc_tokio::Stream;

/// Lets TCP notice a peer that has gone silently: within twice `keep_alive` while nothing is sent, and otherwise within the write
/// timeout, if that is longer. With zero, it is not watched.
pub(crate) fn watch(
    stream: &Stream,
    keep_alive: Duration,
    write_timeout: Duration,
) -> io::Result<()> {
    if keep_alive.is_zero() {
        return Ok(());
    }
    stream.keep_alive(keep_alive)?;
    stream.confirm_within(write_timeout.max(keep_alive.saturating_mul(2)))
}

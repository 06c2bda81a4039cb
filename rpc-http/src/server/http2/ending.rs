//! [`Ending`]: the end of a connection of HTTP/2 whose client does not confirm it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rpc_tokio::server::Stopping;

use super::super::defaults::LINGER_IN_SILENCE;
use super::super::phase::Phase;

/// What a connection and its bytes tell each other about its end.
#[derive(Debug, Default)]
pub(super) struct Ending {
    is_amid_head: AtomicBool,
    is_given_up: AtomicBool,
}

impl Ending {
    /// Notes whether the client has begun a head that is not complete.
    pub(super) fn head_is_amid(&self, is_amid: bool) {
        self.is_amid_head.store(is_amid, Ordering::Relaxed);
    }

    /// Nothing more is read. To h2, the client has then closed its side, so it writes what it has and closes the connection.
    pub(super) fn give_up(&self) {
        self.is_given_up.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_given_up(&self) -> bool {
        self.is_given_up.load(Ordering::Relaxed)
    }

    /// Completes once the server stops and owes the client nothing, although the client has not confirmed that.
    ///
    /// A client may take as long as `write_timeout` for its last response. h2 may still have some of it when the stream's task is
    /// done, and does not say so.
    pub(super) async fn is_due(&self, stopping: Stopping, phase: &Phase, write_timeout: Duration) {
        stopping.grace_is_over().await;
        let mut was_idle = false;
        loop {
            tokio::time::sleep(LINGER_IN_SILENCE).await;
            let is_amid_head = self.is_amid_head.load(Ordering::Relaxed);
            let is_idle = !is_amid_head && phase.streams().are_idle_for(write_timeout);
            if is_idle && was_idle {
                return;
            }
            was_idle = is_idle;
        }
    }
}

//! [`Driver`]: the task that connects for a [`Channel`](super::Channel), and connects again.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rpc_core::{Excerpt, TransportError};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::backoff::Backoff;
use super::outgoing::{Outgoing, Request};
use super::protocol::{ChannelError, Ended, Protocol};
use super::shared::Shared;

/// The task that connects, and connects again, as long as there are calls.
pub(super) struct Driver<P: Protocol> {
    shared: Arc<Shared<P>>,
    outgoing: Outgoing<P::Key>,
    backoff: Backoff,
}

impl<P: Protocol> Driver<P> {
    pub(super) fn new(
        shared: Arc<Shared<P>>,
        requests: mpsc::UnboundedReceiver<Request<P::Key>>,
    ) -> Self {
        Driver {
            backoff: Backoff::new(shared.settings.max_backoff),
            outgoing: Outgoing {
                requests,
                next: None,
                pending: shared.pending.clone(),
            },
            shared,
        }
    }

    /// Ends when there are no more clients.
    pub(super) async fn run(mut self) {
        while self.outgoing.is_wanted().await {
            match self.connect().await {
                Ok(connection) => {
                    *self.shared.failure() = None;
                    self.shared.is_connected.store(true, Ordering::Relaxed);
                    let protocol = &self.shared.protocol;
                    let ended = protocol.run(connection, &mut self.outgoing).await;
                    self.shared.is_connected.store(false, Ordering::Relaxed);
                    match ended {
                        Ended::Finished => return,
                        Ended::Lost { cause, heard } => self.lost(cause, heard),
                    }
                }
                Err(error) => {
                    let address = self.shared.protocol.address();
                    let shown = Excerpt::for_log(&error);
                    tracing::debug!(address, error = %shown, "could not connect");
                    *self.shared.failure() = Some(Arc::new(error));
                }
            }
            self.shared.pause(self.backoff.next_pause()).await;
        }
    }

    async fn connect(&self) -> Result<P::Connection, P::Error> {
        let limit = self.shared.settings.connect_timeout;
        match timeout(limit, self.shared.protocol.connect()).await {
            Ok(connected) => connected,
            Err(_elapsed) => Err(ChannelError::ConnectTimeout.into()),
        }
    }

    /// What was sent may have run, so it is not sent again.
    fn lost(&mut self, cause: P::Error, heard: bool) {
        let address = self.shared.protocol.address();
        let error = Excerpt::for_log(&cause);
        tracing::debug!(address, %error, "the connection was lost");
        self.fail_sent(Arc::new(cause));
        if heard {
            self.backoff.reset();
        }
    }

    fn fail_sent(&self, cause: Arc<P::Error>) {
        let context = "the connection was lost while the call waited for its answer";
        let lost = P::Error::from(ChannelError::Lost(cause));
        let error = TransportError::new(context, lost);
        self.shared.pending.fail_sent(&error);
    }
}

/// When a runtime ends, it drops the driver. Calls of other runtimes may still wait.
impl<P: Protocol> Drop for Driver<P> {
    fn drop(&mut self) {
        let ended = Arc::new(P::Error::from(ChannelError::RuntimeEnded));
        // First: as soon as the queue is closed there may be another driver, and its calls are not lost.
        self.fail_sent(Arc::clone(&ended));
        self.outgoing.requests.close();
        let next = self.outgoing.next.take();
        let queued = std::iter::from_fn(|| self.outgoing.requests.try_recv().ok());
        for request in next.into_iter().chain(queued) {
            let cause = P::Error::from(ChannelError::NotConnected(Arc::clone(&ended)));
            let error = TransportError::new("nothing was sent", cause).not_run();
            self.shared.pending.answer(&request.key, Err(error));
        }
    }
}

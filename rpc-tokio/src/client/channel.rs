//! [`Channel`]: calls over one connection, which reconnects when it is lost.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use rpc_core::Transport;
use rpc_core::message_log::ClientExchange;
use rpc_core::transport::{Destination, TransportFailure, TransportReply, TransportRequest};
use tokio::sync::mpsc;

use super::driver::Driver;
use super::outgoing::{Queue, Request};
use super::protocol::Protocol;
use super::shared::{ChannelSettings, Shared};
use super::timeout::{asleep, now};
use crate::permits::Permits;

/// Sends calls over one connection, on which any number of them wait for their replies. A clone shares it.
///
/// - It connects when the first call needs it, and again when a call needs it after it was lost. Until there is a connection,
///   calls wait for one, but no longer than their own time, unless they are to [fail fast](TransportRequest::fails_fast).
/// - If the connection is lost, the calls whose messages have gone out fail at once, since they may have run. Nothing is ever
///   sent twice.
/// - A call's time includes waiting for its turn, for the connection and for the reply.
///
/// A [`Protocol`] says what goes over the connection. The connection belongs to the runtime of the call that made it. When
/// that runtime ends, calls of other runtimes that wait on it fail, and the next call connects again.
pub struct Channel<P: Protocol> {
    shared: Arc<Shared<P>>,
    /// Bounds the calls in flight, and so the queue.
    permits: Permits,
    queue: Arc<Mutex<Option<Queue<P::Key>>>>,
}

impl<P: Protocol> Channel<P> {
    /// A channel that connects when there is something to be sent.
    pub fn new(protocol: P, settings: ChannelSettings) -> Self {
        Channel {
            permits: Permits::new(settings.max_in_flight),
            shared: Arc::new(Shared::new(protocol, settings)),
            queue: Arc::new(Mutex::new(None)),
        }
    }

    /// What goes over the connection.
    pub fn protocol(&self) -> &P {
        &self.shared.protocol
    }

    /// What holds for every call.
    pub fn settings(&self) -> &ChannelSettings {
        &self.shared.settings
    }

    /// `entered`: where the call's key is put when its turn has come.
    async fn exchange(
        &self,
        message: TransportRequest,
        entered: &OnceLock<P::Key>,
    ) -> Result<TransportReply, TransportFailure> {
        if let Some(progress) = &message.progress {
            progress.connecting();
        }
        let permit = Arc::new(self.permits.acquire().await);
        let pending = &self.shared.pending;
        let entering = self.shared.protocol.enter(pending, &message);
        let call = entering.map_err(|error| error.not_run().with_retryable(false))?;
        let _for_the_first_time = entered.set(call.key().clone());
        let fails_fast = message.fails_fast.then(|| call.key().clone());
        self.enqueue(Request {
            key: call.key().clone(),
            message,
            // A call that is given up keeps its permit while its message is in the queue.
            _permit: Arc::clone(&permit),
        });
        let reply = match fails_fast {
            None => call.reply().await?,
            Some(key) => {
                let reply = pin!(call.reply());
                let failure = pin!(self.shared.fails_fast(&key));
                match select(reply, failure).await {
                    Either::Left((reply, _)) => reply?,
                    Either::Right((failure, _)) => return Err(failure),
                }
            }
        };
        drop(permit);
        Ok(TransportReply::new(reply))
    }

    /// Hands the driver a message. The first message starts a driver, and so does one that finds it gone with its runtime.
    fn enqueue(&self, request: Request<P::Key>) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let request = match &*queue {
            None => request,
            Some(sender) => match sender.send(request) {
                Ok(()) => return,
                Err(mpsc::error::SendError(request)) => request,
            },
        };
        let (sender, requests) = mpsc::unbounded_channel();
        // It can't fail: the receiver is here.
        let _sent = sender.send(request);
        *queue = Some(sender);
        tokio::spawn(Driver::new(Arc::clone(&self.shared), requests).run());
    }
}

impl<P: Protocol> Transport for Channel<P> {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        let describe = || (self.shared.protocol.address(), None);
        let log = ClientExchange::begin(&message.body, &message.secrets, describe);
        let timeout = message.timeout_or(self.shared.settings.timeout);
        let entered = OnceLock::new();
        let mut exchange = pin!(self.exchange(message, &entered));
        let reply = match tokio::time::timeout(timeout, exchange.as_mut()).await {
            Ok(exchanged) => exchanged,
            Err(_elapsed) => Err(self.shared.overdue(entered.get())),
        };
        if let Some(log) = log {
            log.end(&reply, None);
        }
        reply
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        asleep(duration)
    }

    fn now(&self) -> Instant {
        now()
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::new(self.shared.protocol.address()))
    }
}

impl<P: Protocol> Clone for Channel<P> {
    fn clone(&self) -> Self {
        Channel {
            shared: Arc::clone(&self.shared),
            permits: self.permits.clone(),
            queue: Arc::clone(&self.queue),
        }
    }
}

impl<P: Protocol> fmt::Debug for Channel<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("address", &self.shared.protocol.address())
            .field("settings", &self.shared.settings)
            .finish_non_exhaustive()
    }
}

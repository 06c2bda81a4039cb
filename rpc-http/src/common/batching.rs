//! [`MaybeBatched`]: calls go out one by one, or gathered.

use std::future::Future;
use std::time::Duration;

use rpc_core::{Batched, Runtime, Transport, TransportFailure, TransportReply, TransportRequest};

use super::{Settings, refuses_batch};

/// An exchange of messages, as it is or with calls gathered: what the builder's option decides once for all calls.
///
/// The type is the same for both, so that whoever names a client's type need not know.
#[derive(Clone)]
pub(crate) enum MaybeBatched<E> {
    Plain(E),
    Batched(Batched<E, Tokio>),
}

impl<E: Transport> MaybeBatched<E> {
    /// An exchange by these settings.
    pub(crate) fn new(settings: Settings, exchange: impl FnOnce(Settings) -> E) -> Self {
        let (timeout, batching) = (settings.timeout, settings.batching.clone());
        let exchange = exchange(settings);
        match batching {
            None => MaybeBatched::Plain(exchange),
            Some(batching) => {
                let batching = batching.or_refusal(refuses_batch);
                let batched = Batched::new(exchange, batching, Tokio);
                MaybeBatched::Batched(batched.timeout(timeout))
            }
        }
    }

    pub(crate) fn exchange(&self) -> &E {
        match self {
            MaybeBatched::Plain(exchange) => exchange,
            MaybeBatched::Batched(batched) => batched.transport(),
        }
    }
}

impl<E: Transport> Transport for MaybeBatched<E> {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        match self {
            MaybeBatched::Plain(exchange) => exchange.send(message).await,
            MaybeBatched::Batched(batched) => batched.send(message).await,
        }
    }
}

/// The runtime that the call runs on.
#[derive(Clone, Copy)]
pub(crate) struct Tokio;

impl Runtime for Tokio {
    fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(future);
    }

    fn spawn_blocking(&self, job: impl FnOnce() + Send + 'static) {
        tokio::task::spawn_blocking(job);
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(duration)
    }
}

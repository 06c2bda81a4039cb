//! [`MaybeBatched`]: calls go out one by one, or gathered.

use std::future::Future;
use std::time::Duration;

use rpc_core::{
    Batched, Batching, Runtime, Transport, TransportFailure, TransportReply, TransportRequest,
};

use super::Link;

/// A link as it is or with calls gathered: what the builder's option decides once for all calls.
///
/// The type is the same for both, so that whoever names a client's type need not know.
#[derive(Clone)]
pub(super) enum MaybeBatched {
    Plain(Link),
    Batched(Batched<Link, Tokio>),
}

impl MaybeBatched {
    pub(super) fn new(link: Link, batching: Option<Batching>) -> Self {
        match batching {
            None => MaybeBatched::Plain(link),
            Some(batching) => {
                let timeout = link.common.settings.timeout;
                MaybeBatched::Batched(Batched::new(link, batching, Tokio).timeout(timeout))
            }
        }
    }

    pub(super) fn link(&self) -> &Link {
        match self {
            MaybeBatched::Plain(link) => link,
            MaybeBatched::Batched(batched) => batched.transport(),
        }
    }
}

impl Transport for MaybeBatched {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        match self {
            MaybeBatched::Plain(link) => link.send(message).await,
            MaybeBatched::Batched(batched) => batched.send(message).await,
        }
    }
}

/// The runtime that the call runs on.
#[derive(Clone, Copy)]
pub(super) struct Tokio;

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

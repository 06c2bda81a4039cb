//! [`Handler`]: the service of a session, and its message log.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;

use crate::duplex::Duplex;
use crate::message_log::ServerExchange;
use crate::runtime::BoxFuture;
use crate::server::{Reply, Server};
use crate::service::{RequestMetadata, Service};

/// A server whose service's type is forgotten.
pub(super) trait Handler: Send + Sync {
    fn handle(
        &self,
        message: Bytes,
        metadata: RequestMetadata,
        endpoint: &Arc<str>,
    ) -> BoxFuture<'static, Option<Reply>>;
}

impl<S: Service> Handler for Server<S> {
    fn handle(
        &self,
        message: Bytes,
        metadata: RequestMetadata,
        endpoint: &Arc<str>,
    ) -> BoxFuture<'static, Option<Reply>> {
        let server = self.clone();
        let is_named = !endpoint.is_empty();
        let log = (is_named && ServerExchange::is_wanted()).then(|| {
            let secrets = |method: &str| server.secret_params(method);
            let headers = Some(metadata.headers());
            ServerExchange::begin(&message, endpoint.to_string(), headers, secrets)
        });
        Box::pin(async move {
            match log {
                None => server.handle(&message, metadata).await,
                Some(log) => {
                    let duplex = metadata.duplex().cloned();
                    let handled = server.handle(&message, metadata);
                    logged(handled, log, duplex.as_deref()).await
                }
            }
        })
    }
}

/// Runs a call, and logs how it is answered. A call that becomes a subscription is logged again when that has ended.
async fn logged(
    call: impl Future<Output = Option<Reply>>,
    log: ServerExchange,
    duplex: Option<&Duplex>,
) -> Option<Reply> {
    let subscription_news = || duplex.map(Duplex::subscription_news).unwrap_or_default();
    let mut call = pin!(call);
    let mut log = Some(log);
    poll_fn(|task| {
        drop(subscription_news()); // of a call that is not logged
        let reply = call.as_mut().poll(task);
        let news = subscription_news();
        if let (Some(response), Some(log)) = (&news.opened, &mut log) {
            log.subscribed(response);
        }
        if let Poll::Ready(reply) = &reply
            && let Some(mut log) = log.take()
        {
            let (body, items) = match (&news.ended, reply) {
                (Some(ended), _) => (ended.message.as_deref(), ended.items),
                (None, Some(reply)) => (Some(reply.body()), reply.items()),
                (None, None) => (None, None),
            };
            log.items(items);
            log.end(body, None);
        }
        reply
    })
    .await
}

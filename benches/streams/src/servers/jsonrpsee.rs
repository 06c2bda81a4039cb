//! jsonrpsee with its macro. Streams are subscriptions.

use jsonrpsee::PendingSubscriptionSink;
use jsonrpsee::core::{RpcResult, SubscriptionResult, async_trait};
use jsonrpsee::proc_macros::rpc;
use jsonrpsee::server::{ServerBuilder, ServerConfig};
use serde_json::value::to_raw_value;
use tokio::net::TcpListener;
use tokio::sync::broadcast;

use super::WAITING;

/// The contract.
#[rpc(server)]
trait Feed {
    #[method(name = "add")]
    async fn add(&self, a: i64, b: i64) -> RpcResult<i64>;
    #[subscription(name = "watch", unsubscribe = "unwatch", item = String)]
    async fn watch(&self, items: usize) -> SubscriptionResult;
    #[subscription(name = "news", unsubscribe = "unnews", item = String)]
    async fn news(&self) -> SubscriptionResult;
    #[method(name = "publish")]
    async fn publish(&self, items: usize) -> RpcResult<usize>;
}

struct Service {
    news: broadcast::Sender<&'static str>,
}

#[async_trait]
impl FeedServer for Service {
    async fn add(&self, a: i64, b: i64) -> RpcResult<i64> {
        Ok(a + b)
    }

    async fn watch(&self, pending: PendingSubscriptionSink, items: usize) -> SubscriptionResult {
        let sink = pending.accept().await?;
        for _ in 0..items {
            sink.send(to_raw_value(work::ITEM)?).await?;
        }
        Ok(())
    }

    async fn news(&self, pending: PendingSubscriptionSink) -> SubscriptionResult {
        let mut news = self.news.subscribe();
        let sink = pending.accept().await?;
        loop {
            tokio::select! {
                () = sink.closed() => return Ok(()),
                item = news.recv() => sink.send(to_raw_value(item?)?).await?,
            }
        }
    }

    async fn publish(&self, items: usize) -> RpcResult<usize> {
        for _ in 0..items {
            // Nobody may have subscribed.
            let _ = self.news.send(work::ITEM);
        }
        Ok(items)
    }
}

/// Starts a server as jsonrpsee's documentation does, but with a higher limit than its default of 100 connections.
pub(super) async fn serve(listener: TcpListener) {
    let config = ServerConfig::builder()
        .max_connections(MAX_CONNECTIONS)
        .build();
    let listener = listener.into_std().expect("tokio returns the listener");
    let server = ServerBuilder::with_config(config).build_from_tcp(listener);
    let server = server.expect("the listener came from tokio");
    let service = Service {
        news: broadcast::Sender::new(WAITING),
    };
    server.start(service.into_rpc()).stopped().await;
}

/// This project's default.
const MAX_CONNECTIONS: u32 = 8192;

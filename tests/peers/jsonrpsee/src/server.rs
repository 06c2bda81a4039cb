//! jsonrpsee's server, which has the subscriptions that our client opens.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jsonrpsee_core::SubscriptionResult;
use jsonrpsee_core::server::{RpcModule, SubscriptionSink};
use jsonrpsee_server::types::ErrorObjectOwned;
use jsonrpsee_server::{PendingSubscriptionSink, Server};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

use crate::Result;

/// How many subscriptions are open.
type Open = AtomicUsize;

pub async fn run() -> Result {
    let server = Server::builder().build("127.0.0.1:0").await?;
    let address = server.local_addr()?;
    let handle = server.start(module()?);
    println!("listening on ws://{address}/");
    handle.stopped().await;
    Ok(())
}

fn module() -> Result<RpcModule<Open>> {
    let mut module = RpcModule::new(Open::default());
    module.register_method("chain_version", |_, _, _| "1")?;
    module.register_method("chain_open", |_, open, _| open.load(Ordering::SeqCst))?;
    module.register_subscription(
        "chain_subscribeHeads",
        "chain_head",
        "chain_unsubscribeHeads",
        |params, pending, open, _| async move {
            let count = params.one::<u64>()?;
            let sink = Counted::accept(pending, open).await?;
            for number in 1..=count {
                sink.send(&json!({ "number": format!("{number:#x}") }))
                    .await?;
            }
            sink.sink.closed().await;
            Ok(()) as SubscriptionResult
        },
    )?;
    module.register_subscription(
        "chain_count",
        "chain_count",
        "chain_stopCounting",
        |params, pending, open, _| async move {
            let to = params.one::<u64>()?;
            let sink = Counted::accept(pending, open).await?;
            for number in 1..=to {
                sink.send(&json!(number)).await?;
            }
            Ok(()) as SubscriptionResult
        },
    )?;
    module.register_subscription(
        "chain_subscribeFragile",
        "chain_fragile",
        "chain_unsubscribeFragile",
        |params, pending, open, _| async move {
            if params.one::<u64>()? == 0 {
                let error = ErrorObjectOwned::owned(1001, "nothing to count", None::<()>);
                pending.reject(error).await;
                return Ok(());
            }
            let sink = Counted::accept(pending, open).await?;
            sink.send(&json!(1)).await?;
            Err("3 is too much".into()) as SubscriptionResult
        },
    )?;
    Ok(module)
}

/// A subscription that counts as long as it is open.
struct Counted {
    sink: SubscriptionSink,
    open: Arc<Open>,
}

impl Counted {
    async fn accept(pending: PendingSubscriptionSink, open: Arc<Open>) -> Result<Self> {
        let sink = pending.accept().await?;
        open.fetch_add(1, Ordering::SeqCst);
        Ok(Counted { sink, open })
    }

    async fn send(&self, item: &Value) -> Result {
        Ok(self.sink.send(to_raw_value(item)?).await?)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }
}

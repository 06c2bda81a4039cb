//! jsonrpsee's clients: over HTTP, with and without the default middleware, and any other.

use std::sync::Arc;

use jsonrpsee::core::client::ClientT;
use jsonrpsee::core::params::BatchRequestBuilder;
use jsonrpsee::http_client::HttpClient;
use jsonrpsee::proc_macros::rpc;
use jsonrpsee::rpc_params;
use work::Order;

use crate::client::Client;

/// The contract of `work::Bench`, with borrowed params.
#[rpc(client)]
pub trait Lent {
    #[method(name = "add")]
    async fn add(&self, a: i64, b: i64) -> RpcResult<i64>;
    #[method(name = "echo")]
    async fn echo(&self, text: &str) -> RpcResult<String>;
    #[method(name = "total")]
    async fn total(&self, orders: &[Order]) -> RpcResult<f64>;
    #[method(name = "list")]
    async fn list(&self, bytes: usize) -> RpcResult<Vec<Order>>;
}

/// A client made by jsonrpsee.
pub struct Jsonrpsee<C>(Arc<C>);

impl<C> Clone for Jsonrpsee<C> {
    fn clone(&self) -> Self {
        Jsonrpsee(Arc::clone(&self.0))
    }
}

/// The client with jsonrpsee's defaults.
///
/// # Panics
///
/// If the address is invalid.
pub fn connect(url: &str) -> Jsonrpsee<impl ClientT + Send + Sync + use<>> {
    let client = HttpClient::builder().build(url);
    Jsonrpsee::over(client.expect("the address is valid"))
}

/// The client without the middleware that logs each call, which is on by default.
///
/// # Panics
///
/// If the address is invalid.
pub fn without_logging(url: &str) -> Jsonrpsee<impl ClientT + Send + Sync + use<>> {
    let bare = jsonrpsee::core::middleware::RpcServiceBuilder::new();
    let client = HttpClient::builder().set_rpc_middleware(bare).build(url);
    Jsonrpsee::over(client.expect("the address is valid"))
}

impl<C> Jsonrpsee<C> {
    /// The typed client over a connected client.
    pub fn over(client: C) -> Self {
        Jsonrpsee(Arc::new(client))
    }
}

impl<C: ClientT + Send + Sync + 'static> Client for Jsonrpsee<C> {
    async fn add(&mut self, a: i64, b: i64) -> i64 {
        LentClient::add(&*self.0, a, b).await.expect("a sum")
    }

    async fn echo(&mut self, text: &str) -> String {
        self.0.echo(text).await.expect("the text")
    }

    async fn total(&mut self, orders: &[Order]) -> f64 {
        self.0.total(orders).await.expect("a cost")
    }

    async fn list(&mut self, bytes: usize) -> f64 {
        work::total(&self.0.list(bytes).await.expect("orders"))
    }

    async fn batch(&mut self, length: i64) -> Option<i64> {
        let mut batch = BatchRequestBuilder::new();
        for n in 0..length {
            let inserted = batch.insert("add", rpc_params![n, 1]);
            inserted.expect("numbers are JSON");
        }
        let replies = self.0.batch_request::<i64>(batch).await.expect("a batch");
        let sums = replies.into_iter().map(|result| result.expect("a sum"));
        Some(sums.sum())
    }
}

//! Our client, over any transport.

use rpc_core::{Transport, rpc};
use work::Order;

use crate::client::Client;

/// The contract of `work::Bench`, with borrowed params.
#[rpc]
pub trait Lent {
    async fn add(&self, a: i64, b: i64) -> i64;
    async fn echo(&self, text: &str) -> String;
    async fn total(&self, orders: &[Order]) -> f64;
    async fn list(&self, bytes: usize) -> Vec<Order>;
}

/// Our client.
pub struct Ours<T: Transport> {
    client: rpc_core::Client<T>,
    stub: LentClient<T>,
}

impl<T: Transport> Ours<T> {
    /// The typed client over a connected client.
    pub fn over(client: rpc_core::Client<T>) -> Self {
        Ours {
            stub: LentClient::new(client.clone()),
            client,
        }
    }
}

impl<T: Transport> Clone for Ours<T> {
    fn clone(&self) -> Self {
        Ours::over(self.client.clone())
    }
}

impl<T: Transport> Client for Ours<T> {
    async fn add(&mut self, a: i64, b: i64) -> i64 {
        self.stub.add(a, b).await.expect("a sum")
    }

    async fn echo(&mut self, text: &str) -> String {
        self.stub.echo(text).await.expect("the text")
    }

    async fn total(&mut self, orders: &[Order]) -> f64 {
        self.stub.total(orders).await.expect("a cost")
    }

    async fn list(&mut self, bytes: usize) -> f64 {
        work::total(&self.stub.list(bytes).await.expect("orders"))
    }

    async fn batch(&mut self, length: i64) -> Option<i64> {
        let calls: Vec<_> = (0..length).map(|n| self.stub.add(n, 1)).collect();
        let results = self.client.batch(calls).await.expect("a batch");
        let sums = results.into_iter().map(|result| result.expect("a sum"));
        Some(sums.sum())
    }
}

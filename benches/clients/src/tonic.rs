//! tonic's client. Its messages are owned, so the orders are cloned for each call.

use std::sync::Arc;

use peers::tonic::contract::bench_client::BenchClient;
use peers::tonic::contract::{Orders, Pair, Size, Text};
use tonic::transport::Channel;
use work::Order;

use crate::client::{Client, orders};

/// The generated client, with one connection.
#[derive(Clone)]
pub struct Tonic {
    client: BenchClient<Channel>,
    /// [`orders`], converted to the contract's own type.
    orders: Arc<Orders>,
}

/// Connects to a server.
///
/// # Panics
///
/// If it can't.
pub async fn connect(url: String) -> Tonic {
    let client = BenchClient::connect(url).await;
    Tonic {
        client: client.expect("the server listens"),
        orders: Arc::new(peers::tonic::orders(orders())),
    }
}

impl Client for Tonic {
    async fn add(&mut self, a: i64, b: i64) -> i64 {
        let reply = self.client.add(Pair { a, b }).await;
        reply.expect("a sum").into_inner().sum
    }

    async fn echo(&mut self, text: &str) -> String {
        let text = text.to_owned();
        let reply = self.client.echo(Text { text }).await;
        reply.expect("the text").into_inner().text
    }

    async fn total(&mut self, _: &[Order]) -> f64 {
        let reply = self.client.total(Orders::clone(&self.orders)).await;
        reply.expect("a cost").into_inner().cost
    }

    async fn list(&mut self, bytes: usize) -> f64 {
        let bytes = bytes.try_into().expect("a size has at most 64 bits");
        let reply = self.client.list(Size { bytes }).await;
        peers::tonic::total(&reply.expect("orders").into_inner().orders)
    }
}

//! tarpc's client. Its params are owned, so the orders are cloned for each call.

use peers::tarpc::BenchClient;
use tarpc::context;
use work::Order;

use crate::client::Client;

/// The generated client.
#[derive(Clone)]
pub struct Tarpc(pub BenchClient);

impl Client for Tarpc {
    async fn add(&mut self, a: i64, b: i64) -> i64 {
        let sum = self.0.add(context::current(), a, b);
        sum.await.expect("a sum")
    }

    async fn echo(&mut self, text: &str) -> String {
        let echo = self.0.echo(context::current(), text.to_owned());
        echo.await.expect("the text")
    }

    async fn total(&mut self, orders: &[Order]) -> f64 {
        let total = self.0.total(context::current(), orders.to_vec());
        total.await.expect("a cost")
    }

    async fn list(&mut self, bytes: usize) -> f64 {
        let list = self.0.list(context::current(), bytes);
        work::total(&list.await.expect("orders").0)
    }
}

//! The work that every contender does: the contract, the messages, and the answers they must give.

pub mod additions;

use std::sync::{Arc, LazyLock};

use rpc_core::rpc;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An order. Large messages consist of many of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub id: u64,
    pub item: String,
    pub quantity: u32,
    pub price: f64,
    pub tags: Vec<String>,
}

/// Orders made in advance, so that only sending them costs time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Orders(pub Arc<[Order]>);

/// The contract that every server implements.
#[rpc]
pub trait Bench {
    /// Returns the sum.
    async fn add(&self, a: i64, b: i64) -> i64;
    /// Returns the same text.
    async fn echo(&self, text: &str) -> String;
    /// Returns the total cost of the orders: large params, a small result.
    async fn total(&self, orders: Vec<Order>) -> f64;
    /// Returns about this many bytes of orders: small params, a large result that lies ready.
    async fn list(&self, bytes: usize) -> Orders;
    /// Returns the same orders in a list that is made for this call.
    async fn copy(&self, bytes: usize) -> Vec<Order>;
    /// Always fails.
    async fn fail(&self) -> Result<i64, rpc_core::ErrorObject>;
}

/// The implementation. Servers written with other frameworks do the same work.
#[derive(Debug, Clone, Copy, Default)]
pub struct Implementation;

impl Bench for Implementation {
    async fn add(&self, a: i64, b: i64) -> i64 {
        a + b
    }

    async fn echo(&self, text: &str) -> String {
        text.to_owned()
    }

    async fn total(&self, orders: Vec<Order>) -> f64 {
        total(&orders)
    }

    async fn list(&self, bytes: usize) -> Orders {
        prepared(bytes)
    }

    async fn copy(&self, bytes: usize) -> Vec<Order> {
        copied(bytes)
    }

    async fn fail(&self) -> Result<i64, rpc_core::ErrorObject> {
        Err(rpc_core::ErrorObject::new(FAILURE, "sold out"))
    }
}

/// The code of `fail`'s error.
pub const FAILURE: i64 = 1001;

/// The total cost of the orders.
pub fn total(orders: &[Order]) -> f64 {
    orders
        .iter()
        .map(|order| order.price * f64::from(order.quantity))
        .sum()
}

/// Makes orders with about this many bytes of JSON. Their names contain an escape, and prices are with and without a
/// fraction.
pub fn orders(bytes: usize) -> Vec<Order> {
    let order = |id: u64| Order {
        id,
        item: format!("item \"{id}\""),
        quantity: (id % 7) as u32,
        price: id as f64 * 1.25,
        tags: vec!["new".into(), "north".into()],
    };
    let one = serde_json::to_vec(&order(1000))
        .expect("an order is JSON")
        .len()
        + 1;
    (1000..).map(order).take(bytes / one).collect()
}

/// Returns 1 KiB, 100 KiB or 10 MiB of orders, which are made only once.
///
/// # Panics
///
/// If `bytes` is another number.
pub fn prepared(bytes: usize) -> Orders {
    static SIZES: [usize; 3] = [KIB, 100 * KIB, 10 * MIB];
    static PREPARED: [LazyLock<Orders>; 3] = [
        LazyLock::new(|| Orders(orders(SIZES[0]).into())),
        LazyLock::new(|| Orders(orders(SIZES[1]).into())),
        LazyLock::new(|| Orders(orders(SIZES[2]).into())),
    ];
    let at = SIZES.iter().position(|size| *size == bytes);
    PREPARED[at.expect("one of the three sizes")].clone()
}

/// A copy of [`prepared`], as methods make that collect their result.
///
/// # Panics
///
/// As [`prepared`] does.
pub fn copied(bytes: usize) -> Vec<Order> {
    prepared(bytes).0.to_vec()
}

/// A call of a method.
pub fn call(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": method, "params": params, "id": 1 })
}

/// A batch of this many calls of `add`.
pub fn batch(length: usize) -> Value {
    let one = |n: usize| json!({ "jsonrpc": "2.0", "method": "add", "params": [n, 1], "id": n });
    (0..length).map(one).collect()
}

/// An item of a stream: 100 bytes as JSON, 98 as text.
pub const ITEM: &str = "The price of tea in the harbour is 12.5 a pound, and 4,000 chests of it are still on their way in.";

/// A KiB, in bytes.
pub const KIB: usize = 1024;
/// A MiB, in bytes.
pub const MIB: usize = 1024 * KIB;

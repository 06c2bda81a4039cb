//! A service for web pages and Python programs, whose clients are generated: `cargo run --example web`.
//!
//! docs/clients.md says how. For another address: `cargo run --example web 127.0.0.1:8081`.
#![allow(missing_docs)]

use futures_util::{Stream, stream};
use rpc_core::{RpcError, rpc};
use rpc_http::server::{endpoint, serve};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// An order of one kind of thing.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Order {
    pub number: u64,
    pub item: String,
    pub quantity: u32,
}

/// Where an order is.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Packed,
    Sent,
    Arrived,
}

/// Orders placed with the shop.
#[rpc(namespace = "orders", schema)]
pub trait Orders {
    /// Places an order.
    async fn place(
        &self,
        /// What to order.
        item: &str,
        #[rpc(default = 1)] quantity: u32,
    ) -> Result<Order, OrderError>;

    /// Where the order has been, and where it is from now on.
    fn watch(&self, number: u64) -> impl Stream<Item = State>;
}

#[derive(Debug, thiserror::Error, RpcError)]
#[rpc(schema)]
pub enum OrderError {
    /// There are fewer than were ordered.
    #[error("only {left} left")]
    #[rpc(code = 1001)]
    SoldOut { left: u32 },
}

struct Shop;

impl Orders for Shop {
    async fn place(&self, item: &str, quantity: u32) -> Result<Order, OrderError> {
        let item = item.to_owned();
        match quantity {
            0..=3 => Ok(Order {
                number: 1002,
                item,
                quantity,
            }),
            _ => Err(OrderError::SoldOut { left: 3 }),
        }
    }

    fn watch(&self, _: u64) -> impl Stream<Item = State> {
        stream::iter([State::Packed, State::Sent, State::Arrived])
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:8080")).await?;
    println!("http://{}/", listener.local_addr()?);
    serve(listener, endpoint(OrdersServer::new(Shop))).await?;
    Ok(())
}

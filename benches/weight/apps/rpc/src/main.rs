//! A shop, served and called over HTTP.

use rpc_core::rpc;
use rpc_http::server::{endpoint, serve};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    pub item: String,
    pub quantity: u32,
}

#[rpc]
pub trait Shop {
    async fn add(&self, a: i64, b: i64) -> i64;
    async fn echo(&self, text: String) -> String;
    async fn items(&self, orders: Vec<Order>) -> u32;
    async fn orders(&self, count: u32) -> Vec<Order>;
    async fn is_open(&self) -> bool;
}

struct Corner;

impl Shop for Corner {
    async fn add(&self, a: i64, b: i64) -> i64 {
        a + b
    }

    async fn echo(&self, text: String) -> String {
        text
    }

    async fn items(&self, orders: Vec<Order>) -> u32 {
        orders.iter().map(|order| order.quantity).sum()
    }

    async fn orders(&self, count: u32) -> Vec<Order> {
        let order = |quantity| Order {
            item: "tea".to_owned(),
            quantity,
        };
        (0..count).map(order).collect()
    }

    async fn is_open(&self) -> bool {
        true
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let url = format!("http://{}/", listener.local_addr().expect("it is bound"));
    tokio::spawn(async { serve(listener, endpoint(ShopServer::new(Corner))).await });
    let shop = ShopClient::new(rpc_http::Client::new(&url).expect("the address is valid"));
    let orders = shop.orders(4).await.expect("orders");
    println!("{}", shop.items(orders).await.expect("a number"));
}

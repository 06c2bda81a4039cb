//! A shop, served and called over HTTP.

use jsonrpsee::core::{RpcResult, async_trait};
use jsonrpsee::proc_macros::rpc;
use jsonrpsee::server::Server;
use jsonrpsee_http_client::HttpClient;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    pub item: String,
    pub quantity: u32,
}

#[rpc(server, client)]
pub trait Shop {
    #[method(name = "add")]
    async fn add(&self, a: i64, b: i64) -> RpcResult<i64>;
    #[method(name = "echo")]
    async fn echo(&self, text: String) -> RpcResult<String>;
    #[method(name = "items")]
    async fn items(&self, orders: Vec<Order>) -> RpcResult<u32>;
    #[method(name = "orders")]
    async fn orders(&self, count: u32) -> RpcResult<Vec<Order>>;
    #[method(name = "is_open")]
    async fn is_open(&self) -> RpcResult<bool>;
}

struct Corner;

#[async_trait]
impl ShopServer for Corner {
    async fn add(&self, a: i64, b: i64) -> RpcResult<i64> {
        Ok(a + b)
    }

    async fn echo(&self, text: String) -> RpcResult<String> {
        Ok(text)
    }

    async fn items(&self, orders: Vec<Order>) -> RpcResult<u32> {
        Ok(orders.iter().map(|order| order.quantity).sum())
    }

    async fn orders(&self, count: u32) -> RpcResult<Vec<Order>> {
        let order = |quantity| Order {
            item: "tea".to_owned(),
            quantity,
        };
        Ok((0..count).map(order).collect())
    }

    async fn is_open(&self) -> RpcResult<bool> {
        Ok(true)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let url = format!("http://{}/", listener.local_addr().expect("it is bound"));
    let listener = listener.into_std().expect("tokio returns the listener");
    let server = Server::builder()
        .build_from_tcp(listener)
        .expect("the listener came from tokio");
    let _running = server.start(Corner.into_rpc());
    let shop = HttpClient::builder()
        .build(&url)
        .expect("the address is valid");
    let orders = shop.orders(4).await.expect("orders");
    println!("{}", shop.items(orders).await.expect("a number"));
}

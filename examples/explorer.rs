//! An endpoint that serves a page to browsers: its methods, docs and forms, all from the contract. It prints the page's address.
#![allow(missing_docs)]

use std::time::Duration;

use futures_util::{Stream, stream};
use rpc_core::openrpc::OpenRpc;
use rpc_core::{RpcError, Server, rpc};
use rpc_http::server::{endpoint, serve};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of tea.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tea {
    Assam,
    Sencha,
    Oolong,
}

/// How the order reaches its buyer.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Delivery {
    /// The buyer comes to the shop.
    Pickup,
    Courier {
        street: String,
        city: String,
    },
}

/// An order as it was placed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// 64 bits. No digit is lost on the way through a browser.
    pub number: u64,
    pub tea: Tea,
    pub grams: u32,
    pub delivery: Delivery,
    pub note: Option<String>,
}

#[derive(Debug, thiserror::Error, RpcError)]
#[rpc(schema)]
pub enum OrderError {
    /// The shop has less than was ordered. Try again with at most `left` grams.
    #[error("only {left} g are left")]
    #[rpc(code = 1001, kind = "conflict")]
    SoldOut { left: u32 },
}

/// Orders placed with the tea house.
#[rpc(namespace = "orders", schema)]
pub trait Orders {
    /// Places an order.
    ///
    /// The tea is **set aside at once**. Nothing is charged before it leaves the shop.
    #[rpc(since = "1.2", example(
        "a courier",
        tea = Tea::Sencha,
        grams = 250,
        delivery = Delivery::Courier { street: "Canal Street 4".into(), city: "Utrecht".into() },
        note = Some("Ring twice"),
        card = "" => order()
    ))]
    async fn place(
        &self,
        tea: Tea,
        /// At most 1,000 grams are in stock.
        grams: u32,
        delivery: Delivery,
        note: Option<&str>,
        /// The number of a gift card.
        #[rpc(secret, default = "")]
        card: &str,
    ) -> Result<Order, OrderError>;

    /// The price of 100 grams, whenever it changes.
    #[rpc(read_only)]
    fn watch_price(&self, tea: Tea) -> impl Stream<Item = f64>;

    /// Says that somebody looked at a tea. Nobody answers.
    #[rpc(notification)]
    async fn seen(&self, tea: Tea);

    #[deprecated = "use `orders.place`"]
    async fn buy(&self, tea: Tea) -> u64;
}

fn order() -> Order {
    Order {
        number: 9_007_199_254_740_993,
        tea: Tea::Sencha,
        grams: 250,
        delivery: Delivery::Pickup,
        note: None,
    }
}

struct TeaHouse;

impl Orders for TeaHouse {
    async fn place(
        &self,
        tea: Tea,
        grams: u32,
        delivery: Delivery,
        note: Option<&str>,
        _card: &str,
    ) -> Result<Order, OrderError> {
        let note = note.map(str::to_owned);
        match grams {
            1001.. => Err(OrderError::SoldOut { left: 1000 }),
            _ => Ok(Order {
                tea,
                grams,
                delivery,
                note,
                ..order()
            }),
        }
    }

    fn watch_price(&self, tea: Tea) -> impl Stream<Item = f64> {
        let first = f64::from(tea as u8) * 2.5 + 4.0;
        stream::unfold(first, |price| async move {
            tokio::time::sleep(Duration::from_millis(400)).await;
            Some((price, price + 0.25))
        })
    }

    async fn seen(&self, _: Tea) {}

    async fn buy(&self, _: Tea) -> u64 {
        order().number
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let about = OpenRpc::new().title("Tea house").version("1.4.0");
    let server = Server::new(OrdersServer::new(TeaHouse)).openrpc(about);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("open http://{}/ in a browser", listener.local_addr()?);
    serve(listener, endpoint(server).explorer()).await?;
    Ok(())
}

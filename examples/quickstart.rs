//! A contract, its server and its client. Prints each message that goes between them.
#![allow(missing_docs)]

use std::time::Duration;

use rpc_core::transport::{TransportFailure, TransportReply, TransportRequest};
use rpc_core::{CallError, Client, RpcError, Transport, rpc};
use rpc_http::client::Http;
use rpc_http::server::{endpoint, serve};

/// Orders placed with the shop.
#[rpc(namespace = "orders")]
pub trait Orders {
    /// Places an order and returns its number.
    async fn place(&self, item: &str, quantity: u32) -> Result<u64, OrderError>;

    /// Tells the shop that a parcel was seen. A notification gets no answer, not even an error.
    #[rpc(notification)]
    async fn seen(&self, parcel: &str);
}

/// Why an order fails. The code identifies the variant on the wire, and `left` travels as the error's data.
#[derive(Debug, thiserror::Error, RpcError)]
pub enum OrderError {
    #[error("only {left} left")]
    #[rpc(code = 1001)]
    SoldOut { left: u32 },
}

struct Shop;

impl Orders for Shop {
    async fn place(&self, item: &str, quantity: u32) -> Result<u64, OrderError> {
        if quantity > 3 {
            return Err(OrderError::SoldOut { left: 3 });
        }
        Ok(item.len() as u64 * 1000 + u64::from(quantity))
    }

    async fn seen(&self, parcel: &str) {
        println!("    (the shop learns that parcel {parcel} was seen)");
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/rpc", listener.local_addr()?);
    println!("serving on {url}");
    tokio::spawn(serve(listener, endpoint(OrdersServer::new(Shop))).into_future());

    // Without the printing, `OrdersClient::new(rpc_http::Client::new(&url)?)` is all a client needs.
    let http = rpc_http::Client::new(&url)?;
    let client = Client::from_transport(Printing(http.transport().clone()));
    let orders = OrdersClient::new(client.clone());

    println!("\na call");
    let number = orders.place("tea", 2).await?;
    println!("    order {number}");

    println!("\nthe method's own error, which arrives as the variant that the method returned");
    match orders
        .place("tea", 900)
        .timeout(Duration::from_secs(1))
        .await
    {
        Err(CallError::Method(OrderError::SoldOut { left })) => println!("    only {left} left"),
        Ok(number) => println!("    order {number}"),
        Err(error) => return Err(error.into()),
    }

    println!("\na notification");
    orders.seen("p-17").await?;

    println!("\na batch");
    let (tea, coffee) = client
        .batch((orders.place("tea", 1), orders.place("coffee", 3)))
        .await?;
    println!("    orders {} and {}", tea?, coffee?);
    Ok(())
}

/// Prints each message on its way. A transport is anything that carries bytes, so one can wrap another.
struct Printing(Http);

impl Transport for Printing {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        println!("--> {}", String::from_utf8_lossy(&message.body));
        let reply = self.0.send(message).await?;
        println!("<-- {}", String::from_utf8_lossy(&reply.body));
        Ok(reply)
    }
}

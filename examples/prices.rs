//! A stream of prices over a WebSocket, and a server that asks its client. Server and client are in one program. With the
//! argument `stay`, it goes on to serve a page that shows the prices in a browser.
#![allow(missing_docs)]

use std::time::Duration;

use axum::response::Html;
use axum::routing::get;
use futures_util::{StreamExt, stream};
use rpc_core::{Peer, Stream, rpc};
use rpc_http::server::endpoint;
use rpc_http::ws;

#[rpc(namespace = "prices")]
pub trait Prices {
    /// A new price every now and then, for ever. A page can open it by a GET, since that changes nothing.
    #[rpc(idempotent)]
    fn watch(&self, symbol: &str) -> impl Stream<Item = u64>;

    /// Buys if the client agrees to the price.
    async fn buy(&self, symbol: &str, #[rpc(peer)] buyer: &BuyerClient<Peer>) -> bool;
}

/// What the server may ask its client.
#[rpc(namespace = "buyer")]
pub trait Buyer {
    async fn agrees(&self, symbol: &str, price: u64) -> bool;
}

struct Exchange;

impl Prices for Exchange {
    fn watch(&self, symbol: &str) -> impl Stream<Item = u64> {
        let start = symbol.len() as u64 * 100;
        stream::unfold(start, |price| async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Some((price, price + 1))
        })
    }

    async fn buy(&self, symbol: &str, buyer: &BuyerClient<Peer>) -> bool {
        buyer.agrees(symbol, 300).await.unwrap_or(false)
    }
}

struct Thrifty;

impl Buyer for Thrifty {
    async fn agrees(&self, symbol: &str, price: u64) -> bool {
        println!("    the server asks: {symbol} for {price}?");
        price < 500
    }
}

/// The browser connects again by itself if the connection is lost.
const PAGE: &str = "<!doctype html><title>Prices</title><h1>Tea: <output id=price>…</output></h1>
<script>
    const prices = new EventSource('/prices.watch?symbol=tea');
    prices.onmessage = (price) => { document.getElementById('price').textContent = price.data; };
    prices.addEventListener('failed', () => location.reload());
</script>";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    // `/prices.watch?symbol=tea` is the stream as `EventSource` reads it.
    let service = endpoint(PricesServer::new(Exchange)).shorthand(true);
    let app = axum::Router::new()
        .route("/page", get(|| async { Html(PAGE) }))
        .fallback_service(service);
    let server = tokio::spawn(async move { axum::serve(listener, app).await });

    let client = ws::Client::builder().service(BuyerServer::new(Thrifty));
    let prices = PricesClient::new(client.build(format!("ws://{address}/"))?);

    println!("watching tea");
    let mut watched = prices.watch("tea").await?;
    for _ in 0..3 {
        if let Some(price) = watched.next().await {
            println!("    {}", price?);
        }
    }
    drop(watched); // which stops the stream on the server

    println!("buying tea");
    let bought = prices.buy("tea").await?;
    println!("    bought: {bought}");

    if std::env::args().any(|argument| argument == "stay") {
        println!("open http://{address}/page in a browser");
        server.await??;
    }
    Ok(())
}

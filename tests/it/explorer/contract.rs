//! What the explorer page is tried on: every form of params, errors, streams, secrets and headers.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context as Task, Poll};
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use rpc_core::{Base64, Context, RpcError, rpc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::openrpc::contract::{
    Adjacent, External, Flat, Internal, Node, Odd, Page, Plain, Point, Renamed, Untagged, Wide,
};

/// Gives back what it gets.
#[rpc(namespace = "echo", schema)]
pub trait Echo {
    async fn external(&self, value: External) -> External;
    async fn internal(&self, value: Internal) -> Internal;
    async fn adjacent(&self, value: Adjacent) -> Adjacent;
    async fn untagged(&self, value: Untagged) -> Untagged;
    async fn plain(&self, value: Plain) -> Plain;
    async fn node(&self, value: Node) -> Node;
    async fn page(&self, value: Page<Point>) -> Page<Point>;
    async fn flat(&self, value: Flat) -> Flat;
    async fn renamed(&self, value: Renamed) -> Renamed;
    async fn wide(&self, value: Wide) -> Wide;
    async fn odd(&self, value: Odd) -> Odd;
    async fn bytes(&self, value: Base64) -> Base64;
    async fn anything(&self, value: serde_json::Value) -> serde_json::Value;
    async fn optional(&self, value: Option<Vec<Point>>) -> Option<Vec<Point>>;
    async fn texts(&self, value: Vec<String>) -> Vec<String>;
}

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
    /// The street is not on the map.
    #[error("no such street")]
    #[rpc(code = 1002)]
    NoSuchStreet,
}

/// Orders placed with the tea house.
#[rpc(namespace = "orders", schema)]
pub trait Orders {
    /// Places an order.
    ///
    /// The tea is **set aside at once**. Nothing is charged before it leaves the shop.
    #[rpc(since = "1.2", tag = "sales", example(
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

    /// Finds an order by its number.
    #[rpc(read_only)]
    async fn find(&self, number: u64) -> Option<u64>;

    /// The price of 100 grams, whenever it changes.
    #[rpc(read_only)]
    fn watch_price(&self, tea: Tea) -> impl Stream<Item = f64>;

    /// Says that somebody looked at a tea. Nobody answers.
    #[rpc(notification)]
    async fn seen(&self, tea: Tea);

    #[deprecated = "use `orders.place`"]
    async fn buy(&self, tea: Tea) -> u64;
}

/// What the tests look at.
#[rpc(namespace = "shop", schema)]
pub trait Shop {
    /// Opens a session.
    async fn login(&self, user: &str, #[rpc(secret)] password: &str) -> String;

    /// The header `authorization` of this call.
    async fn authorization(&self, #[rpc(context)] cx: &Context) -> Option<String>;

    /// How many streams run, and how often a tea was seen.
    async fn counters(&self) -> (usize, usize);

    /// Counts up to a number, as fast as it can, and then fails if somebody wants it to.
    fn count(&self, to: u32, fail: Option<bool>) -> impl Stream<Item = Result<u32, OrderError>>;

    /// Answers once nobody waits any more, which is never.
    #[rpc(cancel_on_disconnect)]
    async fn hang(&self);
}

pub fn order() -> Order {
    Order {
        number: 9_007_199_254_740_993,
        tea: Tea::Sencha,
        grams: 250,
        delivery: Delivery::Pickup,
        note: None,
    }
}

/// Implements all of it.
#[derive(Clone, Default)]
pub struct TeaHouse {
    running: Arc<AtomicUsize>,
    seen: Arc<AtomicUsize>,
}

/// Counts as running until it is dropped.
struct Running<S> {
    stream: Pin<Box<S>>,
    count: Arc<AtomicUsize>,
}

impl<S: Stream> Stream for Running<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<S::Item>> {
        self.stream.as_mut().poll_next(task)
    }
}

impl<S> Drop for Running<S> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::SeqCst);
    }
}

impl TeaHouse {
    fn counted<S: Stream>(&self, stream: S) -> Running<S> {
        self.running.fetch_add(1, Ordering::SeqCst);
        let count = Arc::clone(&self.running);
        Running {
            stream: Box::pin(stream),
            count,
        }
    }
}

macro_rules! echoes {
    ($($name:ident: $type:ty),* $(,)?) => {
        impl Echo for TeaHouse {
            $(async fn $name(&self, value: $type) -> $type {
                value
            })*
        }
    };
}

echoes! {
    external: External,
    internal: Internal,
    adjacent: Adjacent,
    untagged: Untagged,
    plain: Plain,
    node: Node,
    page: Page<Point>,
    flat: Flat,
    renamed: Renamed,
    wide: Wide,
    odd: Odd,
    bytes: Base64,
    anything: serde_json::Value,
    optional: Option<Vec<Point>>,
    texts: Vec<String>,
}

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

    async fn find(&self, number: u64) -> Option<u64> {
        Some(number)
    }

    fn watch_price(&self, tea: Tea) -> impl Stream<Item = f64> {
        let first = f64::from(tea as u8) * 2.5 + 4.0;
        self.counted(stream::unfold(first, |price| async move {
            tokio::time::sleep(Duration::from_millis(40)).await;
            Some((price, price + 0.25))
        }))
    }

    async fn seen(&self, _: Tea) {
        self.seen.fetch_add(1, Ordering::SeqCst);
    }

    async fn buy(&self, _: Tea) -> u64 {
        order().number
    }
}

impl Shop for TeaHouse {
    async fn login(&self, user: &str, password: &str) -> String {
        format!("{user}, whose password has {} letters", password.len())
    }

    async fn authorization(&self, cx: &Context) -> Option<String> {
        let header = cx.headers().get("authorization")?;
        header.to_str().ok().map(str::to_owned)
    }

    async fn counters(&self) -> (usize, usize) {
        let count = |it: &AtomicUsize| it.load(Ordering::SeqCst);
        (count(&self.running), count(&self.seen))
    }

    fn count(&self, to: u32, fail: Option<bool>) -> impl Stream<Item = Result<u32, OrderError>> {
        let end = fail
            .unwrap_or(false)
            .then_some(Err(OrderError::NoSuchStreet));
        self.counted(stream::iter(1..=to).map(Ok).chain(stream::iter(end)))
    }

    fn hang(&self) -> impl Future<Output = ()> + Send {
        std::future::pending()
    }
}

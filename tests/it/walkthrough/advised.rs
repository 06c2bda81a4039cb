//! The contract of the tea house, with an optional parameter in addition.

use futures_util::{Stream, stream};
use rpc_core::rpc;

use super::tea_house::{Delivery, Order, OrderError, Tea};

/// Orders placed with the tea house.
#[rpc(namespace = "orders", schema)]
pub trait Orders {
    /// Places an order.
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
        /// The same as `grams`, which it replaces.
        weight: Option<u32>,
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

/// Its document is all that is asked for.
struct Closed;

impl Orders for Closed {
    async fn place(
        &self,
        _: Tea,
        _: u32,
        _: Delivery,
        _: Option<&str>,
        _: &str,
        _: Option<u32>,
    ) -> Result<Order, OrderError> {
        Err(OrderError::SoldOut { left: 0 })
    }

    fn watch_price(&self, _: Tea) -> impl Stream<Item = f64> {
        stream::empty()
    }

    async fn seen(&self, _: Tea) {}

    async fn buy(&self, _: Tea) -> u64 {
        0
    }
}

pub fn server() -> OrdersServer<impl Orders> {
    OrdersServer::new(Closed)
}

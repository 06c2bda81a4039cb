//! The contract that most tests use, and its implementation.

use std::borrow::Cow;

use rpc_core::{Context, RpcError, rpc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderId(pub u64);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub id: OrderId,
    pub item: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Search {
    pub text: String,
    #[serde(default)]
    pub limit: Option<u32>,
}

pub type ShopResult<T> = Result<T, OrderError>;

/// Orders placed with the shop.
#[rpc(namespace = "orders")]
pub trait Orders {
    /// Places an order and returns its number.
    async fn place(&self, item: &str, quantity: u32) -> Result<OrderId, OrderError>;

    #[rpc(idempotent, alias = "orders.all")]
    async fn list(&self, customer: u64, #[rpc(default = 20)] limit: u32) -> Vec<Order>;

    #[rpc(notification)]
    async fn seen(&self, parcel: &str);

    async fn whoami(&self, #[rpc(context)] cx: &Context) -> ShopResult<String>;

    #[rpc(blocking)]
    fn blocking(
        &self,
        text: &str,
        words: &[String],
        #[rpc(context)] cx: &Context,
        note: Option<&str>,
    ) -> String;

    fn in_place(&self, a: i64, b: i64) -> i64;

    #[allow(clippy::too_many_arguments, reason = "one of each kind")]
    #[rpc(params = "named")]
    async fn everything(
        &self,
        #[rpc(name = "type")] kind: Cow<'_, str>,
        list: &[OrderId],
        order: &Order,
        raw: &RawValue,
        maybe: Option<&str>,
        #[rpc(default = "north")] side: &str,
        #[rpc(default)] count: u8,
    ) -> (String, usize, Order, String, Option<String>, String, u8);

    async fn search(&self, #[rpc(flatten)] search: Search) -> Search;

    async fn default_body(&self, a: u32) -> u32 {
        self.in_place(i64::from(a), 1) as u32
    }
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
pub enum OrderError {
    #[error("only {left} left")]
    #[rpc(code = 1001)]
    SoldOut { left: u32 },
    #[error("not signed in")]
    #[rpc(code = 1002)]
    Unauthorized,
}

#[derive(Default)]
pub struct Shop;

impl Orders for Shop {
    async fn place(&self, item: &str, quantity: u32) -> Result<OrderId, OrderError> {
        if quantity > 100 {
            return Err(OrderError::SoldOut { left: 3 });
        }
        Ok(OrderId(item.len() as u64 + u64::from(quantity)))
    }

    async fn list(&self, customer: u64, limit: u32) -> Vec<Order> {
        (0..limit.min(2))
            .map(|n| Order {
                id: OrderId(customer + u64::from(n)),
                item: "tea".into(),
            })
            .collect()
    }

    async fn seen(&self, _parcel: &str) {}

    async fn whoami(&self, cx: &Context) -> ShopResult<String> {
        cx.header("x-user")
            .map(str::to_owned)
            .ok_or(OrderError::Unauthorized)
    }

    fn blocking(&self, text: &str, words: &[String], cx: &Context, note: Option<&str>) -> String {
        format!("{text} {} {} {note:?}", words.join("+"), cx.method_name())
    }

    fn in_place(&self, a: i64, b: i64) -> i64 {
        a + b
    }

    async fn everything(
        &self,
        kind: Cow<'_, str>,
        list: &[OrderId],
        order: &Order,
        raw: &RawValue,
        maybe: Option<&str>,
        side: &str,
        count: u8,
    ) -> (String, usize, Order, String, Option<String>, String, u8) {
        (
            kind.into_owned(),
            list.len(),
            order.clone(),
            raw.to_string(),
            maybe.map(Into::into),
            side.into(),
            count,
        )
    }

    async fn search(&self, search: Search) -> Search {
        search
    }
}

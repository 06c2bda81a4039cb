// A contract in a public module of a crate that denies all warnings. Generated code must not cause any.
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    future_incompatible,
    nonstandard_style,
    rust_2018_idioms,
    let_underscore_drop,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unsafe_code,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications
)]

//! A crate with docs.

/// Orders.
pub mod orders {
    use std::borrow::Cow;

    use futures_util::{Stream, stream};
    use rpc_core::{Context, Internal, Peer, RpcError, rpc};
    use serde::de::DeserializeOwned;
    use serde::{Deserialize, Serialize};

    /// An order.
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub struct Order;

    /// All params of a search.
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub struct Search {
        /// A text.
        pub text: String,
    }

    /// Orders placed with the shop.
    #[rpc(namespace = "orders", lenient)]
    pub trait Orders {
        /// Places an order.
        #[deprecated(note = "use `list`")]
        async fn place(
            &self,
            item: &str,
            #[rpc(default = 1)] quantity: u32,
        ) -> Result<Order, OrderError>;

        /// Lists orders.
        #[rpc(idempotent, alias = "all")]
        async fn list(
            &self,
            #[rpc(context)] cx: &Context,
            note: Option<&str>,
            kind: Cow<'_, str>,
            #[rpc(default)] order: Option<&Order>,
            #[rpc(default = "north")] side: &str,
        ) -> Vec<Order>;

        /// Removed by `cfg`.
        #[cfg(any())]
        #[deprecated]
        async fn gone(&self, missing: Missing) -> Missing;

        /// A notification.
        #[rpc(notification)]
        async fn seen(&self);

        /// Blocks.
        #[rpc(blocking)]
        fn block(&self, order: &Order, #[rpc(context)] cx: &Context);

        /// Blocks without a context.
        #[rpc(blocking)]
        fn block_alone(&self, order: Order) -> OrderResult<()>;

        /// Searches.
        #[rpc(name = "find")]
        fn search(&self, #[rpc(flatten)] search: Search) -> u32;

        /// Watches orders.
        fn watch(&self, item: &str) -> impl Stream<Item = Order>;

        /// Watches orders, unless that is refused.
        async fn audit(
            &self,
            #[rpc(peer)] orders: &OrdersClient<Peer>,
        ) -> OrderResult<impl Stream<Item = OrderResult<Order>> + Unpin>;

        /// Has a body that is a stream.
        fn numbers(&self, from: u32) -> impl Stream<Item = u32> {
            stream::iter(from..)
        }

        /// Has a body.
        async fn body(&self, a: u32, #[allow(unused_variables)] b: u32) -> u32 {
            a
        }

        /// Has a name in upper case.
        #[allow(non_snake_case)]
        async fn getBlockByNumber(&self, blockNumber: u64) -> u64;
    }

    /// The alias.
    pub type OrderResult<T> = Result<T, OrderError>;

    /// Why an order fails.
    #[derive(Debug, thiserror::Error, RpcError)]
    pub enum OrderError {
        /// None left.
        #[error("only {left} left")]
        #[rpc(code = 1001)]
        SoldOut {
            /// How many are left.
            left: u32,
        },
        /// Nothing.
        #[error("nothing")]
        #[rpc(code = 1002)]
        #[deprecated]
        Nothing,
    }

    /// A code.
    pub const CLOSED: i64 = 1003;

    /// Has everything that an error can have.
    #[derive(Debug, thiserror::Error, RpcError)]
    #[rpc(rename_all = "camelCase")]
    pub enum Everything {
        /// A constant.
        #[error("closed")]
        #[rpc(code = CLOSED, kind = "unavailable")]
        Closed {
            /// Since when.
            #[rpc(name = "since")]
            closed_since: u64,
        },
        /// A code for servers.
        #[error("full")]
        #[rpc(code = -32001, server_error)]
        Full,
        /// Shared.
        #[error(transparent)]
        #[rpc(transparent)]
        Order(#[rpc(from)] OrderError),
        /// Anything else.
        #[error(transparent)]
        #[rpc(internal)]
        Internal(#[rpc(from)] Internal),
    }

    /// Converts two errors.
    #[derive(Debug, thiserror::Error, RpcError)]
    pub enum Converted {
        /// Shared.
        #[error(transparent)]
        #[rpc(transparent)]
        Order(#[from] OrderError),
        /// Anything else.
        #[error(transparent)]
        #[rpc(internal)]
        Internal(#[from] Internal),
    }

    /// Generic.
    #[derive(Debug, thiserror::Error, RpcError)]
    pub enum Generic<T: std::fmt::Debug + Serialize + DeserializeOwned> {
        /// A value.
        #[error("a value")]
        #[rpc(code = CLOSED)]
        Value(T),
        /// Anything else.
        #[error(transparent)]
        #[rpc(internal)]
        Internal(#[rpc(from)] Internal),
    }

    /// Never leaves the server.
    #[derive(Debug, thiserror::Error, RpcError)]
    #[error("internal")]
    #[rpc(internal)]
    pub struct Hidden;

    /// A store.
    #[rpc]
    pub trait Store<K: Serialize + DeserializeOwned, const N: usize> {
        /// Puts.
        async fn put(&self, key: K) -> Result<K, Hidden>;
    }
}

fn main() {}

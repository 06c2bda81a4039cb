//! What generated clients are tried on: values of every type, errors, streams and calls of the server, and a newer server.

use futures_util::Stream;
use rpc_core::{Base64, Internal, Peer, RpcError, Tracked, rpc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::openrpc::contract::{
    Adjacent, External, Failure, Flat, Internal as Tagged, Node, Odd, Page, Plain, Point, Renamed,
    Untagged, Wide,
};

/// A value of every type.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Everything {
    pub external: Vec<External>,
    pub internal: Vec<Tagged>,
    pub adjacent: Vec<Adjacent>,
    pub untagged: Vec<Untagged>,
    pub plain: Plain,
    pub node: Node,
    pub page: Page<Point>,
    pub flat: Flat,
    pub renamed: Renamed,
    pub wide: Wide,
    pub odd: Odd,
    pub bytes: Base64,
}

/// The other end of the mirror.
#[rpc(namespace = "mirror", schema)]
pub trait Mirror {
    /// A value that is made from a seed.
    #[rpc(read_only)]
    async fn sample(&self, seed: u64) -> Everything;

    /// What is wrong with a sample that was sent back. Nothing, if it is the same.
    #[rpc(idempotent)]
    async fn difference(&self, seed: u64, value: Everything) -> Option<String>;

    /// Fails with each of the declared errors: 1001 to 1004. Any other code is an internal error.
    #[rpc(idempotent)]
    async fn fail(&self, code: i32) -> Result<u64, MirrorError>;

    /// Counts up to a number. Fails with the declared error after `fail_after` items.
    #[rpc(idempotent)]
    fn count(
        &self,
        to: u64,
        fail_after: Option<u64>,
    ) -> impl Stream<Item = Result<u64, MirrorError>>;

    /// Counts up to a number, and can go on after its connection was lost.
    #[rpc(idempotent, stream(resume))]
    fn log(
        &self,
        to: u64,
        #[rpc(cursor)] after: Option<u64>,
    ) -> impl Stream<Item = Tracked<u64, Entry>>;

    /// Reports a number of parts, and returns their sum. Its items carry a token.
    #[rpc(params = "named", stream(token = "partial"))]
    fn parts(&self, count: u32) -> impl Stream<Item = Entry>;

    /// Never sends anything.
    fn silence(&self) -> impl Stream<Item = u64>;

    /// Never answers, until it is cancelled.
    #[rpc(cancel_on_disconnect)]
    async fn hang(&self);

    /// How many calls of `hang` and streams run right now.
    #[rpc(read_only)]
    async fn running(&self) -> u32;

    /// Cuts all connections that go through the relay.
    async fn cut(&self);

    /// Notes a text for `noted`.
    #[rpc(notification)]
    async fn note(&self, text: &str);

    #[rpc(read_only)]
    async fn noted(&self) -> Vec<String>;

    /// The header `x-trace` of this call, and the time that is left for it in milliseconds.
    #[rpc(read_only)]
    async fn told(&self, #[rpc(context)] cx: &rpc_core::Context) -> (Option<String>, Option<u64>);

    /// Asks the client to double a number, and returns its answer.
    async fn ask(
        &self,
        number: u64,
        #[rpc(peer)] user: &UserClient<Peer>,
    ) -> Result<u64, MirrorError>;
}

/// What the server asks its clients.
#[rpc(namespace = "user", schema)]
pub trait User {
    /// Doubles a number, unless it is too large.
    async fn double(&self, number: u64) -> Result<u64, Overflow>;

    /// Says something.
    #[rpc(notification)]
    async fn hear(&self, text: &str);
}

#[derive(Debug, thiserror::Error, RpcError)]
#[rpc(schema)]
pub enum Overflow {
    #[error("at most {limit}")]
    #[rpc(code = 2001)]
    Overflow { limit: u64 },
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    pub number: u64,
    pub text: String,
}

#[derive(Debug, thiserror::Error, RpcError)]
#[rpc(schema)]
pub enum MirrorError {
    /// It is one of those that every contract has.
    #[error(transparent)]
    #[rpc(transparent)]
    Failure(#[from] Failure),
    /// The client refused.
    #[error("the client refused: {0}")]
    #[rpc(code = 1010)]
    Refused(String),
    #[error(transparent)]
    #[rpc(internal)]
    Internal(#[from] Internal),
}

/// A contract as the client knows it.
pub mod older {
    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
    pub struct Order {
        pub id: u64,
        pub state: State,
        /// In grams. Some servers still call it `weight_in_grams`.
        #[serde(alias = "weight_in_grams")]
        #[schemars(extend("x-aliases" = ["weight_in_grams"]))]
        pub weight: u64,
    }

    #[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[schemars(extend("x-extensible" = true))]
    pub enum State {
        Placed,
        Sent,
    }

    #[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub enum Size {
        Small,
        Large,
    }

    #[derive(Debug, thiserror::Error, RpcError)]
    #[rpc(schema)]
    pub enum ShopError {
        #[error("sold out")]
        #[rpc(code = 3001)]
        SoldOut,
    }

    #[rpc(namespace = "shop", schema)]
    pub trait Shop {
        async fn order(&self, id: u64) -> Order;
        fn orders(&self) -> impl Stream<Item = Order>;
        async fn size(&self) -> Size;
        async fn refuse(&self) -> Result<u64, ShopError>;
    }
}

/// The same contract, as the server has it by now.
pub mod newer {
    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub struct Order {
        pub id: u64,
        pub state: State,
        pub weight_in_grams: u64,
        pub parcels: Vec<u64>,
    }

    #[derive(Debug, Clone, Copy, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum State {
        Placed,
        Sent,
        Lost,
    }

    #[derive(Debug, Clone, Copy, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Size {
        Small,
        Large,
        Huge,
    }

    #[derive(Debug, thiserror::Error, RpcError)]
    pub enum ShopError {
        #[error("sold out")]
        #[rpc(code = 3001)]
        SoldOut,
        #[error("closed until {until}")]
        #[rpc(code = 3002)]
        Closed { until: String },
    }

    #[rpc(namespace = "shop")]
    pub trait Shop {
        async fn order(&self, id: u64) -> Order;
        fn orders(&self) -> impl Stream<Item = Order>;
        async fn size(&self) -> Size;
        async fn refuse(&self) -> Result<u64, ShopError>;
    }
}

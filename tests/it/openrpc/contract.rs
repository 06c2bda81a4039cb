//! A demanding contract: every form that parameters, results, errors and streams have.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

use futures_util::Stream;
use rpc_core::{Base64, RawValue, RpcError, Tracked, rpc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Externally tagged.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub enum External {
    Unit,
    New(u32),
    Pair(u8, String),
    Fields { left: u32, note: Option<String> },
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Internal {
    Nothing,
    Of { item: String },
    Nested(Point),
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "value")]
pub enum Adjacent {
    Empty,
    One(u64),
    Many { items: Vec<i8> },
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Untagged {
    Number(i64),
    Text(String),
    Both { number: i64, text: String },
}

/// A newer server may send others.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(extend("x-extensible" = true))]
pub enum Plain {
    FirstClass,
    Second,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// A tree.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Node {
    pub name: String,
    pub children: Vec<Node>,
    pub parent: Option<Box<Node>>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Page_{T}")]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<u64>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Flat {
    pub id: u32,
    #[serde(flatten)]
    pub point: Point,
    #[serde(flatten)]
    pub rest: BTreeMap<String, u8>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Renamed {
    #[serde(rename = "the name")]
    pub name: String,
    #[serde(default)]
    pub count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<u8>,
    #[serde(skip)]
    #[expect(dead_code, reason = "it is there to be left out")]
    pub local: u8,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Wide {
    pub signed: i64,
    pub unsigned: u64,
    pub huge: i128,
    pub vast: u128,
    pub single: f32,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Odd {
    pub by_number: BTreeMap<u32, String>,
    pub nested: Option<Option<u8>>,
    pub pair: (u8, String),
    pub three: [u8; 3],
    pub took: Duration,
    pub at: SystemTime,
    pub unit: (),
    pub letter: char,
    pub anything: serde_json::Value,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Search {
    /// What to look for.
    pub text: String,
    pub max_results: Option<u32>,
    #[serde(default)]
    pub deep: bool,
}

#[derive(Debug, thiserror::Error, RpcError)]
#[rpc(schema)]
pub enum Failure {
    /// There are fewer.
    #[error("only {left} left")]
    #[rpc(code = 1001, kind = "conflict")]
    SoldOut { left: u32, near: Option<Point> },
    #[error("refused")]
    #[rpc(code = 1002)]
    Refused(Internal),
    #[error("not between {0} and {1}")]
    #[rpc(code = 1003)]
    Limit(u32, u32),
    #[error("closed")]
    #[rpc(code = 1004)]
    Closed,
}

/// Every form of everything.
///
/// The second paragraph.
#[rpc(namespace = "all", schema)]
pub trait All {
    /// Echoes.
    ///
    /// Whatever it gets.
    async fn external(&self, value: External) -> External;
    async fn internal(&self, value: Internal) -> Internal;
    async fn adjacent(&self, value: Adjacent) -> Adjacent;
    async fn untagged(&self, value: Untagged) -> Untagged;
    async fn plain(&self, value: Plain) -> Plain;
    async fn node(&self, value: Node) -> Node;
    async fn page(&self, value: Page<Point>) -> Page<Node>;
    async fn flat(&self, value: Flat) -> Flat;
    async fn renamed(&self, value: Renamed) -> Renamed;
    async fn wide(&self, value: Wide) -> Wide;
    async fn odd(&self, value: Odd) -> Odd;
    async fn bytes(&self, value: Base64<Cow<'_, [u8]>>) -> Base64;
    async fn raw(&self, value: &RawValue) -> Box<RawValue>;

    #[allow(clippy::too_many_arguments)]
    async fn borrowed(
        &self,
        text: &str,
        path: &Path,
        bytes: &[u8],
        texts: &[&str],
        owned: Vec<(&str, u32)>,
        cow: Cow<'_, str>,
        point: &Point,
        maybe: Option<&str>,
    );

    #[rpc(since = "1.2", tag = "slow")]
    async fn defaults(
        &self,
        /// How many.
        #[rpc(default = 20)]
        limit: u32,
        #[rpc(default = "north")] side: &str,
        #[rpc(default)] names: Vec<String>,
        #[rpc(default = Point { x: 0.5, y: -1.0 })] point: Point,
        #[rpc(default = "sesame", secret)] password: &str,
    );

    async fn out_of_order(&self, first: Option<u32>, second: u32);

    #[rpc(alias = "all.find", read_only)]
    async fn search(&self, #[rpc(flatten)] search: &Search) -> Vec<Point>;

    #[rpc(idempotent)]
    async fn fail(&self) -> Result<(), Failure>;

    #[rpc(notification)]
    async fn note(&self, text: &str);

    #[deprecated = "use `all.fail`"]
    async fn old(&self) -> Result<u8, Failure>;

    fn watch(&self, item: &str) -> impl Stream<Item = Result<Point, Failure>>;

    #[rpc(stream(resume))]
    fn log(&self, #[rpc(cursor)] after: Option<u64>) -> impl Stream<Item = Tracked<u64, Point>>;

    #[rpc(stream(token = "partial"), params = "named")]
    fn parts(&self, text: &str) -> impl Stream<Item = u8>;

    #[rpc(subscription(unsubscribe = "unsubscribe", item = "head"))]
    fn heads(&self) -> impl Stream<Item = Point>;
}

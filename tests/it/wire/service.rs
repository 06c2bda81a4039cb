//! What the tables call: a contract with the methods of the specification's examples, one with a method for each kind
//! of parameter and of failure, and a lenient one.
//!
//! It needs only rpc-core and serde, so that the fuzzer can serve it too.

use std::borrow::Cow;
use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::Poll;

use rpc_core::{Dispatcher, ErrorObject, rpc};
use serde::ser::{Error, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// The methods of the examples in section 7 of the specification. `foobar` and the like do not exist here either.
#[rpc]
pub trait Specification {
    async fn subtract(&self, minuend: i64, subtrahend: i64) -> i64;

    #[rpc(notification)]
    async fn update(&self, a: i64, b: i64, c: i64, d: i64, e: i64);

    #[rpc(notification)]
    async fn notify_hello(&self, number: i64);

    #[rpc(notification)]
    async fn notify_sum(&self, first: i64, second: i64, third: i64);

    async fn sum(&self, first: i64, second: i64, third: i64) -> i64;

    async fn get_data(&self) -> (String, i64);
}

/// One method for each kind of parameter, and one for each way to fail.
#[rpc]
pub trait Kinds {
    async fn none(&self) -> String;

    /// `a - b`.
    async fn pair(&self, a: i64, b: i64) -> i64;

    #[rpc(alias = "echo.alias")]
    async fn echo(&self, text: &str) -> String;

    /// `Cow`, and names that are not Rust names.
    async fn renamed(
        &self,
        #[rpc(name = "type")] kind: Cow<'_, str>,
        #[rpc(name = "in \"ü")] side: &str,
    ) -> String;

    async fn optional(
        &self,
        a: i64,
        b: Option<i64>,
        #[rpc(default = 7)] c: i64,
    ) -> (i64, Option<i64>, i64);

    #[rpc(params = "named")]
    async fn texts(
        &self,
        text: Option<&str>,
        #[rpc(default = "north")] side: &str,
        #[rpc(default)] rest: Vec<String>,
    ) -> (Option<String>, String, Vec<String>);

    async fn raw(&self, value: &RawValue) -> Box<RawValue>;

    async fn json(&self, value: Value) -> Value;

    async fn unsigned(&self, value: u64) -> u64;

    async fn signed(&self, value: i64) -> i64;

    async fn wide(&self, value: i128) -> i128;

    async fn float(&self, value: f64) -> f64;

    async fn list(&self, values: &[i64]) -> i64;

    async fn structure(&self, tree: &Tree) -> Tree;

    async fn search(&self, #[rpc(flatten)] search: Search) -> Search;

    /// Returns after yielding to the executor this many times.
    async fn slow(&self, turns: u32) -> u32;

    /// How many calls of this method are running.
    async fn crowd(&self, turns: u32) -> usize;

    /// Returns how often it has been called with this key.
    async fn bump(&self, key: &str) -> u64;

    async fn bumped(&self, key: &str) -> u64;

    async fn fail(&self) -> Result<(), ErrorObject>;

    async fn panic(&self);

    async fn panic_later(&self);

    fn panic_in_place(&self) -> u8;

    #[rpc(blocking)]
    fn panic_blocking(&self, text: &str);

    async fn unserialisable(&self) -> Unserialisable;

    async fn panic_in_result(&self) -> PanicsInSerialize;

    async fn panic_in_params(&self, value: PanicsInDeserialize);
}

/// This contract ignores unknown parameters, which others refuse.
#[rpc(namespace = "lenient", lenient)]
pub trait Lenient {
    async fn add(&self, a: i64, #[rpc(default)] b: i64) -> i64;

    async fn none(&self) -> String;
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    pub name: String,
    #[serde(default)]
    pub leaves: Vec<Tree>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    pub text: String,
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Fails when half written.
#[derive(Debug, Deserialize)]
pub struct Unserialisable;

impl Serialize for Unserialisable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        list.serialize_element("half")?;
        Err(S::Error::custom("a secret of the server"))
    }
}

#[derive(Debug, Deserialize)]
pub struct PanicsInSerialize;

impl Serialize for PanicsInSerialize {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("on purpose, in Serialize")
    }
}

#[derive(Debug, Serialize)]
pub struct PanicsInDeserialize;

impl<'de> Deserialize<'de> for PanicsInDeserialize {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("on purpose, in Deserialize")
    }
}

/// Implements all three contracts.
#[derive(Debug, Default)]
pub struct Peer {
    bumps: Mutex<HashMap<String, u64>>,
    crowd: AtomicUsize,
}

impl Specification for Peer {
    async fn subtract(&self, minuend: i64, subtrahend: i64) -> i64 {
        minuend.wrapping_sub(subtrahend)
    }

    async fn update(&self, _: i64, _: i64, _: i64, _: i64, _: i64) {}

    async fn notify_hello(&self, _: i64) {}

    async fn notify_sum(&self, _: i64, _: i64, _: i64) {}

    async fn sum(&self, first: i64, second: i64, third: i64) -> i64 {
        first.wrapping_add(second).wrapping_add(third)
    }

    async fn get_data(&self) -> (String, i64) {
        ("hello".to_owned(), 5)
    }
}

impl Kinds for Peer {
    async fn none(&self) -> String {
        "none".to_owned()
    }

    async fn pair(&self, a: i64, b: i64) -> i64 {
        a.wrapping_sub(b)
    }

    async fn echo(&self, text: &str) -> String {
        text.to_owned()
    }

    async fn renamed(&self, kind: Cow<'_, str>, side: &str) -> String {
        format!("{kind}/{side}")
    }

    async fn optional(&self, a: i64, b: Option<i64>, c: i64) -> (i64, Option<i64>, i64) {
        (a, b, c)
    }

    async fn texts(
        &self,
        text: Option<&str>,
        side: &str,
        rest: Vec<String>,
    ) -> (Option<String>, String, Vec<String>) {
        (text.map(str::to_owned), side.to_owned(), rest)
    }

    async fn raw(&self, value: &RawValue) -> Box<RawValue> {
        value.to_owned()
    }

    async fn json(&self, value: Value) -> Value {
        value
    }

    async fn unsigned(&self, value: u64) -> u64 {
        value
    }

    async fn signed(&self, value: i64) -> i64 {
        value
    }

    async fn wide(&self, value: i128) -> i128 {
        value
    }

    async fn float(&self, value: f64) -> f64 {
        value
    }

    async fn list(&self, values: &[i64]) -> i64 {
        values.iter().fold(0, |sum, value| sum.wrapping_add(*value))
    }

    async fn structure(&self, tree: &Tree) -> Tree {
        tree.clone()
    }

    async fn search(&self, search: Search) -> Search {
        search
    }

    async fn slow(&self, turns: u32) -> u32 {
        wait(turns).await;
        turns
    }

    async fn crowd(&self, turns: u32) -> usize {
        let size = self.crowd.fetch_add(1, Ordering::SeqCst) + 1;
        wait(turns).await;
        self.crowd.fetch_sub(1, Ordering::SeqCst);
        size
    }

    async fn bump(&self, key: &str) -> u64 {
        let mut bumps = self.bumps.lock().unwrap_or_else(PoisonError::into_inner);
        let count = bumps.entry(key.to_owned()).or_default();
        *count += 1;
        *count
    }

    async fn bumped(&self, key: &str) -> u64 {
        let bumps = self.bumps.lock().unwrap_or_else(PoisonError::into_inner);
        bumps.get(key).copied().unwrap_or_default()
    }

    async fn fail(&self) -> Result<(), ErrorObject> {
        Err(ErrorObject::new(1001, "failed").with_data("details"))
    }

    async fn panic(&self) {
        panic!("on purpose")
    }

    async fn panic_later(&self) {
        wait(2).await;
        panic!("on purpose, later")
    }

    fn panic_in_place(&self) -> u8 {
        panic!("on purpose, in place")
    }

    fn panic_blocking(&self, text: &str) {
        panic!("on purpose, in a blocking method: {text}")
    }

    async fn unserialisable(&self) -> Unserialisable {
        Unserialisable
    }

    async fn panic_in_result(&self) -> PanicsInSerialize {
        PanicsInSerialize
    }

    async fn panic_in_params(&self, _: PanicsInDeserialize) {}
}

impl Lenient for Peer {
    async fn add(&self, a: i64, b: i64) -> i64 {
        a.wrapping_add(b)
    }

    async fn none(&self) -> String {
        "none".to_owned()
    }
}

/// All three contracts behind one endpoint. The tables run against this.
pub fn dispatcher() -> Dispatcher {
    Dispatcher::new()
        .service(SpecificationServer::new(Peer::default()))
        .service(KindsServer::new(Peer::default()))
        .service(LenientServer::new(Peer::default()))
}

/// Methods that panic, and methods with state.
pub const UNFIT_FOR_FUZZING: [&str; 9] = [
    "panic",
    "panic_later",
    "panic_in_place",
    "panic_blocking",
    "panic_in_result",
    "panic_in_params",
    "bump",
    "bumped",
    "crowd",
];

/// Yields this many times.
async fn wait(turns: u32) {
    // A caller may ask for any number, and a fuzzer does.
    let mut left = turns.min(1000);
    poll_fn(|task| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        task.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

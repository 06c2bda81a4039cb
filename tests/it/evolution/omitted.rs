//! A client leaves out what says nothing: by position a `None` at the end, by name every `None`.

use std::sync::Arc;

use rpc_core::rpc;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::sent;

type Alias = Option<u32>;

#[derive(Serialize, Deserialize)]
pub struct Newtype(Option<u32>);

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Transparent {
    inner: Box<Option<u32>>,
}

#[derive(Serialize, Deserialize)]
pub struct Unit;

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub enum Untagged {
    Maybe(Option<u32>),
    Text(String),
}

#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Inner {
    deep: Option<u32>,
}

/// A type's own `Serialize` decides, too.
#[derive(Deserialize)]
pub struct Handmade;

impl Serialize for Handmade {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }
}

macro_rules! contract {
    ($name:ident, $style:literal) => {
        #[rpc(params = $style)]
        #[allow(dead_code)]
        trait $name {
            async fn last(&self, a: u32, b: Option<u32>);
            async fn only(&self, a: Option<u32>);
            async fn three(&self, a: Option<u32>, b: Option<u32>, c: Option<u32>);
            async fn text(&self, a: u32, b: Option<&str>);
            async fn alias(&self, a: u32, b: Alias);
            async fn newtype(&self, a: u32, b: Newtype);
            async fn transparent(&self, a: u32, b: Transparent);
            async fn borrowed(&self, a: u32, b: &Option<u32>);
            async fn boxed(&self, a: u32, b: Box<Option<u32>>);
            async fn untagged(&self, a: u32, b: Untagged);
            async fn handmade(&self, a: u32, b: Handmade);
            async fn twice(&self, a: u32, b: Option<Option<u32>>);
            async fn maybe_unit(&self, a: u32, b: Option<()>);
            async fn unit(&self, a: u32, b: ());
            async fn unit_struct(&self, a: u32, b: Unit);
            async fn value(&self, a: u32, b: Value);
            async fn inner(&self, a: Inner, b: (Option<u32>, Option<u32>), c: Vec<Option<u32>>);
            async fn default(&self, a: u32, #[rpc(default)] b: Option<u32>);
            async fn other_default(&self, a: u32, #[rpc(default = Some(7))] b: Option<u32>);
            async fn before_default(&self, a: Option<u32>, #[rpc(default = 7)] b: u32);
            #[rpc(notification)]
            async fn notification(&self, a: u32, b: Option<u32>);
        }
    };
}

contract!(InOrder, "positional");
contract!(ByName, "named");

/// Checks what a call sends by position and by name.
macro_rules! check {
    ($method:ident($($argument:expr),*), $in_order:expr, $by_name:expr) => {
        let name = stringify!($method($($argument),*));
        let in_order = sent(|client| InOrderClient::new(client).$method($($argument),*)).await;
        assert_eq!(in_order.as_deref(), $in_order, "{name}");
        let by_name = sent(|client| ByNameClient::new(client).$method($($argument),*)).await;
        assert_eq!(by_name.as_deref(), $by_name, "{name}");
    };
}

#[tokio::test]
async fn a_none_that_says_nothing_is_left_out() {
    check!(last(1, None), Some("[1]"), Some(r#"{"a":1}"#));
    check!(last(1, Some(2)), Some("[1,2]"), Some(r#"{"a":1,"b":2}"#));
    check!(only(Some(0)), Some("[0]"), Some(r#"{"a":0}"#));
    check!(notification(1, None), Some("[1]"), Some(r#"{"a":1}"#));
}

/// Then the message is that of a method without parameters.
#[tokio::test]
async fn without_arguments_there_are_no_params() {
    check!(only(None), None, None);
    check!(three(None, None, None), None, None);
}

#[tokio::test]
async fn by_position_only_those_at_the_end_are_left_out() {
    check!(
        three(None, Some(2), None),
        Some("[null,2]"),
        Some(r#"{"b":2}"#)
    );
    check!(
        three(None, None, Some(3)),
        Some("[null,null,3]"),
        Some(r#"{"c":3}"#)
    );
    check!(three(Some(1), None, None), Some("[1]"), Some(r#"{"a":1}"#));
    check!(
        three(Some(1), None, Some(3)),
        Some("[1,null,3]"),
        Some(r#"{"a":1,"c":3}"#)
    );
}

#[tokio::test]
async fn what_counts_is_how_the_value_serialises() {
    let (in_order, by_name) = (Some("[1]"), Some(r#"{"a":1}"#));
    check!(text(1, None), in_order, by_name);
    check!(alias(1, None), in_order, by_name);
    check!(newtype(1, Newtype(None)), in_order, by_name);
    let none = || Transparent {
        inner: Box::new(None),
    };
    check!(transparent(1, none()), in_order, by_name);
    check!(borrowed(1, &None), in_order, by_name);
    check!(boxed(1, Box::new(None)), in_order, by_name);
    check!(untagged(1, Untagged::Maybe(None)), in_order, by_name);
    check!(handmade(1, Handmade), in_order, by_name);
    check!(twice(1, None), in_order, by_name);
    check!(maybe_unit(1, None), in_order, by_name);
}

#[tokio::test]
async fn what_only_looks_like_none_is_sent() {
    let (in_order, by_name) = (Some("[1,null]"), Some(r#"{"a":1,"b":null}"#));
    check!(unit(1, ()), in_order, by_name);
    check!(unit_struct(1, Unit), in_order, by_name);
    check!(value(1, Value::Null), in_order, by_name);
    check!(twice(1, Some(None)), in_order, by_name);
    check!(maybe_unit(1, Some(())), in_order, by_name);
    check!(
        text(1, Some("null")),
        Some(r#"[1,"null"]"#),
        Some(r#"{"a":1,"b":"null"}"#)
    );
}

#[tokio::test]
async fn what_is_inside_a_parameter_is_sent_as_it_is() {
    let deep = Inner { deep: None };
    check!(
        inner(deep, (None, None), vec![None]),
        Some(r#"[{"deep":null},[null,null],[null]]"#),
        Some(r#"{"a":{"deep":null},"b":[null,null],"c":[null]}"#)
    );
}

/// The server would take the default instead.
#[tokio::test]
async fn a_parameter_with_a_default_is_always_sent() {
    let (in_order, by_name) = (Some("[1,null]"), Some(r#"{"a":1,"b":null}"#));
    check!(default(1, None), in_order, by_name);
    check!(other_default(1, None), in_order, by_name);
    check!(
        before_default(None, 7),
        Some("[null,7]"),
        Some(r#"{"b":7}"#)
    );
}

#[derive(Default, Serialize, Deserialize)]
struct Search {
    #[serde(default)]
    text: Option<String>,
    #[serde(rename = "type")]
    kind: Newtype2,
    limit: Box<Option<u32>>,
    nested: Option<Nested>,
    nothing: (),
    value: Value,
}

#[derive(Default, Serialize, Deserialize)]
struct Newtype2(Option<u32>);

#[derive(Default, Serialize, Deserialize)]
struct Nested {
    deep: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct Wrapped(Search);

#[derive(Serialize, Deserialize)]
struct Together {
    page: Option<u32>,
    #[serde(flatten)]
    nested: Nested,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Near { metres: Option<u32> },
    Far(Nested),
}

#[derive(Serialize, Deserialize)]
enum Outside {
    Near { metres: Option<u32> },
}

#[derive(Serialize, Deserialize)]
struct Pair(u32, Option<u32>, Option<u32>);

#[derive(Serialize, Deserialize)]
struct Empty {}

type Limits = std::collections::BTreeMap<String, Option<u32>>;
type Numbered = std::collections::BTreeMap<u32, Option<u32>>;

#[rpc]
#[allow(dead_code)]
trait Flattened {
    async fn search(&self, #[rpc(flatten)] search: Search);
    async fn borrowed(&self, #[rpc(flatten)] search: &Search);
    async fn boxed(&self, #[rpc(flatten)] search: Box<Wrapped>);
    async fn together(&self, #[rpc(flatten)] together: Together);
    async fn tagged(&self, #[rpc(flatten)] tagged: Tagged);
    async fn outside(&self, #[rpc(flatten)] outside: Outside);
    async fn pair(&self, #[rpc(flatten)] pair: Pair);
    async fn empty(&self, #[rpc(flatten)] empty: Empty);
    async fn map(&self, #[rpc(flatten)] map: Limits);
    async fn numbered(&self, #[rpc(flatten)] map: Numbered);
    async fn value(&self, #[rpc(flatten)] value: Value);
    async fn raw(&self, #[rpc(flatten)] raw: &serde_json::value::RawValue);
    async fn maybe(&self, #[rpc(flatten)] maybe: Option<Nested>);
}

macro_rules! flattened {
    ($method:ident($argument:expr), $expected:expr) => {
        let params = sent(|client| FlattenedClient::new(client).$method($argument)).await;
        let name = stringify!($method($argument));
        assert_eq!(params.as_deref(), $expected, "{name}");
    };
}

#[tokio::test]
async fn the_fields_of_a_flattened_struct_are_parameters_too() {
    let expected = Some(r#"{"nothing":null,"value":null}"#);
    flattened!(search(Search::default()), expected);
    flattened!(borrowed(&Search::default()), expected);
    flattened!(boxed(Box::new(Wrapped(Search::default()))), expected);
    let full = || Search {
        text: Some("a\"b".into()),
        kind: Newtype2(Some(1)),
        limit: Box::new(Some(2)),
        nested: Some(Nested { deep: None }),
        nothing: (),
        value: json!({ "x": null }),
    };
    flattened!(
        search(full()),
        Some(
            r#"{"text":"a\"b","type":1,"limit":2,"nested":{"deep":null},"nothing":null,"value":{"x":null}}"#
        )
    );
    let together = || Together {
        page: None,
        nested: Nested { deep: None },
    };
    flattened!(together(together()), Some("{}"));
}

#[tokio::test]
async fn other_flattened_values_are_sent_as_they_serialise() {
    flattened!(
        tagged(Tagged::Near { metres: None }),
        Some(r#"{"kind":"Near"}"#)
    );
    flattened!(
        tagged(Tagged::Far(Nested { deep: Some(1) })),
        Some(r#"{"kind":"Far","deep":1}"#)
    );
    flattened!(
        outside(Outside::Near { metres: None }),
        Some(r#"{"Near":{"metres":null}}"#)
    );
    flattened!(pair(Pair(1, None, None)), Some("[1]"));
    flattened!(pair(Pair(1, None, Some(3))), Some("[1,null,3]"));
    flattened!(empty(Empty {}), Some("{}"));
    let map = || Limits::from([("a".into(), None), ("b".into(), Some(1))]);
    flattened!(map(map()), Some(r#"{"b":1}"#));
    let numbered = || Numbered::from([(1, None), (2, Some(1))]);
    flattened!(numbered(numbered()), Some(r#"{"1":null,"2":1}"#));
    flattened!(value(json!({ "a": null })), Some(r#"{"a":null}"#));
    flattened!(value(Value::Null), None);
    flattened!(maybe(None), None);
    flattened!(maybe(Some(Nested { deep: None })), Some("{}"));
    let raw = serde_json::value::RawValue::from_string(r#"{ "a" : null }"#.into()).unwrap();
    let raw = Arc::new(raw);
    flattened!(raw(&raw), Some(r#"{ "a" : null }"#));
}

/// Each entry of a batch, and calls of which a client makes a batch by itself.
#[tokio::test]
async fn entries_of_a_batch_leave_out_the_same() {
    let script = crate::scripted::Script::silent();
    let client = script.client();
    let stub = InOrderClient::new(client.clone());
    drop(
        client
            .batch((
                stub.last(1, None),
                stub.notification(2, None),
                stub.only(None),
            ))
            .await,
    );
    assert_eq!(
        script.sent()[0],
        concat!(
            r#"[{"jsonrpc":"2.0","method":"last","params":[1],"id":1},"#,
            r#"{"jsonrpc":"2.0","method":"notification","params":[2]},"#,
            r#"{"jsonrpc":"2.0","method":"only","id":2}]"#
        )
    );
    let script = crate::scripted::Script::silent();
    let stub = InOrderClient::new(script.client());
    drop(stub.last(1, None).notify().await);
    assert_eq!(
        script.sent()[0],
        r#"{"jsonrpc":"2.0","method":"last","params":[1]}"#
    );
}

/// Version 1.0 always has params.
#[tokio::test]
async fn version_1_leaves_out_the_same() {
    let sent = |script: &crate::scripted::Script| script.sent()[0].clone();
    let script = crate::scripted::Script::silent();
    drop(
        InOrderClient::new(script.client().version_1())
            .last(1, None)
            .await,
    );
    assert_eq!(sent(&script), r#"{"method":"last","params":[1],"id":1}"#);
    let script = crate::scripted::Script::silent();
    drop(
        ByNameClient::new(script.client().version_1())
            .only(None)
            .await,
    );
    assert_eq!(sent(&script), r#"{"method":"only","params":[],"id":1}"#);
}

/// Without a contract, what the user wrote is sent.
#[tokio::test]
async fn calls_without_a_contract_leave_out_nothing() {
    let params = sent(|client| client.call::<_, Value>("last", (1, None::<u32>))).await;
    assert_eq!(params.as_deref(), Some("[1,null]"));
    let params = sent(|client| client.notify("last", json!({ "a": 1, "b": null }))).await;
    assert_eq!(params.as_deref(), Some(r#"{"a":1,"b":null}"#));
    let params = sent(|client| client.call::<_, Value>("deep", Nested { deep: None })).await;
    assert_eq!(params.as_deref(), Some(r#"{"deep":null}"#));
}

//! Examples in contracts.

use rpc_core::{BoxTransport, RpcError, examples, rpc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{check, described, method};

#[derive(Default, Serialize, Deserialize, JsonSchema)]
struct Range {
    from_number: u32,
    to_number: Option<u32>,
}

#[derive(Debug, thiserror::Error, RpcError)]
#[error("none")]
#[rpc(code = 1, schema)]
struct Nothing;

#[rpc(schema, rename_all = "camelCase")]
trait Sums {
    #[rpc(example("two numbers", a = 2, b = 40 => 42), example(a = 2 => 3))]
    async fn add(&self, a: i64, #[rpc(default = 1)] b: i64) -> i64;
    #[rpc(example("some words", words = &["a", "b"], between = "-" => "a-b".to_owned()))]
    async fn join(&self, words: &[&str], between: &str) -> Result<String, Nothing>;
    #[rpc(example("up to three", range = &Range { from_number: 1, to_number: Some(3) } => 6))]
    async fn range(&self, #[rpc(flatten)] range: &Range) -> u32;
    #[rpc(notification, example("a word", text = "hello"))]
    async fn say(&self, text: &str);
    #[rpc(example("nothing at all"))]
    async fn reset(&self);
}

struct Adder {
    more: i64,
}

impl Sums for Adder {
    async fn add(&self, a: i64, b: i64) -> i64 {
        a + b + self.more
    }

    async fn join(&self, words: &[&str], between: &str) -> Result<String, Nothing> {
        Ok(words.join(between))
    }

    async fn range(&self, range: &Range) -> u32 {
        (range.from_number..=range.to_number.unwrap_or_default()).sum()
    }

    async fn say(&self, _: &str) {}

    async fn reset(&self) {}
}

#[tokio::test]
async fn examples_are_in_the_document() {
    let document = described(SumsClient::<BoxTransport>::CONTRACT);
    let value = |name: &str, value| json!({ "name": name, "value": value });
    let numbers = [value("a", json!(2)), value("b", json!(40))];
    let first =
        json!({ "name": "two numbers", "params": numbers, "result": value("result", json!(42)) });
    assert_eq!(method(&document, "add")["examples"][0], first);
    let range = &method(&document, "range")["examples"][0]["params"];
    let expected = [value("fromNumber", json!(1)), value("toNumber", json!(3))];
    assert_eq!(*range, json!(expected));
    assert_eq!(method(&document, "say")["examples"][0].get("result"), None);
    let checked = check(&document, &[]).await;
    assert!(checked.is_ok(), "{checked:?}");
}

#[tokio::test]
async fn right_examples_are_counted() {
    let checked = examples::check(SumsServer::new(Adder { more: 0 })).await;
    assert_eq!(checked, Ok(6));
}

#[tokio::test]
async fn a_wrong_example_is_named() {
    let checked = examples::check(SumsServer::new(Adder { more: 1 })).await;
    let failed = checked.unwrap_err();
    assert_eq!(failed.0.len(), 2);
    let expected = "example `two numbers` of method `add`: the result is 43, not 42; \
                    example `` of method `add`: the result is 4, not 3";
    assert_eq!(failed.to_string(), expected);
}

//! Runs the examples of a contract against an implementation. With the feature `schema` only.

use std::error::Error;
use std::fmt;

use serde_json::{Map, Value};

use crate::client::{Client, Transport};
use crate::contract::Method;
use crate::memory;
use crate::schema::Example;
use crate::service::Service;

/// Calls each example of a service's contracts, `#[rpc(example(…))]`, and compares its result with the one in the contract.
/// Returns how many there are.
///
/// A test that calls this keeps examples from lying. The examples run in the order of the contract, each once, on the same
/// implementation. Blocking methods run in place.
///
/// ```
/// use rpc_core::{examples, rpc};
///
/// #[rpc(schema)]
/// trait Sums {
///     #[rpc(example("two numbers", a = 2, b = 40 => 42))]
///     async fn add(&self, a: i64, b: i64) -> i64;
/// }
///
/// struct Adder;
///
/// impl Sums for Adder {
///     async fn add(&self, a: i64, b: i64) -> i64 {
///         a + b
///     }
/// }
///
/// # futures_util::FutureExt::now_or_never(async {
/// assert_eq!(examples::check(SumsServer::new(Adder)).await, Ok(1));
/// # }).unwrap();
/// ```
pub async fn check(service: impl Service) -> Result<usize, FailedExamples> {
    let contracts = service.contracts();
    let client = memory::connect(service);
    let (mut count, mut failed) = (0, Vec::new());
    for method in contracts.iter().flat_map(|contract| &*contract.methods) {
        let schema = method.schema.iter();
        for example in schema.flat_map(|schema| schema.all_examples()) {
            count += 1;
            if let Err(reason) = run(&client, method, example).await {
                failed.push(FailedExample {
                    method: method.name.to_string(),
                    example: example.name,
                    reason,
                });
            }
        }
    }
    match failed.is_empty() {
        true => Ok(count),
        false => Err(FailedExamples(failed)),
    }
}

async fn run<T: Transport>(
    client: &Client<T>,
    method: &Method,
    example: &Example,
) -> Result<(), String> {
    let call = example.call();
    if let Some(error) = call.failure {
        return Err(format!("it can't be written as JSON: {error}"));
    }
    let params = Map::from_iter(call.params);
    if method.notification {
        let sent = client.notify(&method.name, params).await;
        return sent.map_err(|error| error.to_string());
    }
    let expected = call.result.unwrap_or(Value::Null);
    let result = client.call::<_, Value>(&method.name, params).await;
    match result {
        Ok(result) if result == expected => Ok(()),
        Ok(result) => Err(format!("the result is {result}, not {expected}")),
        Err(error) => Err(error.to_string()),
    }
}

/// The examples that are wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedExamples(pub Vec<FailedExample>);

/// An example that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedExample {
    /// The name of the method.
    pub method: String,
    /// The name of the example. Empty if it has none.
    pub example: &'static str,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for FailedExample {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let FailedExample {
            method,
            example,
            reason,
        } = self;
        write!(f, "example `{example}` of method `{method}`: {reason}")
    }
}

impl fmt::Display for FailedExamples {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (index, failed) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{failed}")?;
        }
        Ok(())
    }
}

impl Error for FailedExamples {}

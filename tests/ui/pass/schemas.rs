//! Contracts with schemas compile without warnings, whatever their types are called.
#![deny(warnings, missing_docs)]

use rpc_core::{RpcError, rpc};
use rpc_core::schemars::{self, JsonSchema};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A value.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Value {
    /// What it is.
    pub value: u32,
}

/// An error.
#[derive(Debug, thiserror::Error, RpcError)]
#[rpc(schema)]
pub enum Failure<T: std::fmt::Debug> {
    /// Too much.
    #[error("more than {most:?}")]
    #[rpc(code = 1)]
    TooMuch {
        /// The most.
        most: T,
    },
}

/// Keeps values of one type.
#[rpc(schema)]
pub trait Store<T: Serialize + DeserializeOwned + JsonSchema + Clone + std::fmt::Debug + Send + Sync + 'static> {
    /// Puts one.
    #[rpc(example("a value", value = Value { value: 1 }, result = 2 => 3))]
    async fn put(
        &self,
        /// The value.
        value: Value,
        /// What comes out.
        #[rpc(default = 2)]
        result: u32,
    ) -> u32;

    /// Takes one.
    async fn take(&self, key: &str) -> Result<T, Failure<T>>;
}

fn main() {
    let methods = &StoreClient::<u32>::CONTRACT.methods;
    assert_eq!(methods[0].params[0].docs, "The value.");
}

//! A contract without schemas, although the feature is on. Its types have none either.

use rpc_core::{Client, RpcError, memory, rpc};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Number {
    value: i64,
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
#[error("too large")]
#[rpc(code = 1)]
pub struct TooLarge {
    most: Number,
}

#[rpc(namespace = "plain")]
pub trait Plain {
    async fn double(
        &self,
        /// What to double.
        number: Number,
    ) -> Result<Number, TooLarge>;
}

pub struct Doubler;

impl Plain for Doubler {
    async fn double(&self, number: Number) -> Result<Number, TooLarge> {
        let value = number.value * 2;
        Ok(Number { value })
    }
}

#[tokio::test]
async fn a_contract_without_schemas_needs_no_json_schema() {
    let client: Client<_> = memory::connect(PlainServer::new(Doubler));
    let doubled = PlainClient::new(client).double(Number { value: 21 }).await;
    assert_eq!(doubled.unwrap(), Number { value: 42 });
}

#[test]
fn its_table_has_what_is_only_text() {
    let contract = PlainServer::<Doubler>::CONTRACT;
    assert_eq!(contract.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(contract.namespace, "plain");
    assert!(!contract.lenient);
    let method = contract.method("plain.double").unwrap();
    let number = &method.params[0];
    assert_eq!((number.docs, number.optional), ("What to double.", false));
    assert!(method.errors[0].has_data);
}

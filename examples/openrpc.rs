//! Prints the OpenRPC document of a contract, and checks the examples in it against the implementation.
#![allow(missing_docs)]

use rpc_core::openrpc::OpenRpc;
use rpc_core::{RpcError, examples, rpc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What can be ordered.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    Tea,
    Coffee,
}

/// Orders placed with the shop.
#[rpc(namespace = "orders", schema)]
pub trait Orders {
    /// Places an order and returns its number.
    #[rpc(example("two teas", item = Item::Tea, quantity = 2 => 1002))]
    async fn place(
        &self,
        item: Item,
        /// How many. One, if nobody says.
        #[rpc(default = 1)]
        quantity: u32,
    ) -> Result<u64, OrderError>;
}

#[derive(Debug, thiserror::Error, RpcError)]
#[rpc(schema)]
pub enum OrderError {
    /// There are fewer than were ordered.
    #[error("only {left} left")]
    #[rpc(code = 1001)]
    SoldOut { left: u32 },
}

struct Shop;

impl Orders for Shop {
    async fn place(&self, item: Item, quantity: u32) -> Result<u64, OrderError> {
        let number = match item {
            Item::Tea => 1000,
            Item::Coffee => 2000,
        };
        match quantity {
            4.. => Err(OrderError::SoldOut { left: 3 }),
            quantity => Ok(number + u64::from(quantity)),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = OrdersServer::new(Shop);
    // A server answers `rpc.discover` with the same document.
    let document = OpenRpc::new().title("Shop").complete().of(&server)?;
    println!("{document}");
    let count = examples::check(server).await?;
    eprintln!("{count} example is right");
    Ok(())
}

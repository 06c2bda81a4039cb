use rpc_core::{RpcError, rpc};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Order {
    item: String,
}

#[derive(Serialize, Deserialize)]
struct Receipt {
    number: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Stock {
    left: u32,
}

#[derive(Debug, RpcError)]
#[rpc(schema)]
enum OrderError {
    #[rpc(code = 1001)]
    SoldOut(Stock),
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sold out")
    }
}

#[rpc(schema)]
trait Orders {
    async fn place(&self, order: Order) -> Result<u64, OrderError>;
    async fn receipts(&self) -> Vec<Receipt>;
}

fn main() {}

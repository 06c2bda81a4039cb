use rpc_core::RpcError;
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Item;

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(code = 1)]
    SoldOut { item: Item },
    #[rpc(code = 2)]
    Unknown(Item),
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}

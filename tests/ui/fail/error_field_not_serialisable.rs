use rpc_core::RpcError;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Item;

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(code = 1)]
    SoldOut { item: Item },
    #[rpc(code = 2)]
    Unknown(Item),
    #[rpc(code = 3)]
    Both(Item, u32),
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}

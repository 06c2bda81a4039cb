use rpc_core::rpc;
use serde::Deserialize;

#[derive(Deserialize)]
struct Order {
    item: String,
}

#[rpc]
trait Orders {
    async fn last(&self) -> Order;
}

fn main() {}

use rpc_core::rpc;
use serde::Deserialize;

#[derive(Deserialize)]
struct Order {
    item: String,
}

#[rpc]
trait Orders {
    async fn place(&self, order: &Order);
}

fn main() {}

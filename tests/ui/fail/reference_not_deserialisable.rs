use rpc_core::rpc;
use serde::Serialize;

#[derive(Serialize)]
struct Order {
    item: String,
}

#[rpc]
trait Orders {
    async fn place(&self, order: &Order);
}

fn main() {}

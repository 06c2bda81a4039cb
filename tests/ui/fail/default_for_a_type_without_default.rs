use rpc_core::rpc;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Order;

#[rpc]
trait Orders {
    async fn place(&self, #[rpc(default)] order: Order);
}

fn main() {}

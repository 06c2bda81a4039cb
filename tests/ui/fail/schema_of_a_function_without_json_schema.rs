use rpc_core::{Dispatcher, function};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Order {
    item: String,
}

async fn place(order: Order) -> u64 {
    order.item.len() as u64
}

fn main() {
    let _ = Dispatcher::new().method("place", function(place).schema());
}

use rpc_core::rpc;

struct Order {
    item: String,
}

#[rpc]
trait Orders {
    async fn last(&self) -> Result<Order, rpc_core::Internal>;
}

fn main() {}

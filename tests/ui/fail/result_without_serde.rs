use rpc_core::rpc;

struct Order {
    item: String,
}

#[rpc]
trait Orders {
    async fn last(&self) -> Order;
}

fn main() {}

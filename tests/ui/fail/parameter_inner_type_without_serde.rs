use rpc_core::rpc;

struct Order {
    item: String,
}

#[rpc]
trait Orders {
    async fn place(&self, orders: Vec<Order>);
}

fn main() {}

use rpc_core::rpc;

struct Order {
    item: String,
}

#[rpc]
trait Orders {
    async fn place(&self, order: Order, urgent: bool);
}

fn main() {}

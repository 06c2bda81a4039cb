use rpc_core::rpc;

struct Order {
    item: String,
}

#[rpc]
trait Orders {
    async fn place(&self, #[rpc(flatten)] order: Order);
}

fn main() {}

use rpc_core::rpc;

#[derive(Default)]
struct Order {
    item: String,
}

#[rpc]
trait Orders {
    async fn place(&self, #[rpc(default)] order: Order);
}

fn main() {}

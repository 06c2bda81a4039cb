use rpc_core::rpc;

#[derive(Clone)]
struct Order {
    item: String,
}

#[rpc]
trait Orders {
    async fn place(&self, order: std::borrow::Cow<'_, Order>);
}

fn main() {}

use rpc_core::rpc;

struct Order {
    item: String,
}

#[rpc]
trait Orders {
    #[rpc(blocking)]
    fn place(&self, order: Order);
}

fn main() {}

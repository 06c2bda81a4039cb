use rpc_core::rpc;

#[rpc]
trait Orders {
    type Item;

    async fn place(&self, item: String);
}

fn main() {}

use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn new(&self, item: String);
}

fn main() {}

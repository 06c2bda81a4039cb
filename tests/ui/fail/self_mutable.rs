use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&mut self, item: String);
}

fn main() {}

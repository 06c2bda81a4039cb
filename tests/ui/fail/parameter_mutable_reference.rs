use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, item: &mut String);
}

fn main() {}

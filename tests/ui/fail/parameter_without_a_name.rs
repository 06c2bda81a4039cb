use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, _: String);
}

fn main() {}

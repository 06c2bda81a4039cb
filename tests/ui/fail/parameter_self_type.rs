use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, item: Self);
}

fn main() {}

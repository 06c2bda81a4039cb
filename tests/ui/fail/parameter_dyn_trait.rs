use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, item: &dyn std::fmt::Debug);
}

fn main() {}

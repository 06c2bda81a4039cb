use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, (item, quantity): (String, u32));
}

fn main() {}

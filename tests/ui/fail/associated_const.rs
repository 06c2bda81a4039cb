use rpc_core::rpc;

#[rpc]
trait Orders {
    const LIMIT: u32;

    async fn place(&self, item: String);
}

fn main() {}

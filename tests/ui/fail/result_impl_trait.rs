use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn list(&self) -> impl Iterator<Item = u32>;
}

fn main() {}

use rpc_core::rpc;

#[rpc]
trait Shop {
    async fn list(&self) -> impl Iterator<Item = u32>;
}

fn main() {}

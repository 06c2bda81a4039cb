use rpc_core::rpc;

#[rpc]
trait Shop {
    async fn list(&self) -> Box<dyn Iterator<Item = u32>>;
}

fn main() {}

use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn list(&self, #[rpc(tag = "admin")] item: u32) -> u32;
}

fn main() {}

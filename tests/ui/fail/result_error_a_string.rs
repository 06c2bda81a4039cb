use rpc_core::rpc;

#[rpc]
trait Shop {
    async fn list(&self) -> Result<u32, String>;
}

fn main() {}

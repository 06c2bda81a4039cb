use rpc_core::rpc;

#[rpc]
trait Shop {
    async fn list(&self) -> Result<u32, Box<dyn std::error::Error + Send + Sync>>;
}

fn main() {}

use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self) -> Result<u32, std::io::Error>;
}

fn main() {}

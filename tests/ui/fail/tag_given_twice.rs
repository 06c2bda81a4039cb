use rpc_core::rpc;

#[rpc(tag = "shop")]
trait Orders {
    #[rpc(tag = ["slow", "slow"])]
    async fn list(&self) -> u32;
    #[rpc(tag = "shop")]
    async fn place(&self) -> u32;
}

fn main() {}

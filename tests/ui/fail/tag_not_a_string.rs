use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(tag = 5)]
    async fn list(&self) -> u32;
    #[rpc(tag)]
    async fn place(&self) -> u32;
    #[rpc(tag = "")]
    async fn cancel(&self) -> u32;
    #[rpc(role = "admin")]
    async fn close(&self) -> u32;
}

fn main() {}

use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(sync)]
    fn list(&self) -> u32;
    #[rpc(notify)]
    async fn seen(&self);
    #[rpc(named)]
    async fn place(&self, item: u32) -> u32;
    #[rpc(readonly, description = "all orders", deprecated = "use list")]
    async fn all(&self) -> u32;
}

fn main() {}

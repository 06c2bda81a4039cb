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
    async fn sum(&self, #[rpc(variadic)] terms: Vec<u32>) -> u32;
    async fn find(&self, #[rpc(optional)] name: Option<String>) -> u32;
}

fn main() {}

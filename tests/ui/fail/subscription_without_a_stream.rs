use rpc_core::rpc;

#[rpc]
trait Chain {
    #[rpc(subscription(unsubscribe = "unsubscribeHead"))]
    async fn head(&self) -> u64;
}

fn main() {}

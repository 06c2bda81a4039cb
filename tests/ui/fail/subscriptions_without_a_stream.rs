use rpc_core::rpc;

#[rpc(namespace = "eth", subscriptions = "ethereum")]
trait Eth {
    async fn block_number(&self) -> String;
}

fn main() {}

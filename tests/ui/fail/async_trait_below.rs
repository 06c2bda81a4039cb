use rpc_core::rpc;

#[rpc]
#[async_trait]
trait Shop {
    async fn x(&self);
}

fn main() {}

use rpc_core::rpc;

#[rpc]
#[rpc(namespace = "shop")]
trait Shop {
    async fn x(&self);
}

fn main() {}

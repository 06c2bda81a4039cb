use rpc_core::rpc;

#[rpc]
#[rpc]
trait Shop {
    async fn x(&self);
}

fn main() {}

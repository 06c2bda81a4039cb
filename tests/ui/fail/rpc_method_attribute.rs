use rpc_core::rpc;

#[rpc]
trait Shop {
    #[rpc_method]
    async fn x(&self);
}

fn main() {}

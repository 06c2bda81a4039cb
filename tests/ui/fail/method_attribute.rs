use rpc_core::rpc;

#[rpc]
trait Shop {
    #[method(name = "x")]
    async fn x(&self);
}

fn main() {}

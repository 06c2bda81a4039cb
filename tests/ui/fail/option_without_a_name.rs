use rpc_core::rpc;

#[rpc]
trait Shop {
    #[rpc("x")]
    async fn y(&self);
}

fn main() {}

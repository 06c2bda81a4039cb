use rpc_core::rpc;

#[rpc]
trait Shop {
    #[rpc(name: "x")]
    async fn y(&self);
}

fn main() {}

use rpc_core::rpc;

#[rpc("shop")]
trait Shop {
    async fn y(&self);
}

fn main() {}
